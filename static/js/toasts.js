// Short messages at the lower edge, from the server (in #toasts) or from a script; they stay while hovered or focused.

import { announce } from "./announce.js";

const STAY = 8000;
const RESUME = 3000;

export function startToasts() {
  const region = document.getElementById("toasts");
  if (!region) return;
  region.querySelectorAll("[data-toast]").forEach(show);
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      if (node instanceof Element) (node.matches("[data-toast]") ? [node] : node.querySelectorAll("[data-toast]")).forEach(show);
    }
  }).observe(region, { childList: true });
  region.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest("[data-toast]").remove());
}

/** `action` is [label, function]; a toast with an action stays until it is answered or dismissed. */
export function toast(text, { tone = "info", action = null } = {}) {
  const element = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  element.dataset.tone = tone;
  element.querySelector("[data-text]").textContent = text;
  const button = element.querySelector("[data-action]");
  if (action) {
    element.dataset.sticky = "";
    button.textContent = action[0];
    button.addEventListener("click", () => (element.remove(), action[1]()));
  } else {
    button.remove();
  }
  document.getElementById("toasts").append(element);
}

function show(element) {
  announce(element.querySelector("[data-text]").textContent, element.dataset.tone === "danger" ? "assertive" : "polite");
  if ("sticky" in element.dataset) return;
  let timer = setTimeout(() => element.remove(), Number(element.dataset.stay) || STAY);
  for (const held of ["pointerenter", "focusin"]) element.addEventListener(held, () => clearTimeout(timer));
  for (const free of ["pointerleave", "focusout"]) {
    element.addEventListener(free, () => {
      clearTimeout(timer);
      if (!element.matches(":hover, :focus-within")) timer = setTimeout(() => element.remove(), RESUME);
    });
  }
}
