/* What an exchange's page does when support needs to be sure who somebody is: it asks in its own way, and hands over a new token. */

const TOKEN_MS = 60000;
const dialog = document.querySelector("#prove");

window.Bellrock ??= Object.assign((...call) => window.Bellrock.q.push(call), { q: [] });
window.Bellrock("on", "needProof", ({ refuse }) => {
  dialog.returnValue = "";
  dialog.showModal();
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return refuse();
    const until = Date.now() + TOKEN_MS;
    const token = () => fetch(Date.now() < until ? "/demo/token?proof" : "/demo/token").then((answer) => answer.text());
    window.Bellrock("identify", token);
  }, { once: true });
});
