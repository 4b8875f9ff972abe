/* The thread as this device knows it: frames from the server, kept once each by message id, in the server's order. */

import { Failed } from "./client.js";
import { uuid } from "./keep.js";
import { Live } from "./live.js";
import { Outbox } from "./outbox.js";

const TYPING_MS = 6000;
const TYPING_EVERY_MS = 3000;
const QUEUE_EVERY_MS = 20000;

export class Thread {
  messages = [];
  uploads = [];
  queue = null;
  typing = null;
  seenAt = "";
  cursor = "";
  ended = false;
  connected = false;
  loaded = false;
  broken = null;
  unread = 0;
  #watchers = new Set();
  #typedAt = 0;
  #typingTimer = 0;
  #seenCursor = "";
  #seenTimer = 0;
  #catching = null;
  #next = null;
  #queueTimer = 0;

  constructor({ client, owner, onHeard }) {
    Object.assign(this, { client, onHeard });
    this.outbox = new Outbox({ owner, client, onChange: () => this.tell(), onSent: (frame) => this.take(frame) });
    this.live = new Live({
      client,
      cursor: () => this.cursor,
      onFrame: (frame) => this.take(frame),
      onState: (up) => {
        this.connected = up;
        if (up) { this.catchUp(); this.outbox.flush(); }
        this.tell();
      },
    });
    this.net = () => this.tell();
    addEventListener("online", this.net);
    addEventListener("offline", this.net);
  }

  watch(run) { this.#watchers.add(run); return () => this.#watchers.delete(run); }
  tell() { for (const run of this.#watchers) run(); }

  async start() {
    try {
      this.session = await this.client.open();
      await this.catchUp();
      this.broken = null;
    } catch (error) {
      this.broken = error;
      if (!error.again) return this.tell();
      setTimeout(() => !this.stopped && !this.loaded && this.start(), 3000 + Math.random() * 2000);
    }
    this.tell();
    this.live.start();
    this.outbox.flush();
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.#queueTimer);
    this.live.stop();
    this.outbox.stop();
    removeEventListener("online", this.net);
    removeEventListener("offline", this.net);
  }

  /* Read what is missing since the last frame; the first time, the newest page. */
  catchUp() {
    // What is being read may have begun before the news came: then it is read once more afterwards.
    if (this.#catching) {
      return (this.#next ??= this.#catching.catch(() => {}).then(() => {
        this.#next = null;
        return this.catchUp();
      }));
    }
    return (this.#catching = this.#catchUp().finally(() => (this.#catching = null)));
  }

  async #catchUp() {
    const page = await this.client.get(`/widget/thread${this.cursor ? `?cursor=${encodeURIComponent(this.cursor)}` : ""}`);
    for (const frame of page.frames) this.take(frame, !this.loaded);
    if (!this.loaded) this.unread = page.unread || 0;
    this.cursor = page.cursor || this.cursor;
    this.queue = page.queue;
    this.seenAt = page.seen_at || this.seenAt;
    this.ended = page.ended || false;
    this.loaded = true;
    this.broken = null;
    this.#watchQueue();
    this.session = this.client.session;
    this.tell();
  }

  /* A place moves when others are served, which is no event of this thread: ask now and then while waiting. */
  #watchQueue() {
    clearTimeout(this.#queueTimer);
    if (this.queue?.state !== "waiting" || this.stopped) return;
    this.#queueTimer = setTimeout(() => {
      document.visibilityState === "visible" ? this.catchUp().catch(() => this.#watchQueue()) : this.#watchQueue();
    }, QUEUE_EVERY_MS * (0.75 + Math.random() / 2));
  }

  take(frame, quiet = false) {
    // Names of files and titles of articles are not in a live frame: read those from the thread.
    if (frame.message?.partial) return void this.catchUp().catch(() => {});
    const newest = frame.cursor && (!this.cursor || newer(frame.cursor, this.cursor));
    if (newest) this.cursor = frame.cursor;
    if (frame.type === "message") this.#message(frame.message, quiet);
    if (frame.type === "redacted") this.messages = this.messages.map((said) => (said.id === frame.id ? { ...said, text: frame.text } : said));
    if (frame.type === "queue") this.queue = frame.queue;
    if (frame.type === "seen") this.seenAt = frame.at > this.seenAt ? frame.at : this.seenAt;
    if (frame.type === "typing") this.#types(frame.author);
    if (frame.type === "ended") this.ended = true;
    if (frame.type === "reopened") this.ended = false;
    if (frame.type === "changed") this.catchUp().catch(() => {});
    this.tell();
  }

