/* What stays on the device: the visitor's secret, the wish for sound, and messages that are not sent yet. Nothing else. */

const memory = new Map();

export const keep = {
  read(name) {
    try { return JSON.parse(localStorage.getItem(name)); } catch { return memory.get(name) ?? null; }
  },
  write(name, value) {
    try {
      value == null ? localStorage.removeItem(name) : localStorage.setItem(name, JSON.stringify(value));
    } catch { memory.set(name, value); }
  },
};

/* Whose outbox it is, without the id itself: a colleague on the same computer never sends another's words. */
export function ownerOf(token) {
  let subject = "visitor";
  try {
    subject = JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).sub;
  } catch { /* a visitor */ }
  let hash = 2166136261;
  for (let at = 0; at < subject.length; at++) hash = Math.imul(hash ^ subject.charCodeAt(at), 16777619);
  return (hash >>> 0).toString(36);
}

export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
