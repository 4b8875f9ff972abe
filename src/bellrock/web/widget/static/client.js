/* Requests to Bellrock: a session from a token of the exchange or from the visitor's own secret, renewed when it ends. */

import { keep } from "./keep.js";

export class Failed extends Error {
  constructor(status, code, text, wait) {
    super(text || code);
    Object.assign(this, { status, code, text, wait });
  }
  /* The same request may pass later: no network, too fast, or the server rests. */
  get again() {
    return !this.status || this.status === 429 || this.status >= 500;
  }
}

export class Client {
  session = null;
  #opening = null;

  constructor({ base, token, locale }) {
    Object.assign(this, { base, token, locale });
  }

  async askToken() {
    return (typeof this.token === "function" ? await this.token() : this.token) || "";
  }

  /* Open the session once, however many ask for it. */
  open(again = false) {
    if (again) this.session = null;
    if (this.session) return Promise.resolve(this.session);
    this.#opening ??= this.#begin().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #begin() {
    const token = await this.askToken().catch(() => { throw new Failed(0, "network"); });
    const visitor = keep.read("bellrock:visitor");
    const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions();
    let answer;
    try {
      answer = await this.#send("POST", "/widget/session", { token: token || null, visitor, locale: this.locale, zone }, null);
    } catch (error) {
      if (token || !visitor || error.status !== 401) throw error;
      keep.write("bellrock:visitor", null); // the thread was closed for good: begin a new one
      answer = await this.#send("POST", "/widget/session", { token: null, visitor: null, locale: this.locale, zone }, null);
    }
    // A visitor who signed in: the server has attached their thread, and their secret opens nothing any more.
    if (token && visitor) keep.write("bellrock:visitor", null);
    // Signed in, the visitor's thread is the customer's now, and the secret opens nothing more.
    if (answer.visitor || token) keep.write("bellrock:visitor", answer.visitor);
    return (this.session = answer);
  }

  /* The customer signed out: the session ends at the server too, also while the page is left. */
  end() {
    const { session } = this.session || {};
    this.session = null;
    if (session) fetch(`${this.base}/widget/session/end`, { method: "POST", headers: { Authorization: `Bearer ${session}` }, credentials: "omit", keepalive: true }).catch(() => {});
  }

  async get(path) { return this.#authorised("GET", path); }
  async post(path, body) { return this.#authorised("POST", path, body); }

  async #authorised(method, path, body) {
    const session = await this.open();
    try {
      return await this.#send(method, path, body, session.session);
    } catch (error) {
      if (error.status !== 401) throw error;
      return this.#send(method, path, body, (await this.open(true)).session);
    }
  }

  async #send(method, path, body, bearer) {
    let answer;
    try {
      answer = await fetch(this.base + path, {
        method,
        headers: { "Accept-Language": this.locale, ...(body && { "Content-Type": "application/json" }), ...(bearer && { Authorization: `Bearer ${bearer}` }) },
        body: body && JSON.stringify(body),
        credentials: "omit",
        signal: AbortSignal.timeout?.(20000),
      });
    } catch {
      throw new Failed(0, "network");
    }
    const data = answer.status === 204 ? null : await answer.json().catch(() => null);
    if (!answer.ok) throw new Failed(answer.status, data?.code, data?.detail, Number(answer.headers.get("Retry-After")) || 0);
    return data;
  }

  picture(name) {
    return fetch(`${this.base}/widget/pictures/${name}.svg`, { credentials: "omit" }).then((answer) => (answer.ok ? answer.text() : ""));
  }

  async file(id) {
    const session = await this.open();
    const answer = await fetch(`${this.base}/widget/files/${id}`, { headers: { Authorization: `Bearer ${session.session}` }, credentials: "omit" });
    if (!answer.ok) throw new Failed(answer.status);
    return answer.blob();
  }

  /* Upload with progress; fetch cannot tell how far it is. */
  async upload(file, key, onProgress) {
    const session = await this.open();
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${this.base}/widget/files`);
      request.setRequestHeader("Authorization", `Bearer ${session.session}`);
      request.setRequestHeader("Accept-Language", this.locale);
      request.responseType = "json";
      request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total, request);
      request.onload = () => {
        if (request.status < 300) return resolve(request.response.file);
        if (request.status === 401) this.session = null;
        reject(new Failed(request.status, request.response?.code, request.response?.detail));
      };
      request.onerror = request.ontimeout = () => reject(new Failed(0, "network"));
      request.onabort = () => reject(new Failed(-1, "cancelled"));
      const form = new FormData();
      form.append("client_key", key);
      form.append("file", file);
      onProgress(0, request);
      request.send(form);
    });
  }
}
