// Undo send: replies that wait to go out, counted down for their author. The server sends what a closed page cannot.
import { restore } from "./composer.js";
import { currentId, refreshTimeline, show } from "./conversation.js";
import { on } from "./frame.js";
import { refreshRow } from "./inbox.js";
import { getJson, post, postJson } from "./server.js";
import { announce, toast, toastProblem, word } from "./words.js";

const TICK_MS = 250;
const SENT_LATE = new Set(["held_gone", "conversation_unknown"]);
const held = new Map(); // id -> { item, at, files, bar, isBusy }
let timer = 0;

export function start() {
  on("undo", () => { const last = [...held.keys()].at(-1); if (last) takeBack(last); });
  getJson("/desk/held").then((list) => {
    for (const item of list) item.refused ? tellRefused(item) : watch(item);
  }).catch(() => {});
}

export const isWaiting = () => held.size > 0;

export function watch(item, files = null) {
  const bar = document.createElement("div");
  bar.className = "held";
  const text = document.createElement("span");
  bar.append(text, action(word("take_back"), "main", () => takeBack(item.id)), action(word("send_now"), "", () => send(item.id)));
  document.getElementById("held").append(bar);
  held.set(item.id, { item, at: Date.now() + item.left_ms, files, bar, text, isBusy: false });
  announce(word("held", { name: item.name }));
  tick();
  timer ||= setInterval(tick, TICK_MS);
}

function tick() {
  for (const [id, one] of held) {
    const left = Math.max(0, Math.ceil((one.at - Date.now()) / 1000));
    const text = one.isBusy ? word("sending") : word("goes_out", { name: one.item.name, seconds: left });
    if (one.text.textContent !== text) one.text.textContent = text;
    if (!left && !one.isBusy) send(id);
  }
  if (!held.size) { clearInterval(timer); timer = 0; }
}

async function send(id) {
  const one = held.get(id);
  if (!one || one.isBusy) return;
  one.isBusy = true;
  tick();
  try {
    await post(`/desk/held/${id}/sending`, new FormData());
    drop(id);
    announce(word("sent"));
    toast(word("sent_to", { name: one.item.name }));
  } catch (problem) {
    if (problem.code === "offline") { // the server sends it by itself; ask again what became of it
      one.at = Date.now() + 5_000;
      one.isBusy = false;
      return;
    }
    drop(id);
    if (!SENT_LATE.has(problem.code)) return bringBack(one, problem);
  }
  const { conversation } = one.item;
  if (conversation === currentId()) refreshTimeline().catch(() => {});
  refreshRow(conversation).catch(() => {});
}

async function takeBack(id) {
  const one = held.get(id);
  if (!one || one.isBusy) return;
  one.isBusy = true;
  try {
    const answer = await postJson(`/desk/held/${id}/undo`, new FormData());
    drop(id);
    await place(answer.conversation, answer.text, one.files);
    announce(word("taken_back"));
  } catch (problem) {
    drop(id);
    toastProblem(problem);
    if (one.item.conversation === currentId()) refreshTimeline().catch(() => {});
  }
}

// It could not go out, and is a draft again: show it where it was written.
async function bringBack(one, problem) {
  toastProblem(problem);
  await post(`/desk/held/${one.item.id}/reading`, new FormData()).catch(() => {});
  if (one.item.conversation !== currentId()) return tellRefused(one.item);
  await show(location.href, { push: false });
  restore(null, one.files);
}

async function place(conversation, text, files) {
  if (conversation === currentId() && restore(text, files)) return;
  await show(`/desk/conversations/${conversation}?view=${encodeURIComponent(document.body.dataset.view)}`);
  restore(null, files);
}

function tellRefused(item) {
  const run = () => {
    post(`/desk/held/${item.id}/reading`, new FormData()).catch(() => {});
    show(`/desk/conversations/${item.conversation}?view=${encodeURIComponent(document.body.dataset.view)}`);
  };
  toast(word("not_sent", { name: item.name }), { kind: "signal", action: { text: word("look"), run } });
}

function drop(id) {
  held.get(id)?.bar.remove();
  held.delete(id);
}

function action(text, kind, run) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `btn small ${kind}`;
  button.textContent = text;
  button.addEventListener("click", run);
  return button;
}
