// What the composer offers while somebody writes: # canned replies, :: articles, @ colleagues; walked with the arrows.
import { getJson } from "./server.js";
import { announce, icon, word } from "./words.js";

const WAIT_MS = 80;
const TRIGGER = /(^|[\s(（「“"'])(#|@|::)([^\s#@:]{0,30})$/;
const SOURCES = {
  "#": { path: "canned", icon: "reply", none: "no_canned" },
  "::": { path: "articles", icon: "book", none: "no_article" },
  "@": { path: "colleagues", icon: "person", none: "no_colleague", notesOnly: true },
};
let open = null; // { area, mark, from, list, chosen }
let timer = 0;
let asking = null;
let isLate = false; // what is shown answers what was typed before
let takesNext = false; // a key took one already: the first of those that come

const box = () => document.getElementById("offers");
const options = () => [...box().querySelectorAll("[role=option]")];

export const isOpen = () => Boolean(open);

export function start() {
  const main = document.getElementById("main");
  main.addEventListener("input", (event) => {
    if (event.target.matches("#composer textarea")) look(event.target);
  });
  main.addEventListener("keydown", walk, { capture: true });
  main.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("#offers [role=option]");
    if (!option) return;
    event.preventDefault(); // the field keeps its focus
    take(Number(option.dataset.place));
  });
  main.addEventListener("focusout", (event) => { if (event.target.matches("#composer textarea")) close(); });
  document.addEventListener("desk:opened", close);
}

// Begin one from outside, such as from the command bar.
export function offer(area, mark) {
  const before = area.value.slice(0, area.selectionStart);
  area.setRangeText(`${before && !/\s$/.test(before) ? " " : ""}${mark}`, area.selectionStart, area.selectionEnd, "end");
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function look(area) {
  const found = area.selectionStart === area.selectionEnd && TRIGGER.exec(area.value.slice(0, area.selectionStart));
  const source = found && SOURCES[found[2]];
  if (!source || (source.notesOnly && area.form.dataset.kind !== "note")) return close();
  const from = area.selectionStart - found[2].length - found[3].length;
  clearTimeout(timer);
  asking?.abort();
  isLate = true;
  takesNext = false;
  timer = setTimeout(() => ask(area, found[2], from, found[3]), open ? WAIT_MS : 0);
}

async function ask(area, mark, from, words) {
  const source = SOURCES[mark];
  const { url } = document.getElementById("composer").dataset;
  asking = new AbortController();
  try {
    const list = await getJson(`${url}/${source.path}?q=${encodeURIComponent(words)}`, asking.signal);
    if (document.activeElement !== area) return;
    open = { area, mark, from, list, chosen: 0 };
    isLate = false;
    draw(source, words);
    if (takesNext && list.length) take(0);
    takesNext = false;
  } catch (problem) { // a newer question is on its way, or there is no connection: the text stays as it is
    if (problem.name !== "AbortError") isLate = takesNext = false;
  }
}

function draw(source, words) {
  const list = box();
  list.hidden = false;
  list.replaceChildren(...open.list.map((item, place) => option(item, place, source)));
  if (!open.list.length) {
    const none = document.createElement("p");
    none.className = "none";
    none.textContent = word(open.mark === "::" && words.length < 2 ? "type_article" : source.none);
    list.append(none);
  }
  open.area.setAttribute("aria-controls", "offers");
  choose(0);
  announce(open.list.length ? word("offered", { count: open.list.length }) : list.textContent);
}

function option(item, place, source) {
  const element = document.createElement("div");
  element.setAttribute("role", "option");
  element.id = `offer-${place}`;
  element.dataset.place = place;
  const text = document.createElement("span");
  const title = document.createElement("bdi");
  title.textContent = item.title;
  if (item.lang) title.lang = item.lang;
  text.append(title);
  if (item.shortcut) text.append(quiet(`#${item.shortcut}`, "ltr"));
  if (item.language) text.append(quiet(item.language));
  if (item.presence && item.presence !== "offline") text.append(quiet(word(`is_${item.presence}`)));
  element.append(icon(source.icon), text);
  if (item.missing?.length) {
    const missing = document.createElement("span");
    missing.className = "tag signal";
    missing.textContent = item.missing.join(", ");
    element.append(missing);
  }
  return element;
}

function quiet(text, dir = "auto") {
  const element = document.createElement("bdi");
  element.className = "quiet";
  element.dir = dir;
  element.textContent = text;
  return element;
}

function walk(event) {
  if (!open || event.target !== open.area || event.isComposing) return;
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) walkTo(open.chosen + steps[event.key]);
  else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && open.list.length) isLate ? takesNext = true : take(open.chosen);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

// Whoever walks the list has chosen it: no other takes its place.
function walkTo(place) {
  clearTimeout(timer);
  asking?.abort();
  isLate = false;
  choose(place);
}

function choose(place) {
  const all = options();
  if (!all.length) return open.area.removeAttribute("aria-activedescendant");
  open.chosen = (place + all.length) % all.length;
  all.forEach((item, at) => item.setAttribute("aria-selected", at === open.chosen));
  open.area.setAttribute("aria-activedescendant", all[open.chosen].id);
  all[open.chosen].scrollIntoView({ block: "nearest" });
}

function take(place) {
  const { area, from, list, mark } = open;
  const item = list[place];
  close();
  const text = mark === "@" ? `@${item.title} ` : item.text;
  if (mark === "@") remember(area.form, item);
  area.setRangeText(text, from, area.selectionStart, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  const gap = text.indexOf("{{");
  if (gap >= 0) area.setSelectionRange(from + gap, from + text.indexOf("}}", gap) + 2);
}

// Who is called goes along with the note, as long as the name stands in it.
function remember(form, item) {
  if ([...form.querySelectorAll("[name=mentions]")].some((field) => field.value === item.id)) return;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "mentions";
  field.value = item.id;
  field.dataset.name = item.title;
  form.append(field);
}

export function settleMentions(form, text) {
  for (const field of form.querySelectorAll("[name=mentions]")) if (!text.includes(`@${field.dataset.name}`)) field.remove();
}

function close() {
  takesNext = false;
  clearTimeout(timer);
  asking?.abort();
  if (!open) return;
  open.area.removeAttribute("aria-activedescendant");
  open.area.removeAttribute("aria-controls");
  open = null;
  if (box()) { box().hidden = true; box().replaceChildren(); }
}
