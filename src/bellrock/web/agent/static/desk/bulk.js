// Several conversations at once: chosen with X or the box of a row, changed after a preview, taken back with one press.
import { on } from "./frame.js";
import { currentRow, refreshList, refreshViews, rows } from "./inbox.js";
import { post, postJson } from "./server.js";
import { closeSheet, fill, openSheet, sheet } from "./sheet.js";
import { announce, icon, toast, toastProblem, word } from "./words.js";

const MAX = 100;
const ACTIONS = { assign: "person", team: "people", priority: "flag", topic: "list", label: "tag", snooze: "moon", resolve: "check", spam: "spam" };
const PLAIN = new Set(["resolve", "spam"]);
const bar = document.getElementById("bulk");
const chosen = new Set();

export function start() {
  on("select", () => {
    const row = document.activeElement?.closest?.(".row") ?? currentRow();
    if (row) toggle(row.dataset.id);
  });
  on("select-all", () => { for (const row of rows().slice(0, MAX)) chosen.add(row.dataset.id); draw(); });
  on("select-none", () => { chosen.clear(); draw(); });
  for (const name of Object.keys(ACTIONS)) on(`bulk-${name}`, () => begin(name));
  document.addEventListener("desk:listed", draw);
  document.getElementById("rows").addEventListener("change", (event) => {
    if (event.target.matches(".pick input")) toggle(event.target.value);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen.size && !document.querySelector("dialog[open]") && !event.target.closest("input[type=search], textarea")) { chosen.clear(); draw(); }
  });
  sheet.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-sheet], form[data-bulk]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.sheet) preview(form.dataset.sheet, new FormData(form));
    else change(form.dataset.bulk, new FormData(form));
  });
  draw();
}

function toggle(id) {
  if (chosen.has(id)) chosen.delete(id);
  else if (chosen.size < MAX) chosen.add(id);
  else toast(word("too_many", { count: MAX }));
  draw();
  announce(word("chosen", { count: chosen.size }));
}

// Rows come from the server as they are; each gets its box here, and the bar says what can be done to those chosen.
function draw() {
  for (const row of rows()) {
    const item = row.closest("li");
    let box = item.querySelector(".pick input");
    if (!box && !row.matches(".hit")) box = addBox(item, row);
    if (box) box.checked = chosen.has(row.dataset.id);
  }
  document.querySelector(".inbox").classList.toggle("choosing", chosen.size > 0);
  bar.hidden = !chosen.size;
  if (!chosen.size) return bar.replaceChildren();
  const count = document.createElement("span");
  count.className = "num";
  count.textContent = word("chosen", { count: chosen.size });
  const actions = document.createElement("div");
  actions.className = "acts";
  actions.append(...Object.entries(ACTIONS).map(([name, drawing]) => button(`bulk-${name}`, word(`bulk_${name}`), drawing)));
  bar.replaceChildren(count, plain("select-all", word("choose_all")), plain("select-none", word("choose_none")), actions);
}

function addBox(item, row) {
  const label = document.createElement("label");
  label.className = "pick";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.value = row.dataset.id;
  box.setAttribute("aria-label", word("choose", { name: row.querySelector(".who").textContent.trim() }));
  label.append(box);
  item.append(label);
  return box;
}

function button(name, text, drawing) {
  const element = plain(name, "");
  element.classList.add("icon");
  element.append(icon(drawing));
  element.title = text;
  element.setAttribute("aria-label", text);
  return element;
}

function plain(name, text) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "btn bare small";
  element.dataset.do = name;
  element.textContent = text;
  return element;
}

function begin(action) {
  if (!chosen.size) return;
  if (!PLAIN.has(action)) return openSheet(`/desk/bulk/${action}`);
  const form = new FormData();
  form.set("action", action);
  return preview("/desk/bulk/preview", form);
}

async function preview(url, form) {
  form.set("ids", [...chosen].join(","));
  form.set("view", document.body.dataset.view);
  try { fill((await post(url, form)).html); } catch (problem) { toastProblem(problem); }
}

async function change(url, form) {
  form.set("view", document.body.dataset.view);
  const button = sheet.querySelector(".btn.main");
  button.setAttribute("aria-busy", "true");
  try {
    const { bulk, text } = await postJson(url, form);
    closeSheet();
    chosen.clear();
    draw();
    toast(text, bulk ? { action: { text: word("take_back"), run: () => undo(bulk) } } : {});
    await Promise.all([refreshList(), refreshViews()]);
  } catch (problem) {
    toastProblem(problem);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

async function undo(bulk) {
  try {
    toast((await postJson(`/desk/bulk/${bulk}/undoing`, new FormData())).text);
    await Promise.all([refreshList(), refreshViews()]);
  } catch (problem) { toastProblem(problem); }
}
