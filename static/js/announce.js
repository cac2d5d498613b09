// What a screen reader is told: one message in two seconds, the latest one wins while waiting.

const PAUSE = 2000;
const waiting = new Map();
let silentUntil = 0;
let timer = 0;

export function announce(text, urgency = "polite") {
  waiting.set(urgency, text);
  if (!timer) timer = setTimeout(speak, Math.max(0, silentUntil - Date.now()));
}

function speak() {
  const urgency = waiting.has("assertive") ? "assertive" : "polite";
  const region = document.getElementById(urgency);
  const text = waiting.get(urgency);
  waiting.delete(urgency);
  silentUntil = Date.now() + PAUSE;
  timer = waiting.size ? setTimeout(speak, PAUSE) : 0;
  if (!region) return;
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = text));
}