  #message(message, quiet) {
    const known = this.#place(message);
    if (message.client_key) this.outbox.drop(message.client_key);
    if (known) return;
    if (isMine(message)) { this.ended = false; return; }
    this.#types(null);
    // Whoever answers has read what came before.
    if (message.author.kind !== "system" && message.at > this.seenAt) this.seenAt = message.at;
    if (quiet) return;
    this.unread++;
    this.onHeard(message);
  }

  /* Put a message where its id (a UUIDv7: ordered by time) belongs; true where it was there already. */
  #place(message) {
    const list = this.messages;
    let at = list.length;
    while (at > 0 && list[at - 1].id > message.id) at--;
    if (at > 0 && list[at - 1].id === message.id) {
      list[at - 1] = message;
      return true;
    }
    this.messages = [...list.slice(0, at), message, ...list.slice(at)];
    return false;
  }

  #types(author) {
    clearTimeout(this.#typingTimer);
    this.typing = author;
    if (author) this.#typingTimer = setTimeout(() => { this.typing = null; this.tell(); }, TYPING_MS);
  }

  /* ——— What the customer does ——— */

  send(text, choice) {
    const files = this.uploads.filter((each) => each.file).map((each) => each.file);
    if (!text.trim() && !files.length) return;
    this.uploads = this.uploads.filter((each) => !each.file);
    this.outbox.add(text, files, choice);
    this.#typedAt = 0;
  }

  types() {
    if (Date.now() - this.#typedAt < TYPING_EVERY_MS || !this.client.session) return;
    this.#typedAt = Date.now();
    this.client.post("/widget/typing", {}).catch(() => {});
  }

  /* Told a moment later and once, whatever number of messages were read. */
  saw() {
    this.unread = 0;
    const last = this.messages.findLast((message) => !isMine(message));
    if (!last || last.id <= this.#seenCursor) return;
    clearTimeout(this.#seenTimer);
    this.#seenTimer = setTimeout(() => {
      this.#seenCursor = last.id;
      this.client.post("/widget/seen", { message_id: last.id }).catch(() => {});
    }, 400);
  }

  /* A wish for a person is kept until it has arrived. */
  async wantPerson() {
    this.asking = true;
    this.tell();
    try {
      const answer = await this.client.post("/widget/person", {});
      this.queue = answer.queue;
      this.asking = false;
      await this.catchUp();
    } catch (error) {
      this.broken = error;
      this.asking &&= error.again && !this.stopped;
      if (this.asking) setTimeout(() => this.asking && this.wantPerson(), (error.wait || 3) * 1000);
    }
    this.tell();
  }

  /* Take a protective step. Returns what to say where it did not even arrive; what became of it else stands in the thread. */
  async step(message, step) {
    const body = { message_id: message.id, step };
    try {
      await this.client.post("/widget/steps", body).catch(async (error) => {
        if (error.code !== "sign_in_stale") throw error;
        await this.client.open(true); // the exchange vouches for the customer anew
        return this.client.post("/widget/steps", body);
      });
    } catch (error) {
      if (!error.again) this.wantPerson();
      return error.text || error.code;
    }
    await this.catchUp().catch(() => {});
    return "";
  }

  async helped(message, helped) {
    this.messages = this.messages.map((each) => (each === message ? { ...each, helped } : each));
    this.tell();
    await this.client.post("/widget/feedback", { message_id: message.id, helped }).catch(() => {});
    await this.catchUp().catch(() => {});
  }

  /* ——— Files ——— */

  attach(files) {
    const { bytes_max: bytesMax = 2e7, files_max: filesMax = 5 } = this.client.session?.limits || {};
    for (const file of files) {
      const upload = { key: uuid(), name: file.name, size: file.size, blob: file, done: 0, wrong: null };
      if (this.uploads.length >= filesMax) upload.wrong = "too_many_files";
      else if (file.size > bytesMax) upload.wrong = "too_large";
      else if (!file.size) upload.wrong = "empty";
      this.uploads = [...this.uploads, upload];
      if (!upload.wrong) this.#upload(upload.key);
    }
    this.tell();
  }

  #edit(key, values) {
    this.uploads = this.uploads.map((each) => (each.key === key ? { ...each, ...values } : each));
    this.tell();
  }

  async #upload(key, tries = 0) {
    const upload = this.uploads.find((each) => each.key === key);
    if (!upload || this.stopped) return;
    try {
      const file = await this.client.upload(upload.blob, key, (done, request) => this.#edit(key, { done, request, waits: false }));
      this.#edit(key, { file, done: 1, blob: null });
    } catch (error) {
      if (error.status === -1) return;
      if (error instanceof Failed && (error.again || error.status === 401) && tries < 8) {
        this.#edit(key, { waits: true, done: 0 });
        setTimeout(() => this.#upload(key, tries + 1), Math.min(20000, 1000 * 2 ** tries) * (0.75 + Math.random() / 2));
      } else {
        this.#edit(key, { wrong: error.text || error.code || "refused" });
      }
    }
  }

  detach(key) {
    this.uploads.find((each) => each.key === key)?.request?.abort();
    this.uploads = this.uploads.filter((each) => each.key !== key);
    this.tell();
  }
}

export const isMine = (message) => message.author.kind === "customer" || message.author.kind === "visitor";

/* Cursors are opaque but for one promise of the server: of the same length, the later one sorts later. */
const newer = (a, b) => (a.length === b.length ? a > b : a.length > b.length);
