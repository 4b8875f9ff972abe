// Work on a case: what came earlier, messages split off, words taken out, figures copied.
import { currentId, log, ready, renew, show } from "./conversation.js";
import { on } from "./frame.js";
import { get, parse, post, postJson } from "./server.js";
import { announce, toast, toastProblem, word } from "./words.js";

const dialog = document.getElementById("redact");
let message = null; // the entry that words are taken out of
let marked = ""; // what was marked when the button was reached for: the press would clear it

export function start() {
  on("split", beginSplit);
  on("redact", askWords);
  on("copy", async (source) => {
    await navigator.clipboard.writeText(source.dataset.text).catch(() => {});
    toast(word("copied"));
  });
  const main = document.getElementById("main");
  main.addEventListener("click", (event) => {
    const earlier = event.target.closest("#earlier");
    const link = event.target.closest("a[data-open]");
    if (event.metaKey || event.ctrlKey || !(earlier || link)) return;
    event.preventDefault();
    if (link) show(link.href);
    else showEarlier(earlier);
  });
  main.addEventListener("pointerdown", (event) => { if (event.target.closest('[data-do="redact"]')) marked = selection(); });
  dialog.querySelector("form").addEventListener("submit", takeOut);
}

async function showEarlier(link) {
  link.setAttribute("aria-busy", "true");
  try {
    const { html } = await get(link.href);
    const fresh = parse(html).querySelector('template[data-into="main"]').content.getElementById("log");
    const box = log();
    const scroll = document.getElementById("scroll");
    const below = scroll.scrollHeight - scroll.scrollTop;
    link.closest("p").remove();
    const first = box.querySelector("section[data-day]");
    for (const part of [...fresh.children].reverse()) {
      const same = part.dataset.day && box.querySelector(`section[data-day="${part.dataset.day}"]`);
      if (same) same.querySelector("ol").prepend(...part.querySelector("ol").children);
      else box.prepend(part);
    }
    ready(box);
    scroll.scrollTop = scroll.scrollHeight - below;
    (box.querySelector("#earlier") ?? first?.querySelector("h2"))?.focus?.({ preventScroll: true });
  } catch (problem) {
    toastProblem(problem);
  } finally {
    link.removeAttribute("aria-busy");
  }
}

function beginSplit() {
  const box = log();
  if (!box || document.getElementById("splitting")) return;
  for (const pick of box.querySelectorAll(".split-pick")) pick.hidden = false;
  const bar = document.createElement("form");
  bar.id = "splitting";
  bar.className = "splitting";
  const text = document.createElement("p");
  text.textContent = word("split_choose");
  bar.append(text, button(word("split_off"), "main", "submit"), button(word("cancel"), "", "button", endSplit));
  bar.addEventListener("submit", split);
  box.closest(".scroll").after(bar);
  announce(text.textContent);
  box.querySelector(".split-pick input")?.focus();
}

function endSplit() {
  document.getElementById("splitting")?.remove();
  for (const pick of document.querySelectorAll(".split-pick")) {
    pick.hidden = true;
    pick.querySelector("input").checked = false;
  }
}

async function split(event) {
  event.preventDefault();
  const form = new FormData();
  for (const box of log().querySelectorAll(".split-pick input:checked")) form.append("message", box.value);
  form.set("view", document.body.dataset.view);
  try {
    const { url } = await postJson(`/desk/conversations/${currentId()}/split`, form);
    endSplit();
    await show(url);
    toast(word("split_done"));
  } catch (problem) {
    toastProblem(problem);
  }
}

function askWords(source) {
  message = source.closest(".entry");
  dialog.querySelector("form").elements.span.value = marked || selection();
  marked = "";
  dialog.showModal();
}

async function takeOut(event) {
  const form = new FormData(event.target);
  event.preventDefault();
  try {
    await post(`/desk/conversations/${currentId()}/messages/${message.dataset.message ?? message.id.slice(2)}/redaction`, form);
    dialog.close();
    await renew();
    toast(word("taken_out"));
  } catch (problem) {
    toastProblem(problem);
  }
}

function selection() {
  const chosen = getSelection();
  const place = chosen.anchorNode?.parentElement?.closest(".entry .text");
  return place && place.contains(chosen.focusNode) ? chosen.toString().trim() : "";
}

function button(text, kind, type, run) {
  const made = document.createElement("button");
  made.className = `btn small ${kind}`;
  made.type = type;
  made.textContent = text;
  if (run) made.addEventListener("click", run);
  return made;
}
