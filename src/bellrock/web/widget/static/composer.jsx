/* Where the customer writes: text, files by button, paste or drop, and the way to a person. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { Clip, Close, File, Person, Send } from "./icons.jsx";
import { hasPerson } from "./panel.jsx";
import { isMine } from "./thread.js";

const LENGTH_MAX = 8000;

export function Composer({ app, thread, input }) {
  const { t, number } = app.texts;
  const [text, setText] = useState("");
  const picker = useRef();
  const busy = thread.uploads.some((each) => !each.file && !each.wrong);
  const isReady = (text.trim() || thread.uploads.some((each) => each.file)) && !busy && text.length <= LENGTH_MAX;
  const last = thread.messages.at(-1);
  // Where a person is offered among the buttons above, it is not offered twice.
  const isOffered = last && !isMine(last) && ((last.extras?.ask === "helped" && last.helped === undefined) || last.extras?.proof);

  useLayoutEffect(() => {
    const area = input.current;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 140)}px`;
  }, [text]);

  useEffect(() => {
    if (!app.draft) return;
    setText((begun) => begun || app.draft.slice(0, LENGTH_MAX));
    setTimeout(() => { app.draft = ""; });
    input.current.focus();
  });

  const send = () => {
    if (!isReady) return;
    thread.send(text);
    setText("");
    input.current.focus();
  };
  const onKeyDown = (event) => {
    // While an input method is composing, Enter chooses a word; it sends nothing.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    thread.attach(event.clipboardData.files);
  };
  const pick = () => { thread.attach(picker.current.files); picker.current.value = ""; };

  return (
    <form class="write" onSubmit={(event) => { event.preventDefault(); send(); }}>
      {thread.uploads.length > 0 && <ul class="uploads">{thread.uploads.map((upload) => <Upload key={upload.key} {...{ app, thread, upload }} />)}</ul>}
      {!hasPerson(thread) && !isOffered && (
        <button class="link way" type="button" onClick={() => thread.wantPerson()}><Person />{t("I want a person")}</button>
      )}
      {text.length > LENGTH_MAX && <p class="wrong" role="alert">{t("Too long by %(count)s characters. You can send it in parts or as a file.", { count: number(text.length - LENGTH_MAX) })}</p>}
      <div class="line">
        <input type="file" multiple hidden ref={picker} onChange={pick} accept={app.client.session?.limits?.accept} />
        <button class="btn bare" type="button" aria-label={t("Attach a picture or file")} onClick={() => picker.current.click()}><Clip /></button>
        <textarea class="input" rows={1} ref={input} dir="auto" value={text} aria-label={t("Write a message")} placeholder={t("Write a message")} enterkeyhint="send"
          onInput={(event) => { setText(event.target.value); if (event.target.value) thread.types(); }} onKeyDown={onKeyDown} onPaste={onPaste} />
        <button class="btn main" type="submit" aria-label={t("Send")} aria-disabled={String(!isReady)}><Send /></button>
      </div>
    </form>
  );
}

function Upload({ app, thread, upload }) {
  const { t, size, number } = app.texts;
  const limits = app.client.session?.limits || {};
  const wrong = {
    too_large: t("This file is larger than %(size)s.", { size: size(limits.bytes_max || 2e7) }),
    too_many_files: t("Up to %(count)s files with one message.", { count: number(limits.files_max || 5) }),
    empty: t("This file is empty."),
    network: t("The network broke off. Please add the file again."),
    refused: t("This file could not be sent."),
  };
  return (
    <li class={upload.wrong ? "upload wrong" : "upload"}>
      <File />
      <div>
        <bdi>{upload.name}</bdi>
        {upload.wrong ? <small role="alert">{wrong[upload.wrong] || upload.wrong}</small>
          : upload.file ? <small>{size(upload.size)}</small>
          : upload.waits ? <small>{t("Waiting for the network")}</small>
          : <progress max={1} value={upload.done} aria-label={t("Sending %(name)s", { name: upload.name })} />}
      </div>
      <button class="btn bare icon" type="button" aria-label={t("Remove %(name)s", { name: upload.name })} onClick={() => thread.detach(upload.key)}><Close /></button>
    </li>
  );
}
