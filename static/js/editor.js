// The editor of playbooks: more rows of a form without a page, and dragging on top of the ▲▼ buttons.

const PLACE = "__prefix__";

/** Adds a row from the pattern that the page brought along. */
function add(formset) {
  const total = document.getElementById(`id_${formset.dataset.formset}-TOTAL_FORMS`);
  const copy = formset.querySelector("[data-formset-pattern]").content.cloneNode(true);
  for (const element of copy.querySelectorAll("*")) {
    for (const attribute of element.attributes) attribute.value = attribute.value.replaceAll(PLACE, total.value);
  }
  total.value = Number(total.value) + 1;
  const row = copy.firstElementChild;
  formset.querySelector("[data-formset-rows]").append(row);
  row.querySelector("input:not([type=hidden])").focus();
}

for (const formset of document.querySelectorAll("[data-formset]")) {
  const button = formset.querySelector("[data-formset-add]");
  button.hidden = false;
  button.addEventListener("click", () => add(formset));
}

/** Sends the ▲▼ form of a row, with a place instead of a direction. */
function place(row, before) {
  const form = row.querySelector("[data-move]");
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "before", value: before });
  form.append(field);
  form.requestSubmit();
}

function rowAt(list, y) {
  return [...list.children].find((row) => {
    const { top, height } = row.getBoundingClientRect();
    return y < top + height / 2;
  });
}

function drag(list, grip) {
  const row = grip.closest("[data-slug]");
  let next;
  grip.addEventListener("pointerdown", (event) => {
    grip.setPointerCapture(event.pointerId);
    row.dataset.lifted = "";
    next = row.nextElementSibling;
  });
  grip.addEventListener("pointermove", (event) => {
    if (!("lifted" in row.dataset)) return;
    const target = rowAt(list, event.clientY) ?? null;
    if (target !== row && target !== row.nextElementSibling) list.insertBefore(row, target);
  });
  grip.addEventListener("pointerup", () => {
    delete row.dataset.lifted;
    if (row.nextElementSibling !== next) place(row, row.nextElementSibling?.dataset.slug ?? "");
  });
  grip.addEventListener("pointercancel", () => {
    delete row.dataset.lifted;
    list.insertBefore(row, next);
  });
  grip.addEventListener("keydown", (event) => {
    const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    const button = way && row.querySelector(`[data-move] [value="${way}"]`);
    if (!button) return;
    event.preventDefault();
    if (!button.disabled) button.click();
  });
}

for (const list of document.querySelectorAll("[data-order]")) {
  for (const grip of list.querySelectorAll("[data-grip]")) {
    grip.hidden = false;
    drag(list, grip);
  }
}
