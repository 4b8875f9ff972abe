/* The chat inside an app's WebView: the app hands over the customer token, and is told of unread answers.

   Android   addJavascriptInterface(object, "BellrockNative") with getToken(): String, and unread(count: Int)
   iOS       WKScriptMessageHandlerWithReply "bellrock": {type: "token"} is answered with the token, {type: "unread", count}
   others    ReactNativeWebView.postMessage({type: "token"}), then window.bellrockToken(token) or
             window.postMessage({type: "bellrock:token", token})

   Where a stronger proof of who the customer is is needed: needProof(level), or {type: "needProof", level, otherwise}. The app
   answers with a new token as above (on iOS as the reply), or with an empty one for no. `otherwise`: their authenticator is lost. */

const WAIT_MS = 8000;
const native = window.BellrockNative;
const ios = window.webkit?.messageHandlers?.bellrock;
const others = window.ReactNativeWebView;
let settle = null;
let refuse = null;

window.bellrockToken = (token) => {
  if (refuse) proven(token);
  else settle?.(typeof token === "string" ? token : "");
};

function proven(answer) {
  const no = refuse;
  refuse = null;
  typeof answer === "string" && answer ? window.Bellrock("identify", answer) : no?.();
}

const wish = ({ level, otherwise }) => ({ type: "needProof", level, otherwise });

function needProof(asked) {
  refuse = asked.refuse;
  if (native) native.needProof ? native.needProof(asked.level) : proven("");
  else if (ios) Promise.resolve(ios.postMessage(wish(asked))).then(proven, () => proven(""));
  else others.postMessage(JSON.stringify(wish(asked)));
}

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
if (native || ios || others) window.Bellrock("on", "needProof", needProof);
window.Bellrock("boot", { token, onUnread, mode: "page", locale: document.documentElement.lang });
