// The only module that knows htmx: its event names, what it sends, and what a failed answer means to a person.

import { announce } from "./announce.js";
import { texts } from "./texts.js";
import { toast } from "./toasts.js";
import { openDialog } from "./dialogs.js";

const EVENTS = {
  configure: "htmx:configRequest",
  begin: "htmx:beforeRequest",
  end: "htmx:afterRequest",
  answer: "htmx:beforeSwap",
  settled: "htmx:afterSettle",
  refused: "htmx:responseError",
  unreachable: "htmx:sendError",
  late: "htmx:timeout",
};
const SLOW = 300; // milliseconds before a person is told that something loads

let running = 0;
let slowTimer = 0;

export function startBridge() {
  listen("configure", ({ detail }) => configure(detail));
  listen("begin", ({ detail }) => begin(detail));
  listen("end", ({ detail }) => end(detail));
  listen("answer", ({ detail }) => refuseSignInPage(detail));
  listen("refused", ({ detail }) => explain(detail));
  listen("unreachable", ({ detail }) => failed(texts.offline, detail));
  listen("late", ({ detail }) => failed(texts.offline, detail));
  listen("settled", ({ detail }) => keepFocus(detail.target));
}

/** After a form of ours was accepted. */
export const onAccepted = (act) => listen("end", ({ detail }) => detail.xhr.status < 400 && act(detail.elt));
export const onSettled = (act) => listen("settled", ({ detail }) => act(detail.target));

/** Replaces the element by what the address answers; resolves when it stands there. */
export const replace = (element, url) => window.htmx.ajax("GET", url, { source: element, target: element, swap: "outerHTML" });

function listen(name, act) {
  document.addEventListener(EVENTS[name], act);
}

function configure({ headers, parameters, triggeringEvent }) {
  headers["X-CSRFToken"] = csrfToken();
  // htmx overlooks a button that stands outside its form and belongs to it by the `form` attribute.
  const button = triggeringEvent?.submitter;
  if (button?.name && !(button.name in parameters)) parameters[button.name] = button.value;
}

function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

function begin({ target, elt }) {
  for (const element of [target, elt.closest("form")]) element?.setAttribute("aria-busy", "true");
  remember(target);
  if (++running === 1) slowTimer = setTimeout(() => (document.documentElement.dataset.loading = ""), SLOW);
}

function end({ target, elt }) {
  for (const element of [target, elt.closest("form")]) element?.removeAttribute("aria-busy");
  if (--running > 0) return;
  clearTimeout(slowTimer);
  delete document.documentElement.dataset.loading;
}

// A lost session answers with a redirect to the sign-in page, which must not be pasted into the console.
function refuseSignInPage(detail) {
  const path = new URL(detail.xhr.responseURL || location.href, location.href).pathname;
  if (path !== document.documentElement.dataset.signin || path === location.pathname) return;
  detail.shouldSwap = false;
  openDialog("signin-again");
}

function explain({ xhr, elt, requestConfig }) {
  if (xhr.status === 401) return openDialog("signin-again");
  if (xhr.status >= 500) return failed(requestConfig.verb === "get" ? texts.notLoaded : texts.broken, { elt, requestConfig });
  const reason = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-reason]");
  const fallback = { 403: texts.forbidden, 404: texts.gone }[xhr.status] ?? texts.broken;
  return toast(reason?.textContent.trim() || fallback, { tone: "danger" });
}

function failed(text, { elt, requestConfig }) {
  const button = requestConfig.triggeringEvent?.submitter;
  const again = () => (elt instanceof HTMLFormElement ? elt.requestSubmit(button) : elt.click());
  toast(text, { tone: "danger", action: elt?.isConnected && elt !== document.body ? [texts.retry, again] : null });
}

// What was unfolded stays so. Focus inside a replaced region goes to where the answer wants it, else to its heading; a fault always gets it.
let focusWasInside = null;
let wereOpen = [];

function remember(target) {
  if (target?.contains(document.activeElement)) focusWasInside = target.id;
  wereOpen = [...(target?.querySelectorAll("details[id][open]") ?? [])].map(({ id }) => id);
}

function keepFocus(target) {
  const region = target.isConnected ? target : document.getElementById(target.id);
  const lost = document.activeElement === document.body && focusWasInside === target.id;
  focusWasInside = null;
  if (!region) return;
  for (const id of wereOpen) region.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  const say = region.querySelector("[data-say]");
  if (say) announce(say.dataset.say);
  const fault = region.querySelector('[aria-invalid="true"], [role="alert"][data-focus]');
  if (fault) focus(fault);
  else if (lost) focus(region.querySelector("[data-focus]") ?? region.querySelector("h2, h3") ?? region);
}

export function focus(element) {
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus();
}
