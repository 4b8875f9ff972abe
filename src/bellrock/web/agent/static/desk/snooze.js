// Snooze in words: what was typed is said back as a time before anything happens.
import { getJson } from "./server.js";
import { word } from "./words.js";

const WAIT_MS = 150;
let timer = 0;
let asking = null;

export function start() {
  document.getElementById("main").addEventListener("input", (event) => {
    if (!event.target.matches(".in-words input")) return;
    clearTimeout(timer);
    asking?.abort();
    timer = setTimeout(() => understand(event.target), WAIT_MS);
  });
  document.getElementById("main").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches(".in-words input")) return;
    event.preventDefault(); // not the first time of the menu, but the one that was typed
    if (event.target.value.trim()) event.target.closest(".in-words").querySelector("button").click();
  });
}

async function understand(field) {
  const said = field.closest(".in-words").querySelector("output");
  const words = field.value.trim();
  if (!words) return void (said.textContent = "");
  asking = new AbortController();
  try {
    const { url } = document.getElementById("log").dataset;
    const meant = await getJson(`${url}/when?words=${encodeURIComponent(words)}`, asking.signal);
    said.textContent = word("means", { time: meant.text });
    said.classList.remove("wrong");
  } catch (problem) {
    if (problem.name === "AbortError") return;
    said.textContent = problem.message;
    said.classList.add("wrong");
  }
}
