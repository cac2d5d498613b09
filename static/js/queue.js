// The inbox's list: j and k move the focus at once, the mention follows 120 ms later; Enter goes in, Escape comes back.

import { focus, onSettled } from "./htmx_bridge.js";
import { register } from "./keys.js";

const FOLLOW = 120;
const PHONE = matchMedia("(max-width: 759px)");
let timer = 0;
let following = false;
let entering = false;

export function startQueue() {
  if (!list()) return;
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
    if (target.id !== "detail") return;
    markOpen();
    if (entering) enter();
  });
}

const list = () => document.querySelector("[data-queue]");
const links = () => [...list().querySelectorAll("a[data-row]")];
const heading = () => document.querySelector("#detail h1, #detail h2");

function move(step) {
  const rows = links();
  const here = rows.findIndex((link) => link === document.activeElement);
  const current = here >= 0 ? here : rows.findIndex((link) => link.ariaCurrent);
  const next = rows[current < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, current + step))];
  if (!next) return;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  clearTimeout(timer);
  if (next.ariaCurrent) return;
  select(next);
  timer = setTimeout(() => follow(next), FOLLOW);
}

function follow(link) {
  following = true;
  link.click();
  following = false;
}

function select(link) {
  for (const other of links()) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
}

function markOpen() {
  const inbox = document.querySelector(".inbox");
  if (document.querySelector("#detail [data-mention]")) inbox?.setAttribute("data-open", "");
  const title = document.querySelector("#detail [data-title]")?.dataset.title;
  if (title) document.title = title;
}

function enter() {
  entering = false;
  const target = heading();
  if (target) focus(target);
}

function backToRow() {
  const current = links().find((link) => link.ariaCurrent);
  if (!current || document.activeElement === current) return false;
  current.focus();
  return true;
}
