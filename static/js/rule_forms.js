// Rules in the admin: adds rules and conditions, and shows for each fact only what can be compared with it.
// Without this script the empty forms at the ends do the same, one at a time.

const PLACE = "__prefix__";

function start(root) {
  for (const fact of root.querySelectorAll("[data-condition] select[name$='-fact']")) fit(fact);
  for (const blank of root.querySelectorAll("[data-blank]")) blank.hidden = true;
  for (const rule of root.matches("[data-rule]") ? [root] : root.querySelectorAll("[data-rule]")) showFirst(rule);
  for (const button of root.querySelectorAll("[data-rules-add], [data-condition-add]")) button.hidden = false;
}

/** A rule without any condition is of no use: its empty one shows. */
function showFirst(rule) {
  const conditions = [...rule.querySelectorAll("[data-condition]")];
  if (conditions.length && conditions.every((condition) => condition.hidden)) conditions[0].hidden = false;
}

function fit(fact) {
  const condition = fact.closest("[data-condition]");
  const { comparisons, input = "number" } = fact.selectedOptions[0]?.dataset ?? {};
  const op = condition.querySelector("select[name$='-op']");
  const offered = comparisons?.split(" ");
  for (const option of op.options) {
    option.hidden = option.disabled = Boolean(option.value && offered && !offered.includes(option.value));
  }
  if (op.selectedOptions[0]?.disabled || (!op.value && offered)) op.value = offered[0];
  for (const part of condition.querySelectorAll("[data-input]")) part.hidden = part.dataset.input !== input;
}

/** Shows the empty form that the page brought along, else makes one more from the pattern. */
function add(list, pattern, prefix) {
  const waiting = [...list.children].find((child) => child.hidden);
  const made = waiting ?? list.appendChild(copyOf(pattern, prefix));
  made.hidden = false;
  if (made.matches("[data-rule]")) start(made);
  for (const fact of made.matches("[data-condition]") ? made.querySelectorAll("select[name$='-fact']") : []) fit(fact);
  made.querySelector("select").focus();
}

function copyOf(pattern, prefix) {
  const total = document.getElementById(`id_${prefix}-TOTAL_FORMS`);
  const name = `${prefix}-${total.value}`;
  total.value = Number(total.value) + 1;
  const copy = pattern.content.cloneNode(true);
  rename(copy, `${prefix}-${PLACE}`, name);
  return copy.firstElementChild;
}

/** Only the outer place: the pattern of a rule holds a pattern of its conditions. */
function rename(root, from, to) {
  for (const element of root.querySelectorAll("*")) {
    for (const attribute of element.attributes) {
      if (attribute.value.includes(from)) attribute.value = attribute.value.replace(from, to);
    }
    if (element.content) rename(element.content, from, to);
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-condition] select[name$='-fact']")) fit(event.target);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-rules-add], [data-condition-add]");
  if (!button) return;
  if ("rulesAdd" in button.dataset) {
    const root = button.closest("[data-rules]");
    const list = root.querySelector("[data-rules-list]");
    add(list, root.querySelector("[data-rules-pattern]"), root.dataset.rules);
  } else {
    const rule = button.closest("[data-rule]");
    const list = rule.querySelector("[data-conditions]");
    add(list, rule.querySelector("[data-condition-pattern]"), list.dataset.conditions);
  }
});

document.addEventListener("formset:added", (event) => {
  for (const root of event.target.querySelectorAll("[data-rules]")) start(root);
});

for (const root of document.querySelectorAll("[data-rules]")) start(root);
