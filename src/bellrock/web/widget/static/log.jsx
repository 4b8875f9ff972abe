/* The conversation as a log that screen readers follow: greeting, messages, what can be answered with one tap, the queue. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { Done, File, Lock, Next, Person, Warn } from "./icons.jsx";
import { hasPerson } from "./panel.jsx";
import { isMine } from "./thread.js";

export function Log({ app, thread }) {
  const { t, day } = app.texts;
  const box = useRef();
  const stuck = useRef(true);
  const waiting = thread.outbox.items;
  const last = thread.messages.at(-1);

  const stick = () => { if (stuck.current && box.current) box.current.scrollTop = box.current.scrollHeight; };
  useLayoutEffect(stick);
  useEffect(() => {
    if (document.visibilityState === "visible") thread.saw();
    const watch = new ResizeObserver(stick);
    watch.observe(box.current);
    return () => watch.disconnect();
  }, [last?.id]);
  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    stuck.current = scrollHeight - scrollTop - clientHeight < 60;
  };
  const name = app.client.session?.customer?.name;
  let shownDay = day(new Date().toISOString());

  return (
    <div class="talk" ref={box} role="log" aria-label={t("Conversation")} aria-busy={String(!thread.loaded && !thread.broken)} tabIndex={0} onScroll={onScroll}>
      <ol>
        <li class="say">
          <p class="by">{t("Assistant, a bot")}</p>
          <div>
            <p>{name ? t("Hello %(name)s. What has happened?", { name }) : t("Hello. What has happened?")}</p>
            <p>{t("I am a bot: I answer what I am sure of. You can write in any language, and a person is always one tap away.")}</p>
          </div>
        </li>
        {thread.messages.map((message, at) => {
          const date = day(message.at);
          const isNewDay = date !== shownDay;
          shownDay = date;
          return [
            isNewDay && <li class="middle day" key={`day-${message.id}`}>{date}</li>,
            <Message key={message.id} {...{ app, thread, message }} isFirst={!isSame(thread.messages[at - 1]?.author, message.author) || isNewDay} isLast={message === last && !waiting.length} />,
          ];
        })}
        {waiting.map((item) => <Waiting key={item.key} {...{ app, thread, item }} />)}
        {thread.typing && <li class="say"><p class="by">{by(app, thread.typing)}</p><div class="dots" role="img" aria-label={t("is writing")}><i /><i /><i /></div></li>}
        {thread.ended && <li class="middle ended">{t("This conversation is closed. Write again and it continues here.")}</li>}
        <Queue {...{ app, thread }} />
      </ol>
    </div>
  );
}

const isSame = (one, other) => one?.kind === other.kind && one.name === other.name;

function by(app, author) {
  const { t } = app.texts;
  if (author.kind === "first_line") return t("Assistant, a bot");
  return author.name?.split(" ")[0] || t("Support");
}

function Message({ app, thread, message, isFirst, isLast }) {
  const { t, time } = app.texts;
  const mine = isMine(message);
  const { article, choices, ask, language, notice, otherwise, picture, proof, steps } = message.extras || {};
  const said = app.texts.in(language, () => thread.tell()); // what stands under an answer speaks its language
  const state = message.at <= thread.seenAt ? t("Sent %(time)s, seen", { time: time(message.at) }) : t("Sent %(time)s", { time: time(message.at) });
  if (message.author.kind === "system") return <li class="middle" dir="auto">{message.text}</li>;
  return (
    <>
      <li class={mine ? "say mine" : "say"}>
        {mine ? <span class="vh">{t("You")}</span> : isFirst && <p class="by">{by(app, message.author)}</p>}
        {message.erased && <div class="quiet">{t("This message was erased.")}</div>}
        {(message.text || article) && (
          <div>
            {message.text && <Words app={app} text={message.text} links={!mine} />}
            {message.original && <details class="quiet"><summary>{t("Translated by machine. Show the original.")}</summary><Words app={app} text={message.original} /></details>}
            {article && (
              <a class="art" href={new URL(article.url, app.options.base).href} target="_blank" rel="noopener">
                <span>{article.title}<small>{said.t("Read the whole article")}</small></span><Next />
              </a>
            )}
          </div>
        )}
        {picture && <Where {...{ app, thread }} name={picture} />}
        {message.chart && <figure class="chart" dangerouslySetInnerHTML={{ __html: message.chart }} />}
        {(message.files || []).map((file) => <Attachment key={file.id} {...{ app, file }} />)}
        {notice && <Notice {...{ app, notice }} />}
        {mine ? <p class="state">{state}</p> : <p class="vh">{time(message.at)}</p>}
      </li>
      {!mine && choices?.length > 0 && isLast && (
        <li class="asked" lang={said.lang}>
          {choices.map((choice) => <button class="btn" type="button" key={choice.value} dir="auto" onClick={() => thread.send(choice.label, choice.value)}>{choice.label}</button>)}
        </li>
      )}
      {!mine && proof && isLast && !hasPerson(thread) && (
        <li class="asked" lang={said.lang}>
          <button class="btn main" type="button" dir="auto" onClick={() => app.prove(proof, otherwise)}>{said.t("Confirm that it is me")}</button>
          <button class="btn" type="button" dir="auto" onClick={() => thread.wantPerson()}>{said.t("I want a person")}</button>
        </li>
      )}
      {!mine && steps && message === thread.messages.findLast((each) => each.extras?.steps) && <Steps {...{ thread, message, said }} />}
      {!mine && ask === "helped" && <Asked {...{ thread, message, isLast, said }} />}
    </>
  );
}

/* Where to find what is asked for: a drawing without words, fetched when it is needed, in the colours of the chat. */
function Where({ app, thread, name }) {
  const [drawing, show] = useState("");
  useEffect(() => void app.client.picture(name).then(show, () => {}), [name]);
  useEffect(() => { if (drawing) thread.tell(); }, [drawing]); // the log is longer now
  return drawing && <figure class="where" role="img" aria-label={app.texts.t("Where to find it")} dangerouslySetInnerHTML={{ __html: drawing }} />;
}

