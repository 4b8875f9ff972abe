/* Live frames: a WebSocket; where something between breaks it, a stream of server-sent events. Whatever was missed
   meanwhile is asked for by cursor, so a frame that never came is no loss. */

const STEPS_MS = [500, 1000, 2000, 4000, 8000, 15000, 30000];
const SILENCE_MS = 70000;

export class Live {
  #stopped = true;
  #tries = 0;
  #broken = 0;
  #end = null;
  #timer = 0;
  #quiet = 0;

  constructor({ client, cursor, onFrame, onState }) {
    Object.assign(this, { client, cursor, onFrame, onState });
    this.wake = () => { if (!this.#stopped && !this.#end) { this.#tries = 0; this.#connect(); } };
  }

  start() {
    if (!this.#stopped) return;
    this.#stopped = false;
    addEventListener("online", this.wake);
    document.addEventListener("visibilitychange", this.wake);
    this.#connect();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#quiet);
    removeEventListener("online", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    this.#end?.();
    this.#end = null;
  }

  async #connect() {
    clearTimeout(this.#timer);
    if (this.#end || this.#stopped) return;
    this.#end = () => {};
    try {
      const { session } = await this.client.open();
      if (this.#stopped) return;
      this.#broken >= 2 ? this.#stream(session) : this.#socket(session);
    } catch (error) {
      this.#lost(error.status === 401 || error.status === 403);
    }
  }

  #socket(session) {
    const socket = new WebSocket(this.client.base.replace(/^http/, "ws") + "/widget/socket");
    let ready = false;
    this.#end = () => { socket.onclose = null; socket.close(); };
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", session, cursor: this.cursor() }));
    socket.onmessage = (event) => {
      if (!ready) { ready = true; this.#broken = 0; this.#up(); }
      this.#heard(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      if (!ready) this.#broken++;
      if (event.code === 4401) this.client.session = null;
      this.#lost();
    };
  }

  async #stream(session) {
    const control = new AbortController();
    this.#end = () => control.abort();
    try {
      const answer = await fetch(`${this.client.base}/widget/events?cursor=${encodeURIComponent(this.cursor() || "")}`, {
        headers: { Authorization: `Bearer ${session}`, Accept: "text/event-stream" },
        credentials: "omit",
        signal: control.signal,
      });
      if (answer.status === 401) this.client.session = null;
      if (!answer.ok) throw new Error(answer.status);
      this.#up();
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = ""; ;) {
        const { done, value } = await reader.read();
        if (done) break;
        const parts = (rest + value).replace(/\r\n/g, "\n").split("\n\n");
        rest = parts.pop();
        for (const part of parts) {
          const data = part.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5)).join("\n");
          data.trim() ? this.#heard(JSON.parse(data)) : this.#listen();
        }
      }
    } catch {
      if (this.#stopped) return;
      this.#broken = 0; // try the socket again next time
    }
    this.#lost();
  }

  #up() {
    this.#tries = 0;
    this.#listen();
    this.onState(true);
  }

  #heard(frame) {
    this.#listen();
    if (frame.type && frame.type !== "ping") this.onFrame(frame);
  }

  /* A line that says nothing for over a minute is dead, whatever the browser thinks. */
  #listen() {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => { this.#end?.(); this.#lost(); }, SILENCE_MS);
  }

  #lost(refused) {
    clearTimeout(this.#quiet);
    this.#end = null;
    if (this.#stopped) return;
    this.onState(false);
    if (refused) return;
    const step = STEPS_MS[Math.min(this.#tries++, STEPS_MS.length - 1)];
    this.#timer = setTimeout(() => this.#connect(), step / 2 + Math.random() * step);
  }
}
