// Talking to the server: fragments in, forms out, and a Problem for everything that went wrong.
import { lifted } from "./hand.js";

const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";

export class Problem extends Error {
  constructor(status, code, text) {
    super(text);
    this.status = status;
    this.code = code;
  }
}

export async function get(url) {
  const got = await read(await ask(url, {}));
  await lifted();
  return got;
}

export async function getJson(url, signal) {
  const answer = await ask(url, { headers: { accept: "application/json" }, signal });
  return answer.json();
}

export async function post(url, form, { patience = 20_000 } = {}) {
  return read(await ask(url, { method: "POST", body: form, signal: AbortSignal.timeout(patience) }));
}

export async function postJson(url, form, { patience = 20_000 } = {}) {
  const answer = await ask(url, { method: "POST", body: form, headers: { accept: "application/json, application/problem+json" }, signal: AbortSignal.timeout(patience) });
  return answer.json();
}

export async function put(url, data, { method = "PUT", keepalive = false } = {}) {
  return read(await ask(url, { method, keepalive, body: JSON.stringify(data), headers: { "content-type": "application/json" } }));
}

async function ask(url, options) {
  const headers = {
    accept: "text/html, application/problem+json",
    "x-requested-with": "fragment",
    ...(options.method ? { "x-csrftoken": csrf } : {}),
    ...options.headers,
  };
  let answer;
  try {
    answer = await fetch(url, { ...options, headers, credentials: "same-origin", signal: options.signal ?? AbortSignal.timeout(20_000) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, "offline", "");
  }
  if (answer.ok) {
    if (answer.redirected && new URL(answer.url).pathname.includes("sign-in")) throw new Problem(401, "not_signed_in", "");
    return answer;
  }
  const problem = await answer.json().catch(() => ({}));
  throw new Problem(answer.status, problem.code ?? `http_${answer.status}`, problem.detail ?? "");
}

async function read(answer) {
  return { status: answer.status, html: answer.status === 204 ? "" : await answer.text() };
}

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
