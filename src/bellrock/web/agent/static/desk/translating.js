// Translation both ways, inline; the original is never further than one key.
import { currentId, log } from "./conversation.js";
import { on } from "./frame.js";
import { getJson, postJson } from "./server.js";
import { announce, toast, toastProblem, word } from "./words.js";

const AT_ONCE_MAX = 5;
const form = () => document.getElementById("write-reply");

export function start() {
  on("translate", (source) => turn(source.closest(".entry")).catch(toastProblem));
  on("original", turnAll);
  on("translate-reply", (source) => translateReply(source).catch(toastProblem));
  on("untranslate", () => untranslate().catch(toastProblem));
  document.addEventListener("desk:opened", () => { original = null; });
  document.getElementById("main").addEventListener("submit", (event) => {
    if (event.target.id !== "write-reply") return;
    original = null;
    event.target.querySelector(".written").hidden = true;
  });
}

// Show the translation of a message, or its original again.
async function turn(entry) {
  const button = entry.querySelector('[data-do="translate"]');
  const text = entry.querySelector(".text");
  let made = entry.querySelector(".translation");
  if (!made) {
    button.textContent = word("translating");
    button.setAttribute("aria-busy", "true");
    try {
      const answer = await getJson(`/desk/conversations/${currentId()}/messages/${entry.id.slice(2)}/translation`);
      made = document.createElement("div");
      made.className = "text translation";
      made.lang = answer.language;
      made.dir = "auto";
      made.textContent = answer.text;
      made.dataset.by = word("machine");
      text.after(made);
      made.hidden = true;
    } finally {
      button.removeAttribute("aria-busy");
      button.textContent = word("show_translation");
    }
  }
  made.hidden = !made.hidden;
  text.hidden = !made.hidden;
  button.textContent = word(made.hidden ? "show_translation" : "show_original");
  announce((made.hidden ? text : made).textContent);
}

// The key: all that is translated turns at once; the first time, the newest messages of the customer are.
async function turnAll() {
  const box = log();
  if (!box) return;
  for (const details of box.querySelectorAll("details.original")) details.open = !details.open;
  const buttons = [...box.querySelectorAll('[data-do="translate"]')];
  if (!buttons.length) return;
  if (buttons.every((button) => button.disabled)) return toast(word("no_translator"));
  const entries = buttons.map((button) => button.closest(".entry"));
  const known = entries.filter((entry) => entry.querySelector(".translation"));
  const chosen = known.length ? known : entries.slice(-AT_ONCE_MAX);
  const results = await Promise.allSettled(chosen.map(turn));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) toastProblem(failed.reason);
}

let original = null;

async function translateReply(source) {
  const writing = form();
  const area = writing.elements.text;
  const key = writing.elements.client_key.value;
  if (!area.value.trim()) return area.focus();
  if (area.readOnly) return; // it is being translated, or sent
  source.setAttribute("aria-busy", "true");
  area.readOnly = true; // what was typed now would not be in the translation
  try {
    const answer = await ask(area.value);
    if (!writing.isConnected || writing.elements.client_key.value !== key) return; // another case, or it was sent
    original = answer.original;
    put(writing, answer.text);
    const box = writing.querySelector(".written");
    box.querySelector(".text").textContent = original;
    box.hidden = false;
    announce(word("translated"));
  } finally {
    area.readOnly = false;
    source.removeAttribute("aria-busy");
  }
}

async function untranslate() {
  const text = original;
  const writing = form();
  writing.querySelector(".written").hidden = true;
  original = null;
  await ask("");
  if (text !== null && writing.isConnected) put(writing, text);
}

function ask(text) {
  const sent = new FormData();
  sent.set("text", text);
  sent.set("client_key", form().elements.client_key.value);
  return postJson(`/desk/conversations/${currentId()}/reply-translation`, sent);
}

function put(writing, text) {
  const area = writing.elements.text;
  const isHere = document.activeElement === document.body || writing.contains(document.activeElement);
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  if (isHere) area.focus();
}
