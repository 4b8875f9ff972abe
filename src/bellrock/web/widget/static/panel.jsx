/* The open chat: header, promise, log, composer. */

import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

import { Composer } from "./composer.jsx";
import { Close, Lock, Mark, More } from "./icons.jsx";
import { Log } from "./log.jsx";

const PHONE = "(max-width: 48rem)";

export function Panel({ app, ready }) {
  const { t } = app.texts;
  const panel = useRef();
  const input = useRef();
  const [dragging, setDragging] = useState(false);
  const [, refresh] = useReducer((count) => count + 1, 0);
  const isFull = app.isPage || matchMedia(PHONE).matches;
  const thread = app.thread;

  useEffect(() => thread?.watch(refresh), [thread]);
  useEffect(() => {
    const media = matchMedia(PHONE);
    media.addEventListener("change", refresh);
    return () => media.removeEventListener("change", refresh);
  }, []);
  useEffect(() => {
    // A phone's keyboard would cover the greeting, so there the heading takes the focus.
    const target = matchMedia("(pointer: coarse)").matches ? panel.current.querySelector("h2") : input.current;
    target?.focus();
  }, [ready]);
  useKeyboardRoom(panel, isFull);
  const onFocusIn = useKeptFocus(panel, input);

  const onKeyDown = (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !app.isPage) {
      event.stopPropagation();
      app.toggle(false);
    }
    if (event.key === "Tab" && isFull && !app.isPage) holdFocus(event, panel.current);
  };
  const drop = {
    onDragOver: (event) => { if (event.dataTransfer.types.includes("Files")) { event.preventDefault(); setDragging(true); } },
    onDragLeave: (event) => !panel.current.contains(event.relatedTarget) && setDragging(false),
    onDrop: (event) => { event.preventDefault(); setDragging(false); thread?.attach(event.dataTransfer.files); },
  };
  const { moment } = app.texts;
  const title = app.brand() ? t("%(brand)s support", { brand: app.brand() }) : t("Support");

  return (
    <section class={`panel${app.isPage ? " page" : ""}`} ref={panel} role={app.isPage ? "region" : "dialog"} aria-labelledby="title"
      aria-modal={isFull && !app.isPage ? "true" : null} onKeyDown={onKeyDown} onFocusIn={onFocusIn} {...drop}>
      <div class="head">
        <Mark />
        <div>
          <h2 id="title" tabIndex={-1}>{title}</h2>
          <p>{app.client.session?.opens_at && !hasPerson(thread)
            ? t("A bot now; people are back: %(moment)s", { moment: moment(app.client.session.opens_at) })
            : t("A bot first, a person when you ask")}</p>
        </div>
        <Menu app={app} />
        {!app.isPage && <button class="btn bare icon" type="button" aria-label={t("Close")} onClick={() => app.toggle(false)}><Close /></button>}
      </div>
      <p class="never"><Lock /><span>{t("We never ask for your password, codes or recovery words.")}</span></p>
      {ready ? <Log app={app} thread={thread} /> : <div class="talk" aria-busy="true" />}
      {ready && <Network app={app} thread={thread} />}
      {ready && <Composer app={app} thread={thread} input={input} />}
      {dragging && <div class="dropping" aria-hidden="true">{t("Drop the file here")}</div>}
    </section>
  );
}

function Network({ app, thread }) {
  const { t } = app.texts;
  const isOff = !navigator.onLine || (thread.broken && !thread.broken.status) || thread.outbox.waiting;
  const text = isOff ? t("Waiting for the network. What you write is kept and sent then.")
    : thread.broken && !thread.broken.again ? thread.broken.text || t("This chat could not be opened. Please reload the page.")
    : (thread.loaded || thread.broken) && !thread.connected ? t("Connecting…") : "";
  // Short breaks are nobody's business; the words appear when one lasts.
  const [shown, show] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => show(text), text && !isOff ? 1500 : 0);
    return () => clearTimeout(timer);
  }, [text]);
  return <p class="net" role="status">{shown}</p>;
}

