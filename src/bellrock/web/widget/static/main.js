/* The loader: everything an exchange's page carries until somebody opens the chat. It draws the button, answers
   `window.Bellrock(…)`, and fetches the app when the page is idle, so that opening is immediate.

   <script async src="https://support.example.com/widget/bellrock.js" data-locale="en"></script>
   Bellrock("boot", { token: () => fetch("/support-token").then((r) => r.text()), locale: "en" }) */

import look from "./launcher.shadow.css";

const script = document.currentScript;
const base = new URL(script.src).origin;
const waiting = (window.Bellrock && window.Bellrock.q) || [];
let element = null;
let loading = null;

function load() {
  loading ??= new Promise((resolve, reject) => {
    const tag = document.createElement("script");
    tag.src = base + "__APP__";
    tag.async = true;
    tag.onload = () => resolve(window.BellrockApp);
    tag.onerror = () => { loading = null; tag.remove(); reject(new Error("network")); };
    document.head.append(tag);
  });
  return loading;
}

class BellrockWidget extends HTMLElement {
  options = {};
  app = null;

  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(look);
    root.adoptedStyleSheets = [sheet];
    const { locale, mode } = this.options;
    this.hall = document.createElement("div");
    this.hall.lang = locale;
    this.hall.dir = /^(ar|he|fa|ur)\b/.test(locale) ? "rtl" : "ltr";
    this.place = document.createElement("div");
    if (mode !== "page") {
      this.button = document.createElement("button");
      this.button.className = "launch";
      this.button.type = "button";
      this.button.setAttribute("aria-label", this.options.label);
      this.button.setAttribute("aria-expanded", "false");
      this.button.innerHTML =
        '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 5.5h16v11H11l-4.500 3.500v-3.500H4z"/><path d="M8 9.500h8M8 12.500h5"/></svg><span class="badge" hidden></span>';
      this.button.onclick = () => this.toggle();
      this.button.onpointerenter = () => load().catch(() => {});
      this.hall.append(this.button);
    }
    this.hall.append(this.place);
    root.append(this.hall);
  }

  async start() {
    if (this.app) return this.app;
    this.button?.setAttribute("aria-busy", "true");
    try {
      const app = await load();
      this.app ??= app.mount(this);
    } finally {
      this.button?.removeAttribute("aria-busy");
    }
    return this.app;
  }

  async toggle(open) {
    const app = await this.start().catch(() => null);
    if (!app) return setTimeout(() => this.toggle(open), 3000);
    app.toggle(open);
  }

  /* Called by the app: what the button outside tells. */
  unread(count, label) {
    if (!this.button) return;
    const badge = this.button.querySelector(".badge");
    badge.hidden = count < 1;
    badge.textContent = count > 9 ? "9+" : count;
    this.button.setAttribute("aria-label", label);
  }
}

const verbs = {
  boot(options = {}) {
    verbs.shutdown();
    const locale = options.locale || script.dataset.locale || document.documentElement.lang || navigator.language;
    const url = script.dataset.tokenUrl;
    const fetched = url && (() => fetch(url, { credentials: "same-origin" }).then((r) => (r.ok ? r.text() : "")));
    element = document.createElement("bellrock-widget");
    element.options = { base, label: script.dataset.label || "Support", token: fetched, ...options, locale };
    document.body.append(element);
    if (options.mode === "page") return element.toggle(true);
    const known = () => { try { return localStorage.getItem("bellrock:talk"); } catch { return null; } };
    const idle = window.requestIdleCallback || ((run) => setTimeout(run, 800));
    idle(() => (known() || options.open ? element?.start() : load()).catch(() => {}));
  },
  open: () => element?.toggle(true),
  close: () => element?.toggle(false),
  shutdown() {
    element?.app?.stop();
    element?.remove();
    element = null;
  },
  /* The customer signed out: forget whose thread it was on this device. */
  forget() {
    element?.app?.forget();
    verbs.shutdown();
  },
};

window.Bellrock = (verb, ...rest) => verbs[verb]?.(...rest);
customElements.get("bellrock-widget") || customElements.define("bellrock-widget", BellrockWidget);
const begin = () => {
  if (script.dataset.boot !== "manual" && !waiting.some(([verb]) => verb === "boot")) verbs.boot();
  for (const [verb, ...rest] of waiting) window.Bellrock(verb, ...rest);
};
document.body ? begin() : addEventListener("DOMContentLoaded", begin);
