// The live line: which conversations changed, by number; after a break it goes on from the last one heard.
import { alertOf, soundOf } from "./alerts.js";
import { currentId, refreshHeader, refreshTimeline } from "./conversation.js";
import { refreshList, refreshRow, refreshViews } from "./inbox.js";
import { finished, heard } from "./presence.js";
import { toast, word } from "./words.js";

const BAR_AFTER_MS = 2_500;
const RETRY_MS = [500, 1_000, 2_000, 4_000, 8_000];
const COUNTS_MS = 700;
const offline = document.getElementById("offline");
let last = Number(document.body.dataset.after);
let source = null;
let tries = 0;
let barTimer = 0;
let countsTimer = 0;
let isOver = false;
const changed = new Map(); // conversation -> change
let isUpdating = false;

export function start() {
  offline.querySelector("[data-say]").textContent = word("offline");
  connect();
  addEventListener("online", () => { tries = 0; connect(); });
  addEventListener("pageshow", (event) => { if (event.persisted) { connect(); refreshList().catch(() => {}); } });
}

function connect() {
  if (isOver) return;
  source?.close();
  source = new EventSource(`/desk/events?after=${last}`);
  source.addEventListener("open", connected);
  source.addEventListener("error", lost);
  source.addEventListener("change", (event) => take(JSON.parse(event.data), event.lastEventId));
  source.addEventListener("presence", (event) => heard(JSON.parse(event.data)));
  source.addEventListener("reset", () => location.reload());
  source.addEventListener("ended", (event) => {
    if (JSON.parse(event.data).reason !== "session_ended") return;
    isOver = true;
    source.close();
    offline.hidden = false;
    offline.querySelector("[data-say]").textContent = word("ended");
  });
}

function connected() {
  tries = 0;
  clearTimeout(barTimer);
  barTimer = 0;
  if (offline.hidden) return;
  offline.hidden = true;
  toast(word("online"));
  refreshList().catch(() => {});
  refreshTimeline().catch(() => {});
}

function lost() {
  if (!barTimer) barTimer = setTimeout(() => { offline.hidden = false; }, BAR_AFTER_MS);
  if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
  setTimeout(connect, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
}

function take(change, id) {
  last = Math.max(last, Number(id || change.number));
  alertOf(change);
  soundOf(change);
  if (change.conversation === currentId()) finished(change.kind.endsWith(".received") ? "customer" : change.actor);
  changed.set(change.conversation, change);
  update();
}

// One pass at a time: whatever changes meanwhile is taken in the next, so that a flood costs one fetch a conversation.
async function update() {
  if (isUpdating) return;
  isUpdating = true;
  while (changed.size) {
    const batch = [...changed.values()];
    changed.clear();
    await Promise.allSettled(batch.slice(0, 20).map(apply));
    if (batch.length > 20) await refreshList().catch(() => {});
  }
  isUpdating = false;
  countsTimer ||= setTimeout(() => { countsTimer = 0; refreshViews().catch(() => {}); }, COUNTS_MS);
}

async function apply(change) {
  const isOpen = change.conversation === currentId();
  const isState = !/\.(received|replied|noted)$/.test(change.kind);
  await Promise.all([
    refreshRow(change.conversation),
    isOpen ? refreshTimeline() : null,
    isOpen && isState ? refreshHeader() : null,
  ]);
}