function Menu({ app }) {
  const { t } = app.texts;
  const [open, setOpen] = useState(false);
  const menu = useRef();
  const pages = `${app.options.base}/help/${app.texts.lang}`;
  useEffect(() => {
    if (!open) return;
    menu.current.querySelector("[role=menuitem],[role=menuitemcheckbox]").focus();
    const away = (event) => !event.composedPath().includes(menu.current) && setOpen(false);
    addEventListener("pointerdown", away);
    return () => removeEventListener("pointerdown", away);
  }, [open]);
  const onKeyDown = (event) => {
    if (!open) return;
    const items = [...menu.current.querySelectorAll("[role^=menuitem]")];
    const at = items.indexOf(menu.current.getRootNode().activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (next !== undefined) { event.preventDefault(); items[(next + items.length) % items.length].focus(); }
    if (event.key === "Escape" || event.key === "Tab") {
      if (event.key === "Escape") event.preventDefault();
      setOpen(false);
      menu.current.querySelector("button").focus();
    }
  };
  const pick = (run) => () => { setOpen(false); menu.current.querySelector("button").focus(); run?.(); };
  return (
    <div class="menu push" ref={menu} onKeyDown={onKeyDown}>
      <button class="btn bare icon" type="button" aria-label={t("More")} aria-haspopup="menu" aria-expanded={String(open)} onClick={() => setOpen(!open)}><More /></button>
      {open && (
        <div role="menu" aria-label={t("More")}>
          {app.thread && !hasPerson(app.thread) && <button role="menuitem" type="button" onClick={pick(() => app.thread.wantPerson())}>{t("I want a person")}</button>}
          <button role="menuitemcheckbox" type="button" aria-checked={String(app.sound)} onClick={pick(() => app.setSound(!app.sound))}>
            {app.sound ? t("Turn sound off") : t("Turn sound on")}
          </button>
          <a role="menuitem" href={pages} target="_blank" rel="noopener" onClick={pick()}>{t("Help centre")}</a>
          <a role="menuitem" href={`${pages}/contact`} target="_blank" rel="noopener" onClick={pick()}>{t("Write a longer report")}</a>
        </div>
      )}
    </div>
  );
}

export const hasPerson = (thread) => thread.asking || ["waiting", "with_person"].includes(thread.queue?.state);

/* A button that goes away once it is pressed leaves the focus to where one writes next; a touch gets no keyboard by that. */
function useKeptFocus(panel, input) {
  const held = useRef();
  useLayoutEffect(() => {
    if (!held.current || held.current.isConnected) return;
    held.current = null;
    if (document.activeElement !== document.body) return;
    (matchMedia("(pointer: coarse)").matches ? panel.current.querySelector(".talk") : input.current)?.focus();
  });
  return (event) => { held.current = event.target; };
}

/* Keep the composer above the on-screen keyboard: the panel is as high as what is visible. */
function useKeyboardRoom(panel, isFull) {
  useLayoutEffect(() => {
    const view = window.visualViewport;
    if (!view || !isFull) return;
    const fit = () => {
      panel.current?.style.setProperty("--height", `${view.height}px`);
      panel.current?.style.setProperty("--top", `${view.offsetTop}px`);
    };
    const page = document.documentElement.style.overflow;
    document.documentElement.style.overflow = "hidden";
    fit();
    view.addEventListener("resize", fit);
    view.addEventListener("scroll", fit);
    return () => {
      document.documentElement.style.overflow = page;
      view.removeEventListener("resize", fit);
      view.removeEventListener("scroll", fit);
    };
  }, [isFull]);
}

function holdFocus(event, panel) {
  const stops = [...panel.querySelectorAll("button:not(:disabled),a[href],textarea,[tabindex='0']")].filter((each) => each.offsetParent);
  const at = panel.getRootNode().activeElement;
  const [first, last] = [stops[0], stops.at(-1)];
  if (event.shiftKey ? at === first || !stops.includes(at) : at === last) {
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
}
