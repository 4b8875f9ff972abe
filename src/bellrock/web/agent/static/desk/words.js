// Sentences that scripts show, translated by the server, and the ways to show one.
import sprite from "../../../shared/icons.svg";

const words = JSON.parse(document.getElementById("words").textContent);
const drawings = new DOMParser().parseFromString(sprite, "image/svg+xml");
const toasts = document.getElementById("toasts");
const TOAST_MS = 6_000;
const CHOICE_MS = 10_000; // what can be pressed stays longer

export function word(name, values = {}) {
  return Object.entries(values).reduce((text, [key, value]) => text.replace(`%(${key})s`, `\u2068${value}\u2069`), words[name] ?? name);
}

// Read aloud, not shown.
export function announce(text) {
  document.getElementById("say").textContent = text;
}

export function icon(name) {
  const symbol = drawings.getElementById(name) ?? drawings.getElementById("info");
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("class", "i");
  drawing.setAttribute("viewBox", symbol.getAttribute("viewBox"));
  drawing.setAttribute("aria-hidden", "true");
  drawing.append(...[...symbol.children].map((shape) => document.importNode(shape, true)));
  return drawing;
}

export function toast(text, { kind = "", action = null } = {}) {
  const box = document.createElement("div");
  box.className = `toast ${kind}`;
  if (kind === "signal") box.append(icon("warn"));
  const sentence = document.createElement("span");
  sentence.textContent = text;
  box.append(sentence);
  if (action) {
    const button = document.createElement("button");
    button.className = "btn small";
    button.textContent = action.text;
    button.addEventListener("click", () => { box.remove(); action.run(); });
    box.append(button);
  }
  toasts.replaceChildren(...[...toasts.children].slice(-2), box);
  setTimeout(() => box.remove(), action ? CHOICE_MS : TOAST_MS);
}

export function toastProblem(problem) {
  toast(problem.message || word(problem.code === "offline" ? "offline" : "failed"), { kind: "signal" });
}
