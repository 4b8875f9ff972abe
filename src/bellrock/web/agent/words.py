"""Words of the console's frame: what scripts say, what the command bar offers, the table of keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bellrock.core import N_
from bellrock.web.agent.views import View

Gettext = Callable[[str], str]

_SCRIPT_WORDS = {
    "offline": N_("No connection. What you write is kept; the list comes up to date by itself."),
    "online": N_("Connected again"),
    "ended": N_("You were signed out. Sign in again to go on."),
    "sending": N_("Sending…"),
    "sent": N_("Sent"),
    "noted": N_("Note kept"),
    "kept": N_("Draft kept"),
    "unkept": N_("Draft not kept yet"),
    "failed": N_("Not sent. Your text is still here; try again."),
    "resolved": N_("Resolved"),
    "undo": N_("Reopen"),
    "done": N_("Done"),
    "viewing": N_("%(name)s is viewing"),
    "typing": N_("%(name)s is typing"),
    "noting": N_("%(name)s is writing a note"),
    "customer_typing": N_("The customer is typing"),
    "double": N_("A colleague has just replied. Look at it first, then send again if yours is still needed."),
    "send_anyway": N_("Send mine too"),
    "keep_writing": N_("Keep writing"),
    "remove": N_("Remove"),
    "new_message": N_("New message from %(name)s"),
    "new_below": N_("New below"),
    "end_of_list": N_("That was the last one in this view."),
    "keys_on": N_("Single keys are on"),
    "keys_off": N_("Single keys are off"),
    "alerts_on": N_("Desktop alerts are on"),
    "alerts_off": N_("Desktop alerts are off"),
    "alerts_refused": N_("The browser does not allow alerts for this page. Change it in the browser's settings."),
    "alert_title": N_("A customer wrote"),
    "nothing_found": N_("Nothing found. Try a reference such as BR-7K2M4QXD, or a word of an action."),
    "found": N_("%(count)s found"),
    "group_actions": N_("On this conversation"),
    "group_views": N_("Go to"),
    "group_console": N_("Console"),
    "group_conversations": N_("Conversations"),
    "group_articles": N_("Articles"),
    "group_colleagues": N_("Colleagues"),
    "assign_to": N_("Assign to %(name)s"),
    "take_back": N_("Undo"),
    "send_now": N_("Send now"),
    "held": N_("Your reply to %(name)s waits a moment. You can take it back."),
    "goes_out": N_("Reply to %(name)s goes out in %(seconds)s s"),
    "sent_to": N_("Sent to %(name)s"),
    "taken_back": N_("Taken back. Your text is here again."),
    "not_sent": N_("Your reply to %(name)s did not go out. The text is in your draft."),
    "look": N_("Look"),
    "still_missing": N_("Still to fill in:"),
    "fill_in": N_("Fill in what is marked red before you send."),
    "offered": N_("%(count)s to choose from"),
    "no_canned": N_("No canned reply fits."),
    "no_article": N_("No article fits."),
    "no_colleague": N_("Nobody of this name may see this conversation."),
    "type_article": N_("Type a word of the article."),
    "is_online": N_("online"),
    "is_busy": N_("busy"),
    "is_away": N_("away"),
    "macro_done": N_("Done: %(name)s"),
    "means": N_("Comes back: %(time)s"),
    "mentioned": N_("%(name)s called you to a conversation"),
    "key_taken": N_("This key already does something else, or cannot be used. Choose another one."),
    "press_key": N_("Press the new key"),
}

# key, words, icon, what the script does, whether it needs an open conversation
_ACTIONS: tuple[tuple[str, str, str, str], ...] = (
    ("R", N_("Reply to the customer"), "reply", "reply"),
    ("N", N_("Write a note for colleagues"), "pen", "note"),
    ("A", N_("Assign"), "person", "assign"),
    ("", N_("Assign to me"), "person", "assign-me"),
    ("", N_("Put back into the queue"), "nobody", "assign-queue"),
    ("P", N_("Set the priority"), "flag", "priority"),
    ("S", N_("Snooze"), "moon", "snooze"),
    ("E", N_("Resolve and open the next"), "check", "resolve"),
    ("M", N_("Run a macro"), "hand", "macro"),
    ("#", N_("Insert a canned reply"), "reply", "canned"),
    ("::", N_("Insert an article"), "book", "article"),
    ("@", N_("Call a colleague in a note"), "people", "mention"),
    ("Z", N_("Take back the reply that waits"), "back", "undo"),
    ("", N_("Copy the reference"), "file", "copy-reference"),
)
_CONSOLE: tuple[tuple[str, str, str, str], ...] = (
    ("J", N_("Next conversation"), "down", "next"),
    ("K", N_("Previous conversation"), "down", "previous"),
    ("", N_("Desktop alerts on or off"), "bell", "alerts"),
    ("", N_("Light or dark"), "sun", "theme"),
    ("", N_("Single keys on or off"), "key", "keys"),
    ("?", N_("Show all keys"), "help", "help"),
)
COMMAND_ICONS = sorted(
    {item[2] for item in (*_ACTIONS, *_CONSOLE)}
    | {"info", "list", "people", "nobody", "moon", "done", "person", "book", "widget", "warn", "check", "close", "file"}
)

# The keys of an action may be moved; the others are those of the system.
_KEYS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("Ctrl", "K"), N_("Find anything"), ""),
    (("J",), N_("Down the list"), "next"),
    (("K",), N_("Up the list"), "previous"),
    (("Enter",), N_("Open it"), "open"),
    (("E",), N_("Resolve and open the next"), "resolve"),
    (("R",), N_("Reply"), "reply"),
    (("N",), N_("Note"), "note"),
    (("A",), N_("Assign"), "assign"),
    (("P",), N_("Priority"), "priority"),
    (("S",), N_("Snooze"), "snooze"),
    (("L",), N_("Label"), "label"),
    (("M",), N_("Macro"), "macro"),
    (("O",), N_("Original or translation"), "original"),
    (("F",), N_("Focus on this case"), "focus"),
    (("Z",), N_("Take back a reply"), "undo"),
    (("/",), N_("Search"), "command"),
    (("?",), N_("This help"), "help"),
    (("#",), N_("Canned reply, while writing"), ""),
    (("::",), N_("Article, while writing"), ""),
    (("@",), N_("Call a colleague, in a note"), ""),
    (("Ctrl", "Enter"), N_("Send what you wrote"), ""),
    (("Ctrl", "Shift", "Enter"), N_("Send and resolve"), ""),
    (("Esc",), N_("Leave the field, close what is open"), ""),
)


def for_scripts(gettext: Gettext) -> dict[str, str]:
    """Return the sentences that scripts show."""
    return {name: gettext(text) for name, text in _SCRIPT_WORDS.items()}


def commands(gettext: Gettext, views: list[View]) -> list[dict[str, Any]]:
    """Return what the command bar offers before anything is searched."""
    offered: list[dict[str, Any]] = []
    for group, table in (("actions", _ACTIONS), ("console", _CONSOLE)):
        offered += [
            {"group": group, "key": key, "text": gettext(text), "icon": icon, "do": do} for key, text, icon, do in table
        ]
    offered += [{"group": "views", "key": "", "text": view.title, "icon": view.icon, "url": view.url} for view in views]
    return offered


def key_table(gettext: Gettext) -> list[tuple[tuple[str, ...], str, str]]:
    """Return the table of keys for the help: keys, words, and the action whose key may be moved."""
    return [(keys, gettext(text), action) for keys, text, action in _KEYS]
