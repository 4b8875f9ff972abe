// Who else is here: told when this page opens a conversation or its agent types, shown beside the state.
import { put } from "./server.js";
import { word } from "./words.js";

const me = document.body.dataset.me;
const VIEWING_MS = 20_000;
const TYPING_MS = 3_000;
const LASTS_MS = { viewing: 45_000, typing: 6_000, noting: 6_000 };
let here = null;
let lastTyped = 0;
let others = new Map(); // who -> {name, type, until}

export function arrive(id) {
  here = id;
  others = new Map();
  draw();
  tell("viewing");
}

export function leave() {
  if (here) tell("left");
  here = null;
}

export function typed(kind) {
  if (Date.now() - lastTyped < TYPING_MS) return;
  lastTyped = Date.now();
  tell(kind === "note" ? "noting" : "typing");
}

export function heard(event) {
  if (event.conversation !== here || event.who === me) return;
  const isCustomer = event.author && event.author.kind !== "agent";
  const who = isCustomer ? "customer" : event.who;
  if (!who) return;
  if (event.type === "left") others.delete(who);
  else if (LASTS_MS[event.type]) {
    const known = others.get(who);
    if (!known && !isCustomer) tell("viewing"); // so that the newcomer knows of us
    if (event.type === "viewing" && known && known.type !== "viewing" && known.until > Date.now()) return; // it was overtaken
    others.set(who, { name: event.author?.name ?? "", type: event.type, isCustomer, until: Date.now() + LASTS_MS[event.type] });
  }
  draw();
}

// Their message has arrived: they type no longer.
export function finished(who) {
  const other = others.get(who);
  if (!other) return;
  if (other.isCustomer) others.delete(who);
  else Object.assign(other, { type: "viewing", until: Date.now() + LASTS_MS.viewing });
  draw();
}

export function start() {
  setInterval(() => { if (document.visibilityState === "visible") tell("viewing"); }, VIEWING_MS);
  setInterval(draw, 2_000);
  addEventListener("pagehide", leave);
}

function tell(type) {
  if (here) put(`/desk/conversations/${here}/presence`, { type }, { method: "POST", keepalive: type === "left" }).catch(() => {});
}

function draw() {
  const box = document.getElementById("also");
  if (!box) return;
  const now = Date.now();
  for (const [who, other] of others) {
    if (other.until > now) continue;
    if (other.type === "viewing" || other.isCustomer) others.delete(who);
    else Object.assign(other, { type: "viewing", until: now + LASTS_MS.viewing });
  }
  const busiest = [...others.values()].sort((a, b) => (a.type === "viewing") - (b.type === "viewing"))[0];
  const text = !busiest ? "" : busiest.isCustomer ? word("customer_typing") : word(busiest.type, { name: busiest.name });
  if (box.textContent !== text) box.textContent = text;
}
