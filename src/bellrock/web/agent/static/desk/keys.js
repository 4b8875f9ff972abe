// Single keys, by their place on the keyboard; quiet while somebody writes; off by a switch.
import { on, recall, remember, run } from "./frame.js";
import { toast, word } from "./words.js";

const KEYS = {
  KeyJ: "next", KeyK: "previous", KeyE: "resolve", KeyR: "reply", KeyN: "note",
  KeyA: "assign", KeyS: "snooze", KeyP: "priority", Slash: "command",
};

export const areOn = () => recall("keys") !== "off";

export function start() {
  draw();
  on("keys", toggle);
  on("help", () => {
    document.getElementById("keys-on").checked = areOn();
    document.getElementById("help").showModal();
  });
  document.getElementById("keys-on").addEventListener("change", toggle);
  document.addEventListener("keydown", (event) => {
    if (event.code === "KeyK" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      return run("command");
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat && event.code !== "KeyJ" && event.code !== "KeyK") return;
    if (!areOn() || event.isComposing || isBusy(event.target)) return;
    const name = event.code === "Slash" && event.shiftKey ? "help" : event.shiftKey ? null : KEYS[event.code];
    if (!name) return;
    event.preventDefault();
    run(name);
  });
}

function isBusy(target) {
  return Boolean(document.querySelector("dialog[open]") || target.closest?.("input, textarea, select, [contenteditable]"));
}

function toggle() {
  remember("keys", areOn() ? "off" : "on");
  draw();
  toast(word(areOn() ? "keys_on" : "keys_off"));
}

function draw() {
  document.body.classList.toggle("keys-off", !areOn());
  if (/Mac|iPhone|iPad/.test(navigator.platform)) for (const key of document.querySelectorAll("[data-mod]")) key.textContent = `⌘${key.dataset.mod}`;
}
