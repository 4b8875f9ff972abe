// Macros: chosen from a list, shown with everything they would do, and only then run.
import { closeCase, currentId, log, refreshHeader, refreshTimeline, show } from "./conversation.js";
import { on } from "./frame.js";
import { neighbour, refreshRow } from "./inbox.js";
import { getJson, postJson } from "./server.js";
import { toast, toastProblem, word } from "./words.js";
import { mark, selectFirst } from "./variables.js";

const dialog = document.getElementById("macros");
const list = dialog.querySelector("[data-part=list]");
const plan = dialog.querySelector("[data-part=plan]");
const form = dialog.querySelector("form");
let found = [];
let shown = null;

export function start() {
  on("macro", open);
  on("run-macro", (source) => open().then(() => preview(source.value)));
  const search = dialog.querySelector("input[type=search]");
  search.addEventListener("input", () => draw(search.value));
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (event.target.matches("textarea")) return;
    const buttons = [search, ...list.querySelectorAll("button")];
    const place = buttons.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    buttons.at(place % buttons.length)?.focus();
    event.preventDefault();
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    list.querySelector("button")?.click();
  });
  dialog.querySelector("[data-part=back]").addEventListener("click", back);
  form.elements.text.addEventListener("input", () => mark(form));
  form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}

// The dialog is there at once, so that what is typed next is no single key.
async function open() {
  if (!currentId() || dialog.open) return;
  back();
  dialog.showModal();
  const search = dialog.querySelector("input[type=search]");
  search.focus();
  try {
    found = await getJson(`${log().dataset.url}/macros`);
    if (!shown) draw(search.value);
  } catch (problem) {
    dialog.close();
    toastProblem(problem);
  }
}

function back() {
  shown = null;
  dialog.querySelector("input[type=search]").value = "";
  plan.hidden = true;
  list.parentElement.hidden = false;
  draw("");
}

function draw(words) {
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = found.filter((item) => parts.every((part) => item.title.toLowerCase().includes(part)));
  list.replaceChildren(...fitting.map((item) => {
    const button = document.createElement("button");
    button.type = "button";
    const name = document.createElement("bdi");
    name.textContent = item.title;
    button.append(name);
    button.addEventListener("click", () => preview(item.id));
    const row = document.createElement("li");
    row.append(button);
    return row;
  }));
  dialog.querySelector(".none").hidden = Boolean(fitting.length);
}

async function preview(id) {
  try {
    shown = await getJson(`${log().dataset.url}/macros/${id}`);
  } catch (problem) {
    return toastProblem(problem);
  }
  list.parentElement.hidden = true;
  plan.hidden = false;
  plan.querySelector("h3").textContent = shown.title;
  plan.querySelector("ol").replaceChildren(...shown.steps.map((text) => {
    const step = document.createElement("li");
    step.textContent = text;
    return step;
  }));
  const area = form.elements.text;
  form.querySelector(".writing").hidden = shown.reply === null;
  area.value = shown.reply ?? "";
  area.lang = shown.lang;
  mark(form);
  if (!selectFirst(area)) form.querySelector("button.main").focus();
}

async function run() {
  const area = form.elements.text;
  if (shown.reply !== null && selectFirst(area)) return;
  const id = currentId();
  const next = neighbour(id);
  const data = new FormData();
  if (shown.reply !== null) data.set("reply", area.value);
  data.set("seen", log().dataset.last);
  data.set("view", document.body.dataset.view);
  data.set("client_key", (form.dataset.key ||= crypto.randomUUID()));
  const button = form.querySelector("button.main");
  button.setAttribute("aria-busy", "true");
  try {
    await postJson(`${log().dataset.url}/macros/${shown.id}`, data);
  } catch (problem) {
    if (problem.code === "answered_meanwhile") await refreshTimeline().catch(() => {});
    return toastProblem(problem);
  } finally {
    button.removeAttribute("aria-busy");
  }
  delete form.dataset.key;
  dialog.close();
  toast(word("macro_done", { name: shown.title }));
  if (shown.leaves) {
    if (next && next.dataset.id !== id) await show(next.href);
    else closeCase();
  } else {
    await Promise.all([refreshHeader(), refreshTimeline()]).catch(() => {});
  }
  refreshRow(id).catch(() => {});
}
