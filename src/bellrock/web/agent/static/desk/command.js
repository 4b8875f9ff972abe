// The command bar: one list of what can be done now and what the server finds, walked with the arrows.
import { choices } from "./choices.js";
import { write } from "./composer.js";
import { currentId, show } from "./conversation.js";
import { on, run } from "./frame.js";
import { sign } from "./keys.js";
import { offer } from "./offers.js";
import { getJson } from "./server.js";
import { icon, word } from "./words.js";

const WAIT_MS = 120;
const bar = document.getElementById("command");
const input = bar.querySelector("input");
const hits = document.getElementById("hits");
let commands = [];
let ready = null;
const ORDER = ["actions", "conversations", "canned", "macros", "views", "colleagues", "articles", "places", "console", "search"];
// What is done to the open conversation is offered only while there is one.
const ON_CASE = new Set(["assign-to", "use-canned", "run-macro"]);
let found = [];
let shown = [];
let chosen = 0;
let timer = 0;
let asking = null;

// What the bar offers comes after the page, so that the list is there first; Enter waits for it.
function load() {
  ready ??= getJson("/desk/commands").then((list) => { commands = list; if (bar.open) draw(); }, () => { ready = null; });
  return ready;
}

export function start() {
  on("command", open);
  setTimeout(load, 0);
  input.addEventListener("input", () => { found = []; draw(); search(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    }
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      load().then(() => { if (bar.open && shown[chosen]) perform(shown[chosen]); });
    }
  });
  hits.addEventListener("click", (event) => {
    const place = event.target.closest("[role=option]")?.dataset.place;
    if (place) perform(shown[Number(place)]);
  });
  bar.addEventListener("click", (event) => { if (event.target === bar) bar.close(); });
}

function open() {
  if (bar.open) return;
  input.value = "";
  found = [];
  load();
  draw();
  bar.showModal();
  input.focus();
}

function perform(command) {
  bar.close();
  if (command.do === "use-canned") return write("reply") && offer(document.querySelector("#write-reply textarea"), `#${command.value}`);
  if (command.do) return run(command.do, { value: command.value });
  if (command.new_tab) return window.open(command.url, "_blank", "noopener");
  if (command.url.includes("/conversations/")) return show(new URL(command.url, location.href).href);
  location.assign(command.url);
}

function search() {
  clearTimeout(timer);
  asking?.abort();
  const words = input.value.trim();
  if (words.length < 2) return;
  timer = setTimeout(async () => {
    asking = new AbortController();
    try {
      found = await getJson(`/desk/find?q=${encodeURIComponent(words)}&view=${encodeURIComponent(document.body.dataset.view)}`, asking.signal);
      draw();
    } catch { /* a newer search is on its way, or the connection is gone and the bar still finds actions */ }
  }, WAIT_MS);
}

// How well a command fits: 0 where every word begins one of its words, 1 where it stands inside, null where it is missing.
function fit(command, words) {
  const text = ` ${command.text} ${command.more ?? ""}`.toLowerCase();
  if (!words.every((word) => text.includes(word))) return null;
  return words.every((word) => text.includes(` ${word}`)) ? 0 : 1;
}

function draw() {
  const words = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const fits = new Map();
  for (const command of commands) {
    const how = fit(command, words);
    if (how !== null && (command.group !== "actions" || currentId())) fits.set(command, how);
  }
  // What the server found fits as it says, also where the words stand in another place than the text.
  for (const command of found) if (!ON_CASE.has(command.do) || currentId()) fits.set(command, fit(command, words) ?? 0);
  const best = (group) => Math.min(...[...fits].filter(([command]) => command.group === group).map(([, how]) => how));
  const order = ORDER.filter((group) => best(group) < 2).sort((one, other) => best(one) - best(other));
  shown = order.flatMap((group) => [...fits.keys()].filter((command) => command.group === group).sort((one, other) => fits.get(one) - fits.get(other)));
  chosen = 0;
  hits.replaceChildren();
  for (const group of order) {
    const members = shown.filter((command) => command.group === group);
    if (!members.length) continue;
    const box = document.createElement("div");
    box.setAttribute("role", "group");
    const title = document.createElement("div");
    title.className = "group";
    title.id = `group-${group}`;
    title.textContent = word(`group_${group}`);
    box.setAttribute("aria-labelledby", title.id);
    box.append(title, ...members.map(option));
    hits.append(box);
  }
  if (!shown.length) {
    const none = document.createElement("p");
    none.className = "none";
    none.textContent = word("nothing_found");
    hits.append(none);
  }
  document.getElementById("found").textContent = shown.length ? word("found", { count: shown.length }) : "";
  choose(0);
}

function option(command) {
  const place = shown.indexOf(command);
  const item = document.createElement("div");
  item.setAttribute("role", "option");
  item.id = `hit-${place}`;
  item.dataset.place = place;
  const text = document.createElement("span");
  const name = document.createElement("bdi");
  name.textContent = command.do === "assign-to" ? word("assign_to", { name: command.text }) : command.text;
  text.append(name);
  if (command.more) {
    const more = document.createElement("span");
    more.className = "quiet";
    more.textContent = command.more;
    text.append(more);
  }
  item.append(icon(command.icon), text);
  const code = choices.keys[command.do];
  const shownKey = code === undefined ? command.key : sign(code);
  if (shownKey) {
    const key = document.createElement("kbd");
    key.textContent = shownKey;
    item.append(key);
  }
  return item;
}

function choose(place) {
  if (!shown.length) return input.removeAttribute("aria-activedescendant");
  chosen = (place + shown.length) % shown.length;
  for (const item of hits.querySelectorAll("[role=option]")) item.setAttribute("aria-selected", Number(item.dataset.place) === chosen);
  const item = document.getElementById(`hit-${chosen}`);
  input.setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
}
