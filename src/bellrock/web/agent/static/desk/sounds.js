// Sounds of our own making: soft, short, different for a message, a case, a call and danger; off by a switch.
import { choices, choose } from "./choices.js";
import { on } from "./frame.js";
import { toast, toastProblem, word } from "./words.js";

// Each tone: frequency in Hz, when it begins and how long it lasts, in seconds.
const TONES = {
  message: [[660, 0, .12], [880, .1, .16]],
  assigned: [[523, 0, .12], [659, .1, .12], [784, .2, .2]],
  mentioned: [[988, 0, .1], [988, .16, .1]],
  danger: [[784, 0, .14], [622, .18, .14], [784, .36, .2]],
};
const REST_MS = 1_500;
const LOUDNESS = .08;
const FIRST = ["danger", "mentioned", "assigned", "message"]; // of those that wait for the rest to end
let audio = null;
let last = 0;
let restTimer = 0;
const waiting = new Set();
let isQuiet = () => false;

export function start(quiet) {
  isQuiet = quiet;
  on("sounds", toggle);
  // A browser lets a page sound only after a hand was on it.
  addEventListener("pointerdown", wake, { once: true });
  addEventListener("keydown", wake, { once: true });
}

function wake() {
  if (choices.sounds) audio ??= new AudioContext();
}

// Two sounds at once are noise, yet a call must not go unheard because a case came a second before: it waits its turn.
export function play(name) {
  if (!choices.sounds || isQuiet() || !audio) return;
  const rest = last + REST_MS - Date.now();
  if (rest <= 0) return sound(name);
  waiting.add(name);
  restTimer ||= setTimeout(rested, rest);
}

function rested() {
  restTimer = 0;
  const next = FIRST.filter((name) => waiting.has(name));
  waiting.clear();
  next.forEach(play); // the first sounds, the others wait again
}

function sound(name) {
  last = Date.now();
  document.documentElement.dataset.sounded = name;
  for (const [frequency, begins, lasts] of TONES[name]) {
    const at = audio.currentTime + begins;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.type = "sine";
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(LOUDNESS, at + .015);
    volume.gain.exponentialRampToValueAtTime(.0001, at + lasts);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + lasts + .02);
  }
}

async function toggle() {
  try {
    await choose({ sounds: !choices.sounds });
  } catch (problem) { return toastProblem(problem); }
  wake();
  last = 0;
  play("message");
  toast(word(choices.sounds ? "sounds_on" : "sounds_off"));
}
