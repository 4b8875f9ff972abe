/* The loader: everything an exchange's page carries until somebody opens the chat. It draws the button, answers
   `window.Bellrock(…)`, and fetches the app when the page is idle, so that opening is immediate.

   <script async src="https://support.example.com/widget/bellrock.js" data-locale="en"></script>
   Bellrock("boot", { token: () => fetch("/support-token").then((r) => r.text()), locale: "en" })

   All verbs stand in docs/widget.md and bellrock.d.ts. Calls made before this script has come wait in Bellrock.q. */

import look from "./launcher.shadow.css";

const script = document.currentScript;
const base = new URL(script.src).origin;
const waiting = (window.Bellrock && window.Bellrock.q) || [];
const heard = new Map();
let element = null;
let loading = null;
let unreadCount = 0;

/* Tell the page, and say how many listen. What it does with that is its own affair: an error of its stops nothing here. */
function tell(event, value) {
  const listeners = [...(heard.get(event) || [])];
  for (const run of listeners) {
    try { run(value); } catch (error) { setTimeout(() => { throw error; }); }
  }
  return listeners.length;
}

function load() {
  loading ??= new Promise((resolve, reject) => {
    const tag = document.createElement("script");
    tag.src = base + "__APP__";
    tag.async = true;
    tag.onload = () => resolve(window.BellrockApp);
    tag.onerror = () => { loading = null; tag.remove(); reject(new Error("network")); };
    document.head.append(tag);
  });
  return loading;
}

class BellrockWidget extends HTMLElement {
  options = {};
  app = null;

  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(look);
    root.adoptedStyleSheets = [sheet];
    const { locale, mode } = this.options;
    this.hall = document.createElement("div");
    this.hall.lang = locale;
    this.hall.dir = /^(ar|he|fa|ur)\b/.test(locale) ? "rtl" : "ltr";
    this.place = document.createElement("div");
    if (mode !== "page") {
      this.button = document.createElement("button");
      this.button.className = "launch";
      this.button.type = "button";
      this.button.setAttribute("aria-label", this.options.label);
      this.button.setAttribute("aria-expanded", "false");
      this.button.innerHTML =
        '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 5.5h16v11H11l-4.500 3.500v-3.500H4z"/><path d="M8 9.500h8M8 12.500h5"/></svg><span class="badge" hidden></span>';
      this.button.onclick = () => this.toggle();
      this.button.onpointerenter = () => load().catch(() => {});
      this.hall.append(this.button);
    }
    this.hall.append(this.place);
    root.append(this.hall);
  }

  async start() {
    if (this.app) return this.app;
    this.button?.setAttribute("aria-busy", "true");
    try {
      const app = await load();
      this.app ??= app.mount(this);
    } finally {
      this.button?.removeAttribute("aria-busy");
    }
    return this.app;
  }

  async toggle(open) {
    const app = await this.start().catch(() => null);
    if (!app) return setTimeout(() => this.toggle(open), 3000);
    app.toggle(open);
  }

  tell = tell;

  /* Called by the app: what the button outside tells, and the page. */
  unread(count, label) {
    if (this !== element) return; // an app that was shut down may still hear what was on its way
    if (count !== unreadCount) tell("unreadCount", (unreadCount = count));
    if (!this.button) return;
    const badge = this.button.querySelector(".badge");
    badge.hidden = count < 1;
    badge.textContent = count > 9 ? "9+" : count;
    this.button.setAttribute("aria-label", label);
  }
}

/* What shows at once, without the app: attributes of the element, which its style reads. */
function dress({ theme, launcher, label }) {
  for (const [name, value] of [["theme", theme], ["launcher", launcher === false ? "hidden" : null]]) {
    value ? element.setAttribute(name, value) : element.removeAttribute(name);
  }
  if (label && !element.app) element.button?.setAttribute("aria-label", label);
}

const verbs = {
  boot(options = {}) {
    verbs.shutdown();
    const { tokenUrl: url, theme, launcher, label, locale } = script.dataset;
    const fetched = url && (() => fetch(url, { credentials: "same-origin" }).then((r) => (r.ok ? r.text() : "")));
    element = document.createElement("bellrock-widget");
    element.options = {
      base, label: label || "Support", token: fetched, theme, launcher: launcher !== "hidden", ...options,
      locale: options.locale || locale || document.documentElement.lang || navigator.language,
    };
    dress(element.options);
    document.body.append(element);
    if (options.mode === "page") return element.toggle(true);
    const known = () => { try { return localStorage.getItem("bellrock:talk"); } catch { return null; } };
    const idle = window.requestIdleCallback || ((run) => setTimeout(run, 800));
    const booted = element;
    idle(() => booted === element && (known() || options.open ? element.start() : load()).catch(() => {}));
    if (options.open) element.toggle(true);
  },
  /* The customer signed in: their thread takes the place of the visitor's, which goes on in it. */
  identify: (who) => verbs.update(typeof who === "object" ? who : { token: who }),
  update(changes = {}) {
    if (!element) return verbs.boot(changes);
    Object.assign(element.options, changes);
    if ("token" in changes || "locale" in changes) return verbs.boot({ ...element.options, open: !!element.app?.isOpen });
    dress(element.options);
  },
  open: () => element?.toggle(true),
  close: () => element?.toggle(false),
  toggle: () => element?.toggle(),
  async showNewMessage(text = "") {
    const app = await element?.start().catch(() => null);
    app?.prefill(text);
  },
  on(event, run) {
    heard.set(event, (heard.get(event) || new Set()).add(run));
    return () => verbs.off(event, run);
  },
  off: (event, run) => void heard.get(event)?.delete(run),
  unreadCount: () => unreadCount,
  shutdown() {
    element?.app?.stop();
    element?.remove();
    element = null;
    if (unreadCount) tell("unreadCount", (unreadCount = 0));
  },
  /* The customer signed out: forget whose thread it was on this device. */
  forget() {
    element?.app?.forget();
    verbs.shutdown();
  },
};
verbs.show = verbs.open;
verbs.hide = verbs.close;

/* <button data-bellrock="showNewMessage" data-bellrock-text="About my card">: a page needs no script of its own. */
document.addEventListener("click", (event) => {
  const asked = event.target.closest?.("[data-bellrock]");
  if (!asked || !["open", "close", "toggle", "showNewMessage"].includes(asked.dataset.bellrock)) return;
  event.preventDefault();
  verbs[asked.dataset.bellrock](asked.dataset.bellrockText);
});

window.Bellrock = (verb, ...rest) => verbs[verb]?.(...rest);
customElements.get("bellrock-widget") || customElements.define("bellrock-widget", BellrockWidget);
const begin = () => {
  if (script.dataset.boot !== "manual" && !waiting.some(([verb]) => verb === "boot")) verbs.boot();
  for (const [verb, ...rest] of waiting) window.Bellrock(verb, ...rest);
};
document.body ? begin() : addEventListener("DOMContentLoaded", begin);
