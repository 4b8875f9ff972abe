// The open conversation: opened without a page load, kept up to date from the last number, scrolled with care.
import { settleComposer } from "./composer.js";
import { on, run } from "./frame.js";
import { markCurrent } from "./inbox.js";
import { arrive, leave } from "./presence.js";
import { get, parse } from "./server.js";
import { announce, toastProblem, word } from "./words.js";

const NEAR_END_PX = 120;
const desk = document.querySelector(".desk");
const main = document.getElementById("main");
const pane = document.getElementById("pane");
let opening = 0;

export const log = () => document.getElementById("log");
export const currentId = () => log()?.dataset.id ?? null;
const scroller = () => document.getElementById("scroll");

// Nothing is fetched ahead: whoever opens a conversation is written down, and nobody looked who did not open it.
export async function show(url, { push = true, focus = true } = {}) {
  const turn = ++opening;
  leave();
  main.classList.add("loading");
  main.setAttribute("aria-busy", "true");
  try {
    const { html } = await get(url);
    if (turn !== opening) return; // a later click won
    place(html);
    if (push) history.pushState({ url }, "", url);
    document.title = `${main.querySelector("h1")?.textContent ?? ""} · Bellrock`;
    desk.classList.add("has-case", "with-case");
    desk.classList.remove("with-pane");
    markCurrent(currentId());
    opened();
    if (focus) main.focus({ preventScroll: true });
  } catch (problem) {
    if (turn === opening) toastProblem(problem);
  } finally {
    if (turn === opening) {
      main.classList.remove("loading");
      main.removeAttribute("aria-busy");
    }
  }
}

// Bring the timeline up to date: only what came after the last number, plus what has no number yet.
export async function refreshTimeline() {
  const box = log();
  if (!box) return;
  const { html } = await get(`${box.dataset.url}/timeline?after=${box.dataset.after}&view=${encodeURIComponent(document.body.dataset.view)}`);
  if (box === log()) merge(parse(html));
}

export function merge(fragment) {
  const box = log();
  const stays = isNearEnd();
  const news = fragment.querySelector("[data-after]");
  const added = [];
  for (const section of news.querySelectorAll("section[data-day]")) {
    const day = box.querySelector(`section[data-day="${section.dataset.day}"]`);
    const entries = [...section.querySelectorAll(".entry")];
    if (!day) box.append(section);
    for (const entry of entries) {
      const old = [...box.querySelectorAll(`#${CSS.escape(entry.id)}`)].find((element) => element !== entry);
      if (old) { old.replaceWith(entry); continue; }
      entry.classList.add("arrived");
      added.push(entry);
      if (day) day.querySelector("ol").append(entry);
    }
  }
  if (Number(news.dataset.after) >= Number(box.dataset.after)) { // an older answer may be the slower one
    box.dataset.after = news.dataset.after;
    box.dataset.last = news.dataset.last;
  }
  if (added.some((entry) => "renews" in entry.dataset)) renew().catch(() => {});
  if (added.some((entry) => entry.querySelector(".tag.signal"))) refreshHeader().catch(() => {}); // a secret: the pane tells it
  replaceState(fragment);
  ready(box);
  if (added.length) tellOf(added, stays);
  settleComposer(box.dataset.last);
  document.dispatchEvent(new CustomEvent("desk:merged"));
  return added;
}

// The whole timeline anew: something in its middle changed, or came, or went.
export async function renew() {
  const box = log();
  const turn = opening;
  if (!box) return;
  const { html } = await get(`${box.dataset.url}?view=${encodeURIComponent(document.body.dataset.view)}`);
  if (box !== log() || turn !== opening) return;
  const fresh = parse(html).querySelector('template[data-into="main"]').content.getElementById("log");
  if (!fresh) return;
  const top = scroller().scrollTop;
  box.replaceWith(fresh);
  scroller().scrollTop = top;
  ready(fresh);
  if (Number(fresh.dataset.after) < Number(box.dataset.after)) await refreshTimeline(); // what came meanwhile
}

// What needs a script is shown where there is one.
export function ready(part) {
  for (const element of part.querySelectorAll(".does[hidden], [data-do][hidden]")) element.hidden = false;
}

