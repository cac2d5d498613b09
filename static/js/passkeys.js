// Forms that carry a passkey: `data-passkey="create"` makes one, `data-passkey="get"` shows one. What the browser is
// to do comes as JSON, from `data-options` (the id of a data block) or `data-options-url`; what it says goes back in
// the field `credential`. Where the browser knows no passkeys, the forms stay hidden.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const readable = (list) => list?.map((entry) => ({ ...entry, id: bytes(entry.id) }));

async function optionsOf(form) {
  if (!form.dataset.optionsUrl) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`asked for a passkey, got ${answer.status}`);
  return answer.json();
}

function create({ creation_options: { publicKey } }, form) {
  const alone = form.elements.passwordless.checked;
  const selection = {
    ...publicKey.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
  };
  if (alone) selection.userVerification = "required";
  return navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: readable(publicKey.excludeCredentials),
      authenticatorSelection: selection,
    },
  });
}

function get({ request_options: { publicKey } }) {
  return navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      allowCredentials: readable(publicKey.allowCredentials),
    },
  });
}

function sendable({ id, rawId, type, response, authenticatorAttachment }, extensions) {
  const said = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) said[name] = text(response[name]);
  }
  if (response.getTransports) said.transports = response.getTransports();
  return { id, rawId: text(rawId), type, response: said, authenticatorAttachment, clientExtensionResults: extensions };
}

async function run(form) {
  const problem = form.querySelector("[data-problem]");
  problem.hidden = true;
  form.setAttribute("aria-busy", "true");
  try {
    const credential = await { create, get }[form.dataset.passkey](await optionsOf(form), form);
    const said = sendable(credential, credential.getClientExtensionResults());
    form.elements.credential.value = JSON.stringify(said);
    form.submit();
  } catch (error) {
    form.removeAttribute("aria-busy");
    problem.hidden = false;
    problem.querySelector("span").textContent =
      error.name === "InvalidStateError" ? problem.dataset.known
      : ["NotAllowedError", "AbortError"].includes(error.name) ? problem.dataset.cancelled : problem.dataset.failed;
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      run(form);
    });
  }
} else {
  for (const notice of document.querySelectorAll("[data-no-passkeys]")) notice.hidden = false;
}
