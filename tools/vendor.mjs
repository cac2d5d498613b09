// Copies the pinned packages' files to where we serve them, draws the icon sprite, and writes SHA-256 sums.
// Run by `npm run vendor`; its output is committed, so that installing and testing need no Node.

import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SERVED = "static/vendor";
const TESTED = "tests/browser/vendor";

const COPIES = [
  ["htmx.org/dist/htmx.min.js", SERVED, "htmx.min.js"],
  ["htmx.org/LICENSE", SERVED, "htmx.LICENSE.txt"],
  ["@fontsource-variable/inter/files/inter-latin-wght-normal.woff2", SERVED, "inter-latin.woff2"],
  ["@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2", SERVED, "inter-latin-ext.woff2"],
  ["@fontsource-variable/inter/LICENSE", SERVED, "inter.LICENSE.txt"],
  ["lucide-static/LICENSE", SERVED, "icons.LICENSE.txt"],
  ["axe-core/axe.min.js", TESTED, "axe.min.js"],
  ["axe-core/LICENSE", TESTED, "axe.LICENSE.txt"],
];

const ICONS = `
  activity arrow-left badge-check ban bell book-open check chevron-down circle-alert circle-check circle-help
  circle-x copy external-link file-text flame history inbox info keyboard layers list-filter log-out mail
  message-circle paperclip pencil plug refresh-cw reply rss send settings shield-check siren triangle-alert
  undo-2 user user-check users wifi-off x
`.trim().split(/\s+/);

const sha256 = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

function symbol(name) {
  const drawing = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
  const shapes = drawing.slice(drawing.indexOf(">", drawing.indexOf("<svg")) + 1, drawing.indexOf("</svg>"));
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>\n`;
}

for (const folder of [SERVED, TESTED]) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}
for (const [source, folder, name] of COPIES) {
  cpSync(join("node_modules", source), join(folder, name));
}
const sprite = `<svg xmlns="http://www.w3.org/2000/svg">\n${ICONS.map(symbol).join("")}</svg>\n`;
writeFileSync(join(SERVED, "icons.svg"), sprite);

for (const folder of [SERVED, TESTED]) {
  const sums = readdirSync(folder).sort().map((name) => `${sha256(join(folder, name))}  ${name}\n`);
  writeFileSync(join(folder, "SHA256SUMS"), sums.join(""));
}
console.log(`${COPIES.length} files and ${ICONS.length} icons`);
