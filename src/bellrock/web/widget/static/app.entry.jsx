/* The app: put into the loader's element when the chat is first opened or a thread is known. */

import { render } from "preact";

import { Client } from "./client.js";
import look from "./look.shadow.css";
import { keep, ownerOf } from "./keep.js";
import { Panel } from "./panel.jsx";
import { Texts } from "./texts.js";
import { Thread } from "./thread.js";

class App {
  isOpen = false;
  sound = keep.read("bellrock:sound") === true;
  #watchers = new Set();

  constructor(element) {
    this.element = element;
    this.options = element.options;
    this.isPage = this.options.mode === "page";
    this.texts = new Texts();
    this.client = new Client(this.options);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(look);
    element.shadowRoot.adoptedStyleSheets = [...element.shadowRoot.adoptedStyleSheets, sheet];
    this.ready = this.#begin();
    this.shown = () => this.isOpen && document.visibilityState === "visible" && this.thread?.saw();
    document.addEventListener("visibilitychange", this.shown);
  }

  async #begin() {
    const [token] = await Promise.all([
      this.client.askToken().catch(() => ""),
      this.texts.load(this.options.base, this.options.locale).catch(() => {}),
    ]);
    this.element.hall.lang = this.texts.lang;
    this.element.hall.dir = this.texts.dir;
    this.thread = new Thread({ client: this.client, owner: ownerOf(token), onHeard: (message) => this.heard(message) });
    this.thread.watch(() => this.#badge());
    this.draw();
    if (this.isOpen || keep.read("bellrock:talk")) this.#talk();
    if (this.options.proving) this.#goOn();
  }

  /* Ask the page for a stronger proof of who the customer is; it answers with `identify` and a new token, or refuses. */
  prove(level, otherwise = false) {
    const { options, thread } = this;
    options.proving = level;
    const refuse = () => { if (options.proving) { options.proving = 0; thread.wantPerson(); } };
    if (!this.element.tell("needProof", { level, otherwise, refuse })) this.client.open(true).catch(() => {}).then(() => this.#goOn());
  }

  /* Whoever has proven it goes on where they were asked; whoever has not, with a person. */
  async #goOn() {
    const { options, thread, client } = this;
    const level = options.proving;
    options.proving = 0;
    this.#talk();
    await client.open().catch(() => {});
    // A visitor's thread becomes the customer's a moment after they signed in.
    for (let tries = 0; tries < 20 && !thread.messages.length; tries++) {
      await new Promise((go) => setTimeout(go, 300));
      await thread.catchUp().catch(() => {});
    }
    if (!thread.messages.at(-1)?.extras?.proof) return;
    client.session?.proof >= level ? thread.send(this.texts.t("Confirmed: it is me.")) : thread.wantPerson();
  }

  #talk() {
    if (this.talking || !this.thread) return;
    this.talking = true;
    keep.write("bellrock:talk", 1);
    this.thread.start();
  }

  toggle(open = !this.isOpen) {
    if (this.isPage) open = true;
    if (open === this.isOpen) return;
    this.isOpen = open;
    if (open) this.#talk();
    this.element.button?.setAttribute("aria-expanded", String(open));
    this.draw();
    if (open) this.thread?.saw();
    else this.element.button?.focus();
    this.#badge();
    this.element.tell(open ? "open" : "close");
  }

  /* The page proposes words; what the customer has begun themselves is kept. */
  prefill(text) {
    this.draft = String(text);
    this.toggle(true);
    this.draw();
  }

  draw() {
    // The colours of the brand take the place of ours, in the window and on the button.
    for (const [name, value] of Object.entries(this.client.session?.colours || {})) this.element.style.setProperty(name, value);
    render(this.isOpen && <Panel app={this} ready={!!this.thread} />, this.element.place);
  }

  heard(message) {
    // The page learns that there is one, and by whom; the words are the customer's.
    this.element.tell("message", { id: message.id, author: message.author, at: message.at });
    if (this.isOpen && document.visibilityState === "visible") this.thread.saw();
    else if (this.sound) chime();
  }

  #badge() {
    const unread = this.isOpen ? 0 : this.thread?.unread || 0;
    const { t, tn } = this.texts;
    const brand = this.brand();
    const label = unread ? tn("Open support, one new message", "Open support, %(count)s new messages", unread) : t("Open %(brand)s support", { brand });
    this.element.unread(unread, label);
    this.options.onUnread?.(unread);
  }

  brand() { return this.client.session?.brand || this.options.brand || ""; }

  setSound(on) {
    this.sound = on;
    keep.write("bellrock:sound", on || null);
    this.draw();
    if (on) chime();
  }

  /* The customer signed out here: nothing of the thread stays on the device. */
  forget() {
    this.thread?.outbox.clear();
    this.client.end();
    for (const name of ["bellrock:visitor", "bellrock:talk"]) keep.write(name, null);
  }

  stop() {
    document.removeEventListener("visibilitychange", this.shown);
    this.thread?.stop();
    render(null, this.element.place);
  }
}

/* Two quiet tones; off until somebody turns it on. */
function chime() {
  try {
    const audio = new AudioContext();
    const gain = audio.createGain();
    gain.connect(audio.destination);
    gain.gain.setValueAtTime(0.05, audio.currentTime);
    gain.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.5);
    [660, 880].forEach((pitch, at) => {
      const tone = audio.createOscillator();
      tone.frequency.value = pitch;
      tone.connect(gain);
      tone.start(audio.currentTime + at * 0.12);
      tone.stop(audio.currentTime + 0.5);
    });
    setTimeout(() => audio.close(), 800);
  } catch { /* no sound here */ }
}

window.BellrockApp = { mount: (element) => new App(element) };
