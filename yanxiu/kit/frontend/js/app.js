// Everything a page needs besides HTML. Each behaviour is one file; a page works without any of them.
import Alpine from "@alpinejs/csp";
import htmx from "htmx.org";
import { installAnswers } from "./answers.js";
import { approvals } from "./approvals.js";
import { autosave } from "./autosave.js";
import { countdown } from "./countdown.js";
import { pages } from "./document.js";
import { dropzone } from "./dropzone.js";
import { installHotkeys } from "./hotkeys.js";
import { installMenus } from "./menus.js";
import { installOutbox } from "./outbox.js";
import { installRequests } from "./requests.js";
import { reorder } from "./reorder.js";
import { selection } from "./selection.js";
import { toast } from "./toast.js";
import { upload } from "./upload.js";
import { words } from "./words.js";

window.htmx = htmx;
window.Alpine = Alpine;
installRequests(htmx);
installMenus();
installHotkeys();
installOutbox();
installAnswers();
for (const [name, component] of Object.entries({ approvals, autosave, countdown, dropzone, pages, reorder, selection, toast, upload, words })) Alpine.data(name, component);
for (const tab of document.querySelectorAll(":is(.yx-tabs, .yx-segments) > [aria-current]")) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 48; // the open tab is in sight
Alpine.start();
