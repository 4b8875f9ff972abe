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

_KEYS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("Ctrl", "K"), N_("Find anything")),
    (("J",), N_("Down the list")),
    (("K",), N_("Up the list")),
    (("Enter",), N_("Open it")),
    (("E",), N_("Resolve and open the next")),
    (("R",), N_("Reply")),
    (("N",), N_("Note")),
    (("A",), N_("Assign")),
    (("P",), N_("Priority")),
    (("S",), N_("Snooze")),
    (("/",), N_("Search")),
    (("Ctrl", "Enter"), N_("Send what you wrote")),
    (("Esc",), N_("Leave the field, close what is open")),
    (("?",), N_("This help")),
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


def key_table(gettext: Gettext) -> list[tuple[tuple[str, ...], str]]:
    """Return the table of keys for the help."""
    return [(keys, gettext(text)) for keys, text in _KEYS]
