/* The chat inside an app's WebView: the app hands over the customer token, and is told of unread answers.

   Android   addJavascriptInterface(object, "BellrockNative") with getToken(): String, and unread(count: Int)
   iOS       WKScriptMessageHandlerWithReply "bellrock": {type: "token"} is answered with the token, {type: "unread", count}
   others    ReactNativeWebView.postMessage({type: "token"}), then window.bellrockToken(token) or
             window.postMessage({type: "bellrock:token", token}) */

const WAIT_MS = 8000;
const native = window.BellrockNative;
const ios = window.webkit?.messageHandlers?.bellrock;
const others = window.ReactNativeWebView;
let settle = null;

window.bellrockToken = (token) => settle?.(typeof token === "string" ? token : "");
addEventListener("message", (event) => {
  const isOwn = event.source === window || event.source === null || event.origin === location.origin;
  if (isOwn && event.data?.type === "bellrock:token") window.bellrockToken(event.data.token);
});

async function token() {
  if (native?.getToken) return native.getToken() || "";
  if (!native && !ios && !others) return "";
  const answer = new Promise((resolve) => {
    settle = resolve;
    setTimeout(() => resolve(""), WAIT_MS);
  });
  const said = ios ? ios.postMessage({ type: "token" }) : others ? others.postMessage('{"type":"token"}') : native.requestToken?.();
  const replied = await Promise.race([Promise.resolve(said).catch(() => ""), answer]);
  return typeof replied === "string" && replied ? replied : answer;
}

function onUnread(count) {
  native?.unread?.(count);
  ios?.postMessage({ type: "unread", count })?.catch?.(() => {});
  others?.postMessage(JSON.stringify({ type: "unread", count }));
}

window.Bellrock ??= Object.assign((...call) => window.Bellrock.q.push(call), { q: [] });
window.Bellrock("boot", { token, onUnread, mode: "page", locale: document.documentElement.lang });