// The header's menus and state after an action, without touching the timeline or what is being written.
export async function refreshHeader() {
  const box = log();
  const turn = opening;
  if (!box) return;
  const { html } = await get(`${box.dataset.url}?view=${encodeURIComponent(document.body.dataset.view)}`);
  if (box !== log() || turn !== opening) return; // another conversation was opened meanwhile
  const fresh = parse(html).querySelector('template[data-into="main"]').content;
  const wasOpen = Boolean(document.getElementById("composer"));
  if (wasOpen !== Boolean(fresh.querySelector("#composer"))) return place(html), opened();
  // News must not close the menu that somebody is reading, nor take the focus or the words begun out of it.
  const items = () => [...document.querySelectorAll("#acts :is(summary, button, a)")];
  const menu = document.querySelector("#acts details.menu[open]");
  const field = menu?.contains(document.activeElement) && isField(document.activeElement) ? document.activeElement : null;
  const focused = items().indexOf(document.activeElement);
  const renewed = menu && fresh.getElementById(menu.id);
  if (renewed && isBegun(menu)) renewed.replaceWith(menu);
  else if (renewed) renewed.open = true;
  for (const id of ["acts", "state"]) document.getElementById(id)?.replaceWith(fresh.getElementById(id));
  if (field) field.focus({ preventScroll: true });
  else if (focused >= 0) items()[focused]?.focus();
  ready(document.getElementById("acts"));
  if (pane.contains(document.activeElement) || isBegun(pane)) return;
  const top = pane.querySelector(".scroll")?.scrollTop ?? 0;
  pane.replaceChildren(parse(html).querySelector('template[data-into="pane"]').content);
  ready(pane);
  if (pane.querySelector(".scroll")) pane.querySelector(".scroll").scrollTop = top;
  document.dispatchEvent(new CustomEvent("desk:pane"));
}

// Somebody has begun to write or choose in one of its fields, or is in one.
function isBegun(part) {
  return [...part.querySelectorAll("input, textarea")].some((field) => isField(field) && (
    field === document.activeElement || field.value !== field.defaultValue || field.checked !== field.defaultChecked));
}

function isField(element) {
  return element.matches("textarea, input:not([type=hidden], [type=submit])");
}

export function scrollToEnd() {
  const box = scroller();
  if (box) box.scrollTop = box.scrollHeight;
  document.getElementById("jump")?.remove();
}

export function closeCase() {
  leave();
  desk.classList.remove("with-case", "with-pane");
}

export function start() {
  history.replaceState({ url: location.href }, "");
  addEventListener("popstate", (event) => {
    const url = event.state?.url ?? location.href;
    if (new URL(url).pathname.includes("/conversations/")) show(url, { push: false });
    else closeCase();
  });
  on("back", (source) => { history.pushState({ url: source.href }, "", source.href); closeCase(); });
  on("line", toLine);
  if (log()) opened();
}

// From the right pane to the line that tells it, with the eyes and the keyboard.
function toLine(source) {
  const line = document.getElementById(source.hash.slice(1));
  if (!line) return;
  if (desk.classList.contains("with-pane")) run("pane");
  line.scrollIntoView({ block: "center" });
  line.tabIndex = -1;
  line.addEventListener("blur", () => line.removeAttribute("tabindex"), { once: true });
  line.focus({ preventScroll: true });
}

function opened() {
  scrollToEnd();
  ready(main);
  ready(pane);
  keepEnd(scroller());
  document.dispatchEvent(new CustomEvent("desk:opened", { detail: { id: currentId() } }));
  arrive(currentId());
}

// Whoever read the newest line goes on seeing it when the composer or a keyboard takes its place.
function keepEnd(box) {
  if (!box) return;
  let wasNearEnd = true;
  box.addEventListener("scroll", () => {
    wasNearEnd = isNearEnd();
    if (wasNearEnd) document.getElementById("jump")?.remove();
  }, { passive: true });
  box.addEventListener("load", () => { if (wasNearEnd) scrollToEnd(); }, { capture: true }); // a picture came in
  new ResizeObserver(() => { if (wasNearEnd) scrollToEnd(); }).observe(box);
}

function place(html) {
  const fragment = parse(html);
  for (const part of [...fragment.children]) {
    ({ main, pane })[part.dataset.into]?.replaceChildren(part.content);
  }
}

function replaceState(fragment) {
  const fresh = fragment.querySelector('template[data-into="state"]');
  const also = document.getElementById("also")?.textContent ?? "";
  if (!fresh) return;
  document.getElementById("state").replaceChildren(fresh.content);
  document.getElementById("also").textContent = also;
}

function tellOf(entries, stays) {
  const theirs = entries.filter((entry) => entry.classList.contains("customer")).at(-1);
  if (theirs) announce(`${word("new_message", { name: theirs.querySelector("header b").textContent })}: ${theirs.querySelector(".text")?.textContent ?? ""}`);
  if (stays) return scrollToEnd();
  if (document.getElementById("jump")) return;
  const box = document.createElement("div");
  box.id = "jump";
  box.className = "jump";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn small";
  button.textContent = word("new_below");
  button.addEventListener("click", scrollToEnd);
  box.append(button);
  document.getElementById("composer")?.append(box);
}

function isNearEnd() {
  const box = scroller();
  return !box || box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
}
