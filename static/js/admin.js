// In the admin only the top bar's menus are ours.

import { startMenus } from "./menus.js";

startMenus();
