// Whether this agent takes cases: chosen here, away by itself after a while, and work given back when they go.
import { on } from "./frame.js";
import { refreshList } from "./inbox.js";
import { getJson, put } from "./server.js";
import { announce, toast, toastProblem, word } from "./words.js";

const BEAT_MS = 30_000;
const IDLE_MS = Number(document.body.dataset.idleMs) || 600_000;
const dialog = document.getElementById("leaving");
let touched = Date.now();
let wasIdle = false;
let now = "online";
let choices = 0; // begun and ended: an answer to the beat from before one says nothing any more

export const presence = () => now;

export function start() {
  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) addEventListener(kind, touch, { passive: true, capture: true });
  on("presence", (source) => choose(source.value));
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close();
    say(dialog.dataset.wanted, event.submitter?.value === "give");
  });
  setInterval(beat, BEAT_MS);
  beat();
}

function touch() {
  touched = Date.now();
  if (wasIdle) beat();
}

async function beat() {
  wasIdle = Date.now() - touched >= IDLE_MS;
  const before = choices;
  try {
    const { html } = await put("/desk/presence", { idle: wasIdle });
    if (before === choices) draw(JSON.parse(html).presence);
  } catch { /* the line is gone; the bar says so */ }
}

// Going off or away with work in hand: say first what becomes of it.
async function choose(wanted) {
  if (wanted === "online" || wanted === "busy") return say(wanted, false);
  try {
    const plan = await getJson("/desk/presence/leaving");
    if (!plan.goes && !plan.stays) return say(wanted, false);
    dialog.dataset.wanted = wanted;
    fill("goes", plan.goes, plan.going);
    fill("stays", plan.stays, plan.staying);
    dialog.querySelector('[value="give"]').hidden = !plan.goes;
    dialog.showModal();
  } catch (problem) { toastProblem(problem); }
}

function fill(part, count, list) {
  const box = dialog.querySelector(`[data-part=${part}]`);
  box.hidden = !count;
  box.querySelector(".num").textContent = count;
  box.querySelector("ul").replaceChildren(...list.map((item) => {
    const row = document.createElement("li");
    const name = document.createElement("bdi");
    name.textContent = item.name;
    const more = document.createElement("span");
    more.className = "quiet";
    more.textContent = [item.reference, item.why].filter(Boolean).join(" · ");
    row.append(name, " ", more);
    return row;
  }));
  if (count > list.length) {
    const rest = document.createElement("li");
    rest.textContent = word("and_more", { count: count - list.length });
    box.querySelector("ul").append(rest);
  }
}

async function say(wanted, givesBack) {
  try {
    const answer = await tell({ presence: wanted, gives_back: givesBack });
    toast(answer.given ? word("given_back", { count: answer.given }) : word(`now_${answer.presence}`));
    if (answer.given) refreshList().catch(() => {});
  } catch (problem) { toastProblem(problem); }
}

export function chooseQuietly(wanted) {
  tell({ presence: wanted }, { keepalive: true }).catch(() => {});
}

async function tell(choice, options = {}) {
  choices++;
  try {
    const answer = JSON.parse((await put("/desk/presence/choice", choice, options)).html);
    draw(answer.presence);
    return answer;
  } finally { choices++; }
}

function draw(presence) {
  now = presence;
  const label = document.getElementById("online");
  const text = word(`now_${presence}`);
  if (label && label.textContent !== text) {
    label.textContent = text;
    if (presence !== "online") announce(text);
  }
  label?.classList.toggle("away", presence !== "online");
  document.body.dataset.presence = presence;
  for (const button of document.querySelectorAll('[data-do="presence"]')) button.setAttribute("aria-pressed", button.value === presence);
}
