// What somebody typed survives moving to another mention and back, in this tab's memory only; and counts its signs.
//
// `data-draft="reply-42"` names a text; `data-counts="id"` shows its length in what readers see as signs.

import { onAccepted, onSettled } from "./htmx_bridge.js";

const kept = new Map();
const segments = new Intl.Segmenter();

export function startDrafts() {
  document.addEventListener("input", ({ target }) => {
    if (!target.dataset?.draft) return;
    kept.set(target.dataset.draft, target.value);
    target.removeAttribute("aria-invalid");
    count(target);
  });
  document.addEventListener("submit", (event) => event.defaultPrevented || forget(event.target));
  onAccepted(forget);
  addEventListener("beforeunload", (event) => {
    if ([...kept.values()].some((text) => text.trim())) event.preventDefault();
  });
  onSettled(restore);
  restore();
}

function forget(form) {
  for (const field of form.querySelectorAll("[data-draft]")) kept.delete(field.dataset.draft);
}

function restore() {
  for (const field of document.querySelectorAll("[data-draft]")) {
    const text = kept.get(field.dataset.draft);
    if (text !== undefined && field.value === field.defaultValue) field.value = text;
    count(field);
  }
  const fault = document.querySelector("[data-field]"); // an error that came beside its field
  if (!fault) return;
  const field = document.getElementById(fault.dataset.field);
  fault.removeAttribute("data-field");
  field?.setAttribute("aria-invalid", "true");
  field?.focus();
}

function count(field) {
  const shown = document.getElementById(field.dataset.counts);
  if (!shown) return;
  const length = [...segments.segment(field.value)].length;
  const limit = Number(shown.dataset.limit);
  shown.textContent = limit ? `${length}/${limit}` : length || "";
  shown.dataset.tone = limit && length > limit ? "danger" : "";
}