/* Steps that protect the account: a tap, a second one to confirm, and what became of it is said in the thread. */
function Steps({ thread, message, said }) {
  const { t } = said;
  const [sure, ask] = useState(null);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const tapped = useRef();
  const isDone = (step) => thread.messages.some(({ id, extras }) => id > message.id && extras?.taken === step);
  const close = () => { ask(null); setBusy(false); tapped.current?.focus(); };
  const open = (step) => (event) => { tapped.current = event.currentTarget; setWrong(""); ask(step); };
  const take = async () => {
    setBusy(true);
    setWrong(await thread.step(message, sure.value));
    close();
  };
  return (
    <li class="asked" lang={said.lang}>
      {message.extras.steps.map((step) => (
        <button class="btn" type="button" key={step.value} dir="auto" disabled={isDone(step.value)} aria-expanded={String(sure === step)} onClick={open(step)}>
          {isDone(step.value) ? <Done /> : <Lock />}{step.label}
        </button>
      ))}
      {sure && (
        <div class="sure" role="group" aria-label={sure.label}>
          <p dir="auto">{t("This takes effect at once. Only our staff can undo it, after checking that it is you.")}</p>
          <button class="btn main" type="button" dir="auto" disabled={busy} onClick={take}>{sure.label}</button>
          <button class="btn" type="button" disabled={busy} ref={focused} onClick={close}>{t("Cancel")}</button>
        </div>
      )}
      {wrong && <span class="wrong" role="alert">{wrong}</span>}
    </li>
  );
}

/* The harmless one of two takes the focus, once. */
const focused = (node) => node?.focus();

function Asked({ thread, message, isLast, said }) {
  const { t, lang } = said;
  if (message.helped === true) return <li class="asked" lang={lang}><span dir="auto">{t("Good to know. Write again whenever you need us.")}</span></li>;
  if (!isLast) return null;
  const person = hasPerson(thread);
  return (
    <li class="asked" lang={lang}>
      <span dir="auto">{t("Did this help?")}</span>
      <button class="btn" type="button" dir="auto" onClick={() => thread.helped(message, true)}>{t("Yes")}</button>
      <button class="btn" type="button" dir="auto" aria-pressed={String(person)} disabled={thread.asking}
        onClick={() => person || thread.helped(message, false).then(() => thread.wantPerson())}>{t("I want a person")}</button>
    </li>
  );
}

function Notice({ app, notice }) {
  const { t } = app.texts;
  const texts = {
    seed: t("We removed what looks like a recovery phrase. Nobody here can read it. Move your funds to a new wallet now: whoever saw those words can take them."),
    key: t("We removed what looks like a private key. Nobody here can read it. Move your funds to a new address now: whoever saw that key can take them."),
    card: t("We removed what looks like a card number. Nobody here can read it, and we never need it."),
    pass: t("We removed what looks like a password. Nobody here can read it. Please change it now."),
    code: t("We removed what looks like a code. Nobody here can read it. If somebody asked you for it, tell us now."),
  };
  return <p class="notice"><Warn /><span>{texts[notice] || t("We removed something secret from your message. Nobody here can read it.")}</span></p>;
}

