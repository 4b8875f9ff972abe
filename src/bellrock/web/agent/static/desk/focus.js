// Focus: this case and nothing else. No list, no sound, no alert, and no new case until it is over.
import { currentId } from "./conversation.js";
import { on } from "./frame.js";
import { chooseQuietly, presence } from "./availability.js";
import { announce, toast, word } from "./words.js";

let before = null;

export const isOn = () => document.body.classList.contains("focus");

export function start() {
  on("focus", toggle);
  addEventListener("pagehide", () => { if (isOn()) chooseQuietly(before ?? "online"); });
}

function toggle() {
  if (!isOn() && !currentId()) return;
  document.body.classList.toggle("focus", !isOn());
  if (isOn()) {
    before = presence();
    if (before === "online") chooseQuietly("busy");
    toast(word("focus_on"));
  } else {
    if (before === "online") chooseQuietly("online");
    announce(word("focus_off"));
  }
  for (const button of document.querySelectorAll('[data-do="focus"]')) button.setAttribute("aria-pressed", isOn());
}
