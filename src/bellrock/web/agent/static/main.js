// The console, one module a behaviour. Everything here also works, more slowly, as plain links and forms.
import { start as startActions } from "./desk/actions.js";
import { start as startAlerts } from "./desk/alerts.js";
import { start as startCommand } from "./desk/command.js";
import { start as startComposer } from "./desk/composer.js";
import { start as startConversation } from "./desk/conversation.js";
import { start as startFrame } from "./desk/frame.js";
import { start as startInbox } from "./desk/inbox.js";
import { start as startKeys } from "./desk/keys.js";
import { start as startLive } from "./desk/live.js";
import { start as startMenus } from "./desk/menus.js";
import { start as startPresence } from "./desk/presence.js";

startFrame();
startMenus();
startInbox();
startConversation();
startComposer();
startActions();
startCommand();
startKeys();
startPresence();
startAlerts();
startLive();
document.documentElement.dataset.ready = "true";
