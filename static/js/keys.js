// Keys are printed on what they press: `data-key="a"` on a button or link, `data-key="g i"` for a sequence.
//
// Single letters are ignored in fields, open dialogs, IME composition and on repeat, and can be switched off by the
// person; Ctrl combinations always work. `?` lists what the page offers at this moment.

import { openDialog } from "./dialogs.js";
import { onSettled } from "./htmx_bridge.js";

const SEQUENCE = 1200;
const actions = new Map();
let typedAhead = [];
let prefix = "";
let prefixTimer = 0;

export function startKeys() {
  onSettled(catchUp);
  document.addEventListener("click", ({ target }) => target.closest("[data-opens-keys]") && showHelp());
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    const key = nameOf(event);
    if (key === "Ctrl+Enter") return press(submitterOf(event.target), event);
    if (event.ctrlKey || event.metaKey || event.altKey || blocked(event)) return;
    const full = prefix ? `${prefix} ${key}` : key;
    setPrefix("");
    if (full === "?") return press(null, event) || showHelp();
    const action = actions.get(full);
    if (action && (!event.repeat || action.repeats)) return action.act(event) === false || event.preventDefault();
    if (event.repeat || waits(full, event)) return;
    const target = visibleWith(full);
    if (target) return press(target, event);
    if (document.querySelector(`[data-key^="${CSS.escape(full)} "]`)) setPrefix(full);
  });
}

/** Keys for the next question wait until it stands there; keys for a mention not yet shown are dropped. */
function waits(key, event) {
  const card = document.querySelector('#decision[aria-busy="true"]');
  const unseen = document.querySelector('#detail[aria-busy="true"], form[method="post"][aria-busy="true"]');
  if (!card && !unseen) return false;
  event.preventDefault();
  typedAhead = unseen ? [] : [...typedAhead, key];
  return true;
}

function catchUp(target) {
  if (!/^de(cision|tail)$/.test(target.id)) return;
  const keys = target.id === "decision" ? typedAhead : [];
  const next = keys.length ? visibleWith(keys[0]) : null;
  typedAhead = next ? keys.slice(1) : [];
  next?.click();
}

/** A key without a button; `act` returns false to leave the key to the browser. */
export function register(key, act, { repeats = false } = {}) {
  actions.set(key, { act, repeats });
}

function nameOf(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return "Ctrl+Enter";
  return event.shiftKey && /^\p{L}$/u.test(event.key) ? `Shift+${event.key.toLowerCase()}` : event.key;
}

function blocked(event) {
  const inField = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  const off = document.documentElement.dataset.shortcuts === "off" && event.key.length === 1;
  return inField || off || document.querySelector("dialog[open]");
}

function visibleWith(key) {
  const all = document.querySelectorAll(`[data-key="${CSS.escape(key)}"]:not(:disabled)`);
  return [...all].find((element) => element.checkVisibility());
}

function submitterOf(field) {
  return field.closest?.("form")?.querySelector('[data-key="Ctrl+Enter"]') ?? visibleWith("Ctrl+Enter");
}

function press(target, event) {
  event.preventDefault();
  if (target?.matches("input, textarea, select")) target.focus();
  else target?.click();
}

function setPrefix(value) {
  clearTimeout(prefixTimer);
  prefix = value;
  if (value) prefixTimer = setTimeout(() => (prefix = ""), SEQUENCE);
}

function showHelp() {
  const list = document.getElementById("keylist");
  const offered = [...document.querySelectorAll("[data-key], [data-key-help]")].filter(
    (element) => element.dataset.keyHelp || element.closest("details:not([open])") || element.checkVisibility(),
  );
  const rows = new Map(offered.map((element) => [element.dataset.keyHelp ?? element.dataset.key, labelOf(element)]));
  list.replaceChildren(...[...rows].map(([keys, label]) => helpRow(keys, label)));
  openDialog("key-help");
}

function labelOf(element) {
  if (element.dataset.keyLabel) return element.dataset.keyLabel;
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, .count").forEach((part) => part.remove());
  return copy.textContent.trim().replace(/\s+/g, " ") || element.getAttribute("aria-label");
}

function helpRow(keys, label) {
  const row = document.createElement("li");
  row.append(label);
  const box = document.createElement("span");
  box.className = "row push";
  for (const key of keys.split(" ")) {
    const shown = document.createElement("kbd");
    shown.textContent = key.length === 1 ? key.toUpperCase() : key;
    box.append(shown);
  }
  row.append(box);
  return row;
}
