/* Messages on their way. Each has its own key: sent twice, it is kept once. They survive a reload and wait for the network. */

import { keep, uuid } from "./keep.js";

const STEPS_MS = [1000, 2000, 5000, 10000, 30000];
const KEPT_MAX = 50;

export class Outbox {
  #tries = 0;
  #timer = 0;
  #busy = false;

  constructor({ owner, client, onChange, onSent }) {
    Object.assign(this, { name: `bellrock:outbox:${owner}`, client, onChange, onSent });
    this.wake = () => { this.#tries = 0; this.flush(); };
    this.other = (event) => event.key === this.name && this.onChange();
    addEventListener("online", this.wake);
    addEventListener("storage", this.other);
  }

  stop() {
    clearTimeout(this.#timer);
    removeEventListener("online", this.wake);
    removeEventListener("storage", this.other);
  }

  get items() { return keep.read(this.name) || []; }
  #save(items) { keep.write(this.name, items.length ? items.slice(-KEPT_MAX) : null); this.onChange(); }
  #change(key, values) { this.#save(this.items.map((item) => (item.key === key ? { ...item, ...values } : item))); }

  add(text, files = [], choice) {
    this.#save([...this.items, { key: uuid(), text, files, choice, at: new Date().toISOString() }]);
    this.wake();
  }
  drop(key) { this.#save(this.items.filter((item) => item.key !== key)); }
  retry(key) { this.#change(key, { wrong: null }); this.wake(); }
  clear() { this.#save([]); }

  async flush() {
    clearTimeout(this.#timer);
    if (this.#busy) return;
    this.#busy = true;
    try {
      // One tab sends at a time; where there are no locks, the key on the server sorts it out.
      await (navigator.locks ? navigator.locks.request(this.name, () => this.#all()) : this.#all());
    } finally {
      this.#busy = false;
    }
  }

  async #all() {
    for (let item; (item = this.items.find((each) => !each.wrong)); ) {
      try {
        const frame = await this.client.post("/widget/messages", {
          client_key: item.key, text: item.text, files: item.files.map((file) => file.id), choice: item.choice ?? null,
        });
        this.#tries = 0;
        this.onSent(frame);
        this.drop(item.key);
      } catch (error) {
        if (!error.again) { this.#change(item.key, { wrong: error.text || "refused" }); continue; }
        this.waiting = !error.status;
        const wait = error.wait * 1000 || STEPS_MS[Math.min(this.#tries++, STEPS_MS.length - 1)];
        this.#timer = setTimeout(() => this.flush(), wait * (0.75 + Math.random() / 2));
        this.onChange();
        return;
      }
    }
    this.waiting = false;
    this.onChange();
  }
}
