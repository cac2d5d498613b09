// One tab of all holds the stream and tells the others. Events say only what changed; regions fetch themselves again.
//
// `data-live="mention:42 escalation"` with `data-live-url` marks such a region. While the stream is lost those in
// view are fetched each 15 s, and once more when it is back or the page is looked at again.

import { replace } from "./htmx_bridge.js";

const COLLECT = 150;
const RETRY = 3000;
const LOST = 5000;
const POLL = 15_000;
const GAP = 1000;

const TOKEN_LASTS = 50_000;

const channel = new BroadcastChannel("leitstelle.live");
const changed = new Map();
const fetching = new Map();
let collecting = 0;
let lostTimer = 0;
let polling = 0;
let missed = false; // whether something may have changed unheard while nobody looked
let stream = null; // in the leading tab: "on" or "lost"

export function startLive() {
  const { liveUrl, liveTokenUrl } = document.documentElement.dataset;
  if (!liveUrl) return;
  channel.addEventListener("message", ({ data }) => hear(data));
  document.addEventListener("visibilitychange", look);
  navigator.locks.request("leitstelle.live", () => lead(liveUrl, liveTokenUrl));
  channel.postMessage({ ask: true });
}

async function lead(url, tokenUrl) {
  let token = document.documentElement.dataset.liveToken;
  if (performance.now() > TOKEN_LASTS) token = await freshToken(tokenUrl).catch(() => token);
  for (;;) {
    await listen(`${url}?token=${encodeURIComponent(token)}`);
    tell({ stream: (stream = "lost") });
    await new Promise((resolve) => setTimeout(resolve, RETRY));
    token = await freshToken(tokenUrl).catch(() => token);
  }
}

/** Resolves when the stream breaks. */
function listen(url) {
  return new Promise((resolve) => {
    const source = new EventSource(url);
    source.addEventListener("hello", () => tell({ stream: (stream = "on"), anew: true }));
    source.addEventListener("message", ({ data }) => tell({ event: JSON.parse(data) }));
    source.addEventListener("error", () => (source.close(), resolve()));
  });
}

async function freshToken(url) {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  const response = await fetch(url, { method: "POST", headers: { "X-CSRFToken": token } });
  return (await response.json()).token;
}

function tell(message) {
  channel.postMessage(message);
  hear(message);
}

function hear({ event, stream: state, anew, ask }) {
  if (ask) return stream && channel.postMessage({ stream });
  if (event) {
    changed.set(`${event.type}:${event.id}`, event);
    collecting ||= setTimeout(flush, COLLECT);
    return;
  }
  const { dataset } = document.documentElement;
  if (anew && dataset.stream) missed = true; // between the old stream and this one
  dataset.stream = state;
  if (state === "on") endPolling();
  else lostTimer ||= setTimeout(beginPolling, LOST);
}

function look() {
  if (document.hidden) return;
  flush();
  if (missed) catchUp();
  missed = false;
}

function flush() {
  collecting = 0;
  if (document.hidden || !changed.size) return;
  const names = new Set([...changed.values()].flatMap(({ type, id }) => [type, `${type}:${id}`]));
  changed.clear();
  for (const region of regions()) if (region.dataset.live.split(" ").some((name) => names.has(name))) refresh(region);
}

function beginPolling() {
  document.documentElement.dataset.polling = "";
  polling = setInterval(() => document.hidden || catchUp(), POLL);
}

function endPolling() {
  clearTimeout(lostTimer);
  clearInterval(polling);
  look();
  lostTimer = polling = 0;
  delete document.documentElement.dataset.polling;
}

const regions = () => document.querySelectorAll("[data-live][data-live-url]");

async function catchUp() {
  for (const region of regions()) {
    const { top, bottom } = region.getBoundingClientRect();
    if (bottom >= 0 && top <= innerHeight && region.checkVisibility()) await refresh(region);
  }
}

// A region is fetched once at a time, and at most once a second; what changes meanwhile is fetched once more.
async function refresh(region) {
  const { id } = region;
  if (fetching.has(id)) return fetching.set(id, true);
  if (isInUse(region)) return;
  fetching.set(id, false);
  await replace(region, region.dataset.liveUrl).catch(() => {});
  setTimeout(() => {
    const again = fetching.get(id);
    fetching.delete(id);
    const current = document.getElementById(id);
    if (again && current) refresh(current);
  }, GAP);
}

// Nothing that a person is typing into is ever replaced.
function isInUse(region) {
  const fields = region.querySelectorAll("textarea, input:not([type=hidden]), select");
  return [...fields].some((field) => field === document.activeElement || field.value !== (field.defaultValue ?? field.value));
}
