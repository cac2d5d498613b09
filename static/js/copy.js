// `data-copy="id"` copies that field's text; on a link the link opens as well, so that one press does both.

import { toast } from "./toasts.js";

export function startCopy() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      toast(button.dataset.copied, { tone: "ok" });
    } catch {
      source.focus();
      source.select?.();
    }
  });
}
