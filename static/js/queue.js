// The inbox's list: j and k move the focus at once, the mention follows 120 ms later; Enter goes in, Escape comes back.

import { focus, onSettled } from "./htmx_bridge.js";
import { register } from "./keys.js";

const FOLLOW = 120;
const PHONE = matchMedia("(max-width: 759px)");
let timer = 0;
let following = false;
let entering = false;
let openRow = "";

export function startQueue() {
  if (!document.querySelector(".inbox")) return;
  openRow = links().find((link) => link.ariaCurrent)?.id ?? "";
  register("j", () => move(1), { repeats: true });
  register("k", () => move(-1), { repeats: true });
  register("Escape", backToRow);
  document.addEventListener("click", ({ target, detail }) => {
    const link = target.closest("[data-queue] a[data-row]");
    if (!link) return;
    clearTimeout(timer);
    select(link);
    entering = PHONE.matches || (detail === 0 && !following);
  });
  onSettled((target) => {
    markRow();
    if (target.id === "detail") showDetail();
  });
}

const list = () => document.querySelector("[data-queue]");
const links = () => [...(list()?.querySelectorAll("a[data-row]") ?? [])];
const detail = () => document.getElementById("detail");

function move(step) {
  const rows = links();
  const here = rows.findIndex((link) => link === document.activeElement);
  const current = here >= 0 ? here : rows.findIndex((link) => link.ariaCurrent);
  const next = rows[current < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, current + step))];
  if (!next) return;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  if (next.ariaCurrent) return;
  clearTimeout(timer);
  select(next);
  detail()?.setAttribute("aria-busy", "true"); // it still shows the mention before: no key may decide that one now
  timer = setTimeout(() => follow(next), FOLLOW);
}

function follow(link) {
  following = true;
  link.click();
  following = false;
}

function select(link) {
  openRow = link.id;
  markRow();
}

// Rows are drawn anew by themselves and do not know which mention is open.
function markRow() {
  for (const link of links()) {
    if (link.id === openRow) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function showDetail() {
  const { mention, title } = detail().dataset;
  document.querySelector(".inbox").toggleAttribute("data-open", Boolean(mention));
  openRow = mention ? `row-${mention}` : "";
  markRow();
  if (title) document.title = title;
  if (entering && mention) focus(detail().querySelector("h2"));
  entering = false;
}

function backToRow() {
  const current = links().find((link) => link.ariaCurrent);
  if (!current || document.activeElement === current) return false;
  current.focus();
  return true;
}
