// Counts every <time data-deadline> down with one clock, corrected by the server's time when the page was made.

import { announce } from "./announce.js";
import { onSettled } from "./htmx_bridge.js";
import { texts } from "./texts.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SOON = 5 * MINUTE;
const SOON_SHARE = 0.2;

let skew = 0;

export function startDeadlines() {
  const made = Number(document.documentElement.dataset.now) / 1000; // the server writes microseconds
  const arrived = performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
  if (made) skew = made - arrived;
  tick();
  setInterval(tick, 1000);
  onSettled(tick);
}

export function tick() {
  const now = Date.now() + skew;
  for (const element of document.querySelectorAll("time[data-deadline]")) update(element, now);
}

function update(element, now) {
  const end = Date.parse(element.dateTime);
  const closed = stretches(element.dataset.closed);
  const open = end - now - closed.reduce((sum, [from, to]) => sum + Math.max(0, to - Math.max(from, now)), 0);
  const departs = "departs" in element.dataset; // then nobody is late: it goes out at nought or soon after
  const left = departs ? Math.max(open, 0) : open;
  const paused = closed.some(([from, to]) => from <= now && now < to);
  const state = paused ? "paused" : departs ? "normal" : stateOf(left, end - Date.parse(element.dataset.since || element.dateTime));
  write(element.querySelector("[data-clock]"), clock(left));
  if (element.dataset.state === state) return;
  const before = element.dataset.state;
  element.dataset.state = state;
  write(element.querySelector("[data-clock-state]"), texts[`deadline${state[0].toUpperCase()}${state.slice(1)}`] ?? "");
  if (before && "announce" in element.dataset && state !== "normal") announce(texts[`announce${state[0].toUpperCase()}${state.slice(1)}`]);
}

/** When the clock stands still until the deadline: "1763830800-1763881200 …" in seconds, as the server writes it. */
export function stretches(text) {
  return (text ?? "").split(" ").filter(Boolean).map((part) => part.split("-").map((seconds) => Number(seconds) * 1000));
}

function stateOf(left, whole) {
  if (left <= 0) return "over";
  return left <= SOON || left < whole * SOON_SHARE ? "soon" : "normal";
}

/** 10:44 under an hour, 1:51 as hours and minutes above, days beyond two of them, a minus sign when overdue. */
export function clock(left) {
  const sign = left < 0 ? "−" : "";
  const size = Math.abs(left);
  if (size >= 2 * DAY) return sign + days(Math.floor(size / DAY));
  const [big, small] = size < HOUR ? [MINUTE, 1000] : [HOUR, MINUTE];
  return `${sign}${Math.floor(size / big)}:${String(Math.floor((size % big) / small)).padStart(2, "0")}`;
}

function days(count) {
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "day", unitDisplay: "short" }).format(count);
}

function write(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}
