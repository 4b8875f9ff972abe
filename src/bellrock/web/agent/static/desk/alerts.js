// Desktop alerts: only when asked for, only while the page is hidden, never with a word of the message.
import { show } from "./conversation.js";
import { on, recall, remember } from "./frame.js";
import { toast, word } from "./words.js";

const areOn = () => recall("alerts") === "on" && "Notification" in window && Notification.permission === "granted";

export function start() {
  on("alerts", toggle);
}

export function alertOf(change) {
  if (!areOn() || document.visibilityState === "visible" || change.kind !== "conversations.received") return;
  const row = document.getElementById(`row-${change.conversation}`);
  if (!row) return;
  const alert = new Notification(word("alert_title"), { body: `${row.querySelector(".who").textContent} · ${row.dataset.ref}`, tag: change.conversation });
  alert.addEventListener("click", () => { focus(); show(row.href); alert.close(); });
}

async function toggle() {
  if (recall("alerts") === "on") {
    remember("alerts", "off");
    return toast(word("alerts_off"));
  }
  const answer = "Notification" in window ? await Notification.requestPermission() : "denied";
  if (answer !== "granted") return toast(word("alerts_refused"), { kind: "signal" });
  remember("alerts", "on");
  toast(word("alerts_on"));
}
