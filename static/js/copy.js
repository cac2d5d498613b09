// `data-copy="id"` copies that element's text; on a link the link opens as well, so that one press does both.
// `data-insert="id" data-into="id"` puts a text where the cursor of a field stands.

import { toast } from "./toasts.js";

export function startCopy() {
  document.addEventListener("click", async ({ target }) => {
    const inserter = target.closest("[data-insert]");
    if (inserter) insert(textOf(inserter.dataset.insert).trim(), document.getElementById(inserter.dataset.into));
    const button = target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(textOf(button.dataset.copy));
      toast(button.dataset.copied, { tone: "ok" });
    } catch {
      source.focus();
      source.select?.();
    }
  });
}

const textOf = (id) => document.getElementById(id).value ?? document.getElementById(id).textContent;

function insert(text, field) {
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  const open = field.value.match(/\{[a-z_]+\}/); // what is to be filled in first
  if (open) field.setSelectionRange(open.index, open.index + open[0].length);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}