/* Text as written: paragraphs kept, each with its own direction; addresses of pages become links only in our own words. */
function Words({ app, text, links }) {
  const { t } = app.texts;
  const marks = {
    seed: t("[recovery phrase removed]"), key: t("[private key removed]"), api: t("[API secret removed]"), "2fa": t("[authenticator key removed]"),
    pass: t("[password removed]"), card: t("[card number removed]"), code: t("[code removed]"),
  };
  return text.replace(/⟦(\w+)⟧/g, (mark, kind) => marks[kind] || mark).split(/\n{2,}/).map((part, at) => (
    <p key={at} dir="auto">{part.split(links ? /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])|(\*\*[^*\n]+\*\*)/ : /$^/).map((bit) =>
      !bit ? null : links && /^https?:/.test(bit) ? <a href={bit} target="_blank" rel="noopener noreferrer">{bit}</a>
      : links && /^\*\*.+\*\*$/.test(bit) ? <b>{bit.slice(2, -2)}</b> : bit)}</p>
  ));
}

function Waiting({ app, thread, item }) {
  const { t, time } = app.texts;
  return (
    <li class={`say mine${item.wrong ? " wrong" : " going"}`}>
      <span class="vh">{t("You")}</span>
      {item.text && <div><Words app={app} text={item.text} /></div>}
      {item.files.map((file) => <Attachment key={file.id} {...{ app, file }} />)}
      {item.wrong ? (
        <p class="state" role="alert">
          {item.wrong === "refused" ? t("This could not be sent.") : item.wrong}{" "}
          <button class="link" type="button" onClick={() => thread.outbox.retry(item.key)}>{t("Try again")}</button>{" "}
          <button class="link" type="button" onClick={() => thread.outbox.drop(item.key)}>{t("Remove")}</button>
        </p>
      ) : <p class="state">{thread.outbox.waiting || !navigator.onLine ? t("Waiting for the network, %(time)s", { time: time(item.at) }) : t("Sending…")}</p>}
    </li>
  );
}

/* A file is fetched with the session when asked for; pictures are drawn on a canvas, which no page's policy forbids. */
function Attachment({ app, file }) {
  const { t, size } = app.texts;
  const canvas = useRef();
  const [isDrawn, draw] = useState(false);
  const [wrong, setWrong] = useState(false);
  const isPicture = /^image\/(png|jpeg|webp|gif)$/.test(file.type || "");
  useEffect(() => {
    if (!isPicture) return;
    let gone = false;
    app.client.file(file.id).then(createImageBitmap).then((picture) => {
      if (gone || !canvas.current) return;
      const scale = Math.min(1, 480 / picture.width, 640 / picture.height);
      canvas.current.width = picture.width * scale;
      canvas.current.height = picture.height * scale;
      canvas.current.getContext("2d").drawImage(picture, 0, 0, canvas.current.width, canvas.current.height);
      draw(true);
    }).catch(() => {});
    return () => (gone = true);
  }, [file.id]);
  const save = async () => {
    try {
      const url = URL.createObjectURL(await app.client.file(file.id));
      const link = document.createElement("a");
      Object.assign(link, { href: url, download: file.name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10000);
      setWrong(false);
    } catch { setWrong(true); }
  };
  return (
    <button class="file" type="button" onClick={save} aria-label={t("Save %(name)s, %(size)s", { name: file.name, size: size(file.size) })}>
      {isPicture && <canvas ref={canvas} hidden={!isDrawn} />}
      <span><File /><bdi>{file.name}</bdi><small>{wrong ? t("could not be fetched") : size(file.size)}</small></span>
    </button>
  );
}

function Queue({ app, thread }) {
  const { t, tn, number, place, moment } = app.texts;
  const { state, team, place: at, wait_min: from, wait_max: to, agent, first_place: first, opens_at: opens, answer_by: by } = thread.queue || {};
  const card = useRef(0);
  if (state === "waiting" && !card.current) card.current = first || at || 1;
  if (state === "with_person") return agent && <li class="middle"><Person /><span role="status">{t("%(name)s is with you now", { name: agent.name })}</span></li>;
  if (state !== "waiting") return null;
  const used = at ? Math.round((1 - (at - 1) / Math.max(card.current, at)) * 100) : 10;
  return (
    <li>
      <div class="queue" role="status">
        <h3>{team ? t("A person from %(team)s is next", { team }) : t("A person is next")}</h3>
        {at > 0 && (
          <p class="big"><span>{place(at)}</span><small>{
            by ? t("in line, usually answered by: %(moment)s", { moment: moment(by) }) : to ? tn("in line, usually about a minute", "in line, usually %(from)s to %(count)s minutes", to, { from: number(from || 1) }) : t("in line")
          }</small></p>
        )}
        {opens && <p class="back"><b>{t("Nobody is there right now. People are back: %(moment)s", { moment: moment(opens) })}</b></p>}
        <span class="tide" style={{ "--used": `${used}%` }} />
        <p>{app.client.session?.customer?.has_mail
          ? t("You can close this window. We keep your place and write to you here and by e-mail. What you wrote is already in the file; you need not explain it again.")
          : t("You can close this window. We keep your place and answer here. What you wrote is already in the file; you need not explain it again.")}</p>
      </div>
    </li>
  );
}
