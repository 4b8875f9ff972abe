// When an answer is due, in words that go on by themselves: the server wrote them first, with the same units.
import { word } from "./words.js";

const EVERY_MS = 30_000;
const NEAR_SECONDS = 600;
const UNITS = [["year", 31_536_000], ["month", 2_592_000], ["week", 604_800], ["day", 86_400], ["hour", 3_600]];
const lang = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const numberingSystem = "latn";
const ahead = new Intl.RelativeTimeFormat(lang, { numberingSystem });

export function start() {
  setInterval(() => { if (document.visibilityState === "visible") tell(); }, EVERY_MS);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") tell(); });
}

function tell() {
  for (const time of document.querySelectorAll("time.due")) {
    const left = (Date.parse(time.dateTime) - Date.now()) / 1000;
    const level = left <= 0 ? "late" : left < NEAR_SECONDS ? "near" : "waits";
    const text = left <= 0 ? word("overdue", { time: whole(-left) }) : word("answer_due", { when: ahead.format(...counted(left)) });
    if (time.textContent !== text) time.textContent = text;
    if (time.classList.contains(level)) continue;
    time.className = `due ${level}`;
    const edge = time.closest(".row")?.querySelector(".edge");
    if (edge) edge.className = `edge ${level}`;
  }
}

// Whole units, rounded down, and never a unit of which there are not two: 119 minutes, then 2 hours.
function counted(seconds) {
  const [unit, length] = UNITS.find(([, each]) => seconds >= 2 * each) ?? ["minute", 60];
  return [Math.max(Math.floor(seconds / length), 1), unit];
}

function whole(seconds) {
  const [count, unit] = counted(seconds);
  return new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "long", numberingSystem }).format(count);
}
