// Single keys, by their place on the keyboard; each may be moved; quiet while somebody writes; off by a switch.
import { choices, choose } from "./choices.js";
import { on, recall, remember, run } from "./frame.js";
import { announce, toast, toastProblem, word } from "./words.js";

const REPEATS = new Set(["next", "previous"]);
const SIGNS = { Slash: "/", Comma: ",", Period: ".", Semicolon: ";", Quote: "'", Minus: "-", Equal: "=", Backquote: "`", BracketLeft: "[", BracketRight: "]", Backslash: "\\", Enter: "↵" };
let moving = null; // the action that gets the next key

export const areOn = () => recall("keys") !== "off";

export function start() {
  draw();
  on("keys", toggle);
  on("help", () => {
    document.getElementById("keys-on").checked = areOn();
    document.getElementById("help").showModal();
  });
  on("move-key", (source) => begin(source));
  on("reset-keys", () => { moving = null; choose({ reset_keys: true }).catch(toastProblem); });
  document.getElementById("keys-on").addEventListener("change", toggle);
  document.getElementById("hold-seconds").addEventListener("change", (event) => choose({ hold_seconds: Number(event.target.value) }).catch(toastProblem));
  document.getElementById("help").addEventListener("close", () => { moving = null; draw(); });
  document.addEventListener("desk:chosen", draw);
  document.addEventListener("desk:opened", draw);
  document.addEventListener("keydown", take, { capture: true });
  document.addEventListener("keydown", (event) => {
    if (event.code === "KeyK" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      return run("command");
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!areOn() || event.isComposing || isBusy(event.target)) return;
    const name = actionOf(event);
    if (!name || event.repeat && !REPEATS.has(name)) return;
    if (name === "open" && event.target.closest?.("a, button, summary")) return; // Enter does that by itself
    event.preventDefault();
    run(name);
  });
}

const codeOf = (event) => `${event.shiftKey ? "Shift+" : ""}${event.code}`;
const actionOf = (event) => Object.keys(choices.keys).find((name) => choices.keys[name] === codeOf(event));

function begin(source) {
  moving = source.dataset.action;
  draw();
  announce(word("press_key"));
}

// The next key is the new one; Escape leaves it as it was, Delete takes it away.
function take(event) {
  if (!moving || ["Shift", "Control", "Alt", "Meta", "Tab"].includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  const action = moving;
  moving = null;
  if (event.key === "Escape") return draw();
  const code = ["Delete", "Backspace"].includes(event.key) ? "" : codeOf(event);
  choose({ key: [action, code] }).catch((problem) => { toastProblem(problem); announce(problem.message); }).finally(draw);
}

// The field of a dialog that has just been closed keeps the focus until the next frame, and nobody writes there any more.
function isBusy(target) {
  const field = target.closest?.("input, textarea, select, [contenteditable]");
  return Boolean(document.querySelector("dialog[open]") || field && !field.closest("dialog"));
}

function toggle() {
  remember("keys", areOn() ? "off" : "on");
  draw();
  toast(word(areOn() ? "keys_on" : "keys_off"));
}

export function sign(code) {
  const plain = code.replace("Shift+", "").replace(/^(Key|Digit)/, "");
  const shown = SIGNS[plain] ?? plain;
  return code === "Shift+Slash" ? "?" : code.startsWith("Shift+") ? `⇧${shown}` : shown;
}

function draw() {
  document.body.classList.toggle("keys-off", !areOn());
  for (const key of document.querySelectorAll("[data-key-of]")) {
    const isMoving = moving === key.dataset.keyOf && key.closest("#help");
    const text = isMoving ? "…" : sign(choices.keys[key.dataset.keyOf] ?? "");
    if (key.textContent !== text) key.textContent = text;
    key.hidden = !text && !key.closest("#help");
  }
  if (/Mac|iPhone|iPad/.test(navigator.platform)) for (const key of document.querySelectorAll("[data-mod]")) key.textContent = `⌘${key.dataset.mod}`;
}
