// Desktop alerts and sounds: what of all that changes concerns this agent, and how they are told. Never a word of a message.
import { currentId, show } from "./conversation.js";
import { isOn as isFocused } from "./focus.js";
import { on, recall, remember } from "./frame.js";
import { getJson } from "./server.js";
import { play } from "./sounds.js";
import { toast, word } from "./words.js";

const me = document.body.dataset.me;
const areOn = () => recall("alerts") === "on" && "Notification" in window && Notification.permission === "granted";

export function start() {
  on("alerts", toggle);
}

// Which of the four it is: a customer wrote in my case, a case came to me, a colleague called me, there is danger in my case.
function kindOf(change) {
  if (change.actor === me) return null;
  if (change.calls_me) return "mentioned";
  if (!change.is_mine) return null;
  if (change.warns) return "danger";
  if (change.kind === "conversations.received") return "message";
  return change.kind === "conversations.assigned" ? "assigned" : null;
}

export function soundOf(change) {
  const kind = kindOf(change);
  if (!kind) return;
  if (kind === "mentioned") called(change);
  if (kind === "danger") point(change, "alert_danger", "signal"); // also who is focused on another case
  const isSeen = document.visibilityState === "visible" && change.conversation === currentId();
  if (!isSeen) play(kind);
}

export function alertOf(change) {
  const kind = kindOf(change);
  if (!kind || !areOn() || isFocused() || document.visibilityState === "visible") return;
  const row = document.getElementById(`row-${change.conversation}`);
  const body = row ? `${row.querySelector(".who").textContent} · ${row.dataset.ref}` : "";
  const alert = new Notification(word(`alert_${kind}`), { body, tag: change.conversation });
  alert.addEventListener("click", () => {
    focus();
    show(`/desk/conversations/${change.conversation}?view=${encodeURIComponent(document.body.dataset.view)}`);
    alert.close();
  });
}

function called(change) {
  countMentions();
  if (!isFocused()) point(change, "mentioned");
}

function point(change, text, kind) {
  if (change.conversation === currentId()) return;
  const run = () => show(`/desk/conversations/${change.conversation}?view=${encodeURIComponent(document.body.dataset.view)}`);
  toast(word(text), { kind, action: { text: word("look"), run } });
}

export async function countMentions() {
  const { count } = await getJson("/desk/mentions/unseen").catch(() => ({ count: null }));
  const badge = document.getElementById("mentions");
  if (badge && count !== null) badge.textContent = count || "";
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
