// What was read: told to the server when the newest message stands before somebody's eyes, not when a page is only open.
import { countMentions } from "./alerts.js";
import { currentId, log } from "./conversation.js";
import { postJson } from "./server.js";

const WAIT_MS = 400;
let timer = 0;
let told = "";

export function start() {
  document.addEventListener("desk:opened", () => { told = ""; soon(); });
  document.addEventListener("desk:merged", soon);
  document.addEventListener("visibilitychange", soon);
  addEventListener("focus", soon);
  if (currentId()) soon();
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(tell, WAIT_MS);
}

async function tell() {
  const box = log();
  if (!box || document.visibilityState !== "visible" || !box.dataset.last || told === box.dataset.last) return;
  told = box.dataset.last;
  try {
    const { called } = await postJson(`${box.dataset.url}/reading`, new FormData());
    document.getElementById(`row-${box.dataset.id}`)?.classList.remove("unread");
    if (called) countMentions();
  } catch { told = ""; }
}
