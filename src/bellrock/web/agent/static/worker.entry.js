// The service worker: it shows that something waits, and says when there is no network. It keeps no page of the desk.
const { WORDS } = self;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  if (event.request.mode !== "navigate") return;
  event.respondWith(fetch(event.request).catch(() => new Response(offlinePage(), { status: 503, headers: { "content-type": "text/html; charset=utf-8" } })));
});

// Nothing comes with the message; whoever looks at the desk already needs no sign.
self.addEventListener("push", (event) => event.waitUntil((async () => {
  const pages = await self.clients.matchAll({ type: "window" });
  if (pages.some((page) => page.visibilityState === "visible" && page.focused)) return;
  await self.registration.showNotification(WORDS.title, {
    body: WORDS.body, tag: "waits", renotify: true, lang: WORDS.lang, dir: WORDS.dir, icon: "/desk/icons/192.png", badge: "/desk/icons/192.png",
  });
})()));

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil((async () => {
    const pages = await self.clients.matchAll({ type: "window" });
    const page = pages.find((one) => new URL(one.url).pathname.startsWith("/desk"));
    return page ? page.focus() : self.clients.openWindow("/desk");
  })());
});

function offlinePage() {
  const safe = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<!doctype html><html lang="${WORDS.lang}" dir="${WORDS.dir}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">`
    + `<title>${safe(WORDS.offline_title)}</title><body style="font:1rem/1.5 system-ui;display:grid;place-content:center;min-height:90vh;padding:2rem;color-scheme:light dark">`
    + `<h1>${safe(WORDS.offline_title)}</h1><p>${safe(WORDS.offline)}</p><p><a href="">${safe(WORDS.again)}</a></p>`;
}
