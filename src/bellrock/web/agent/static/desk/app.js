// The console as an app: its service worker, and whether this browser is woken when something waits.
import { on } from "./frame.js";
import { getJson, put } from "./server.js";
import { toast, toastProblem, word } from "./words.js";

const isAble = "serviceWorker" in navigator;
let offer = null; // the browser's own question whether to install

export function start() {
  on("wake", toggle);
  on("install", async () => { await offer?.prompt(); offer = null; draw(); });
  addEventListener("beforeinstallprompt", (event) => { event.preventDefault(); offer = event; draw(); });
  if (isAble) navigator.serviceWorker.register(`/desk/worker.js?lang=${document.documentElement.lang}`, { scope: "/desk" }).catch(() => {});
  draw();
}

function draw() {
  for (const button of document.querySelectorAll('[data-do="install"]')) button.hidden = !offer;
  for (const button of document.querySelectorAll('[data-do="wake"]')) button.hidden = !isAble || !("PushManager" in window);
}

async function toggle() {
  try {
    const worker = await navigator.serviceWorker.ready;
    const old = await worker.pushManager.getSubscription();
    if (old) {
      await put("/desk/push", { endpoint: old.endpoint }, { method: "DELETE" });
      await old.unsubscribe();
      return toast(word("wake_off"));
    }
    if (await Notification.requestPermission() !== "granted") return toast(word("alerts_refused"), { kind: "signal" });
    const { key } = await getJson("/desk/push");
    const fresh = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    await put("/desk/push", fresh.toJSON(), { method: "POST" });
    toast(word("wake_on"));
  } catch (problem) {
    problem.code ? toastProblem(problem) : toast(word("wake_failed"), { kind: "signal" });
  }
}
