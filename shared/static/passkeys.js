// The device is asked for a passkey, and what it says goes with the form. Where the browser knows none, nothing is shown.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));

function text(buffer) {
  const said = btoa(String.fromCharCode.apply(null, new Uint8Array(buffer)));
  return said.replace(/[+]/g, "-").replace(/[/]/g, "_").replace(/=+$/, "");
}

const named = (list) => (list || []).map((one) => Object.assign({}, one, { id: bytes(one.id) }));

function understood(options) {
  const made = Object.assign({}, options, { challenge: bytes(options.challenge) });
  if (options.user) made.user = Object.assign({}, options.user, { id: bytes(options.user.id) });
  if (options.excludeCredentials) made.excludeCredentials = named(options.excludeCredentials);
  if (options.allowCredentials) made.allowCredentials = named(options.allowCredentials);
  return made;
}

function said(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} });
}

function tell(form, words) {
  const line = form.querySelector(".told") || form.appendChild(Object.assign(document.createElement("p"), { className: "flaw told" }));
  line.setAttribute("role", "alert");
  line.textContent = words;
  for (const button of form.querySelectorAll("button")) button.disabled = false;
}

for (const field of document.querySelectorAll("[data-passkey]")) {
  const form = field.form;
  if (!window.PublicKeyCredential) { form.remove(); continue; }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    try {
      const publicKey = understood(JSON.parse(field.dataset.options));
      field.value = said(await navigator.credentials[field.dataset.passkey]({ publicKey }));
    } catch (error) {
      tell(form, "没有成功：设备没有给出通行密钥，或者取消了。请再试一次，或者用密码登录。");
      return;
    }
    form.submit();
  });
}
