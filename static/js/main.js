// Starts every module. Without any of them the console still works: each change is a plain form.

import { onAccepted, startBridge } from "./htmx_bridge.js";
import { startCopy } from "./copy.js";
import { startDeadlines } from "./deadlines.js";
import { startDialogs } from "./dialogs.js";
import { startDrafts } from "./drafts.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startMenus } from "./menus.js";
import { startQueue } from "./queue.js";
import { startToasts } from "./toasts.js";

startMenus();
startDialogs();
startToasts();
startBridge();
onAccepted((form) => form.closest("[data-toast]")?.remove()); // an undo was taken
startDeadlines();
startCopy();
startDrafts();
startQueue();
startKeys();
startLive();
