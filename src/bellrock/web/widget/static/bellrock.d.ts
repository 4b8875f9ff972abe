/** Types of the widget's calls, for pages in TypeScript: `import type {} from "./bellrock"` after a copy of this file. */

export interface BellrockOptions {
  /** The customer token, or how to get it; asked again when the session ends. Without one, the reader is a visitor. */
  token?: string | (() => string | Promise<string>);
  /** A language tag such as `tr` or `zh-Hans`. */
  locale?: string;
  /** Fixes the scheme; else the reader's own holds. */
  theme?: "light" | "dark";
  /** `false` draws no button: open the chat from a control of your own. */
  launcher?: boolean;
  /** Name of the button until the texts have come. */
  label?: string;
  /** Open at once. */
  open?: boolean;
  /** `page` fills the page, as in a WebView. */
  mode?: "page";
  /** The same as `on("unreadCount", …)`. */
  onUnread?: (count: number) => void;
}

/** A new answer: that there is one and by whom, never what it says. */
export interface BellrockMessage {
  id: string;
  author: { kind: "agent" | "first_line" | "system" | "integration"; name?: string };
  at: string;
}

/** The customer has to show who they are: 1 signed in, 2 with more than a password. Answer with `identify` and a new token. */
export interface BellrockNeedProof {
  level: 1 | 2;
  /** They lost their authenticator: ask for a passkey or a linked wallet, not for its code. */
  otherwise: boolean;
  /** They did not, or could not: a person takes over. */
  refuse: () => void;
}

export interface BellrockEvents {
  open: undefined;
  close: undefined;
  unreadCount: number;
  message: BellrockMessage;
  needProof: BellrockNeedProof;
}

export interface Bellrock {
  (verb: "boot", options?: BellrockOptions): void;
  (verb: "identify", who: BellrockOptions["token"] | Pick<BellrockOptions, "token" | "locale">): void;
  (verb: "update", changes: BellrockOptions): void;
  (verb: "open" | "show" | "close" | "hide" | "toggle"): void;
  (verb: "showNewMessage", text?: string): void;
  <E extends keyof BellrockEvents>(verb: "on", event: E, run: (value: BellrockEvents[E]) => void): () => void;
  <E extends keyof BellrockEvents>(verb: "off", event: E, run: (value: BellrockEvents[E]) => void): void;
  (verb: "unreadCount"): number;
  /** Take the widget off the page; the thread stays known to this device. */
  (verb: "shutdown"): void;
  /** The customer signed out: nothing of the thread stays on this device. */
  (verb: "forget"): void;
  /** Calls that wait for the script. */
  q?: unknown[];
}

declare global {
  interface Window {
    Bellrock: Bellrock;
  }
  const Bellrock: Bellrock;
}
