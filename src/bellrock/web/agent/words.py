"""Words of the console's frame: what scripts say, what the command bar offers, the table of keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from bellrock import core
from bellrock.core import N_
from bellrock.web.agent.views import View
from bellrock.web.shared.links import DeskLink

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
    "alert_message": N_("A customer wrote"),
    "alert_assigned": N_("A case came to you"),
    "answer_due": N_("Answer due %(when)s"),
    "overdue": N_("Overdue by %(time)s"),
    "alert_mentioned": N_("A colleague called you"),
    "alert_danger": N_("There may be danger in a case of yours"),
    "nothing_found": N_("Nothing found. Try a reference such as BR-7K2M4QXD, or a word of an action."),
    "group_search": N_("Search"),
    "group_canned": N_("Canned replies"),
    "group_macros": N_("Macros"),
    "group_places": N_("Settings and places"),
    "choose": N_("Choose %(name)s"),
    "chosen": N_("%(count)s chosen"),
    "choose_all": N_("All shown"),
    "choose_none": N_("None"),
    "bulk_assign": N_("Assign"),
    "bulk_team": N_("Team"),
    "bulk_priority": N_("Priority"),
    "bulk_topic": N_("Topic"),
    "bulk_label": N_("Label"),
    "bulk_unlabel": N_("Take a label off"),
    "bulk_snooze": N_("Snooze"),
    "bulk_resolve": N_("Resolve"),
    "bulk_spam": N_("Spam"),
    "bulk_more": N_("More"),
    "too_many": N_("Choose at most %(count)s conversations at once."),
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
    "focus_on": N_("Focus: this case alone, no sounds, no new cases. The same key ends it."),
    "focus_off": N_("Focus is over"),
    "sounds_on": N_("Sounds are on"),
    "sounds_off": N_("Sounds are off"),
    "wake_on": N_("This device is woken when something waits. The message says nothing about customers."),
    "wake_off": N_("This device is woken no more"),
    "wake_failed": N_("This browser could not be set up for it."),
    "now_online": N_("Online"),
    "now_busy": N_("Busy"),
    "now_away": N_("Away"),
    "now_offline": N_("Offline"),
    "given_back": N_("Back in the queue: %(count)s"),
    "and_more": N_("and %(count)s more"),
    "mentioned": N_("A colleague called you to a conversation"),
    "choose_words": N_("Mark the words in the message first, or write them here."),
    "split_choose": N_("Choose the messages that belong to another case."),
    "split_off": N_("Split off"),
    "cancel": N_("Cancel"),
    "split_done": N_("Now a case of its own"),
    "spam": N_("Among the spam now"),
    "no_spam": N_("Not spam"),
    "merged": N_("Merged"),
    "translating": N_("Translating…"),
    "translated": N_("Translated. The original stays one key away: O."),
    "show_original": N_("Show the original"),
    "show_translation": N_("Show the translation"),
    "machine": N_("Translated by machine"),
    "writing": N_("Writing…"),
    "by_machine": N_("Written by machine: read it before you use it."),
    "no_translator": N_("No translator is set up for these languages."),
    "painted": N_("Painted over. The original is gone."),
    "box": N_("Box %(number)s"),
    "taken_out": N_("Taken out"),
    "copied": N_("Copied"),
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
    ("L", N_("Put a label on"), "tag", "label"),
    ("O", N_("Original or translation"), "globe", "original"),
    ("", N_("Split off messages"), "next", "split"),
    ("", N_("Mark as spam"), "spam", "spam"),
    ("E", N_("Resolve and open the next"), "check", "resolve"),
    ("M", N_("Run a macro"), "hand", "macro"),
    ("#", N_("Insert a canned reply"), "reply", "canned"),
    ("::", N_("Insert an article"), "book", "article"),
    ("I", N_("Insert the answer that fits best"), "book", "suggest"),
    ("@", N_("Call a colleague in a note"), "people", "mention"),
    ("Z", N_("Take back the reply that waits"), "back", "undo"),
    ("L", N_("Add or take off a label"), "tag", "label"),
    ("", N_("Copy the reference"), "file", "copy-reference"),
)
_CONSOLE: tuple[tuple[str, str, str, str], ...] = (
    ("J", N_("Next conversation"), "down", "next"),
    ("K", N_("Previous conversation"), "down", "previous"),
    ("/", N_("Search messages and customers"), "search", "search"),
    ("⇧F", N_("Filter this list"), "sift", "filters"),
    ("X", N_("Choose this conversation"), "check", "select"),
    ("", N_("Choose all that are shown"), "check", "select-all"),
    ("F", N_("Focus on this case"), "lamp", "focus"),
    ("", N_("Desktop alerts on or off"), "bell", "alerts"),
    ("", N_("Sounds on or off"), "bell", "sounds"),
    ("", N_("Wake this device when something waits"), "app", "wake"),
    ("", N_("Light or dark"), "sun", "theme"),
    ("", N_("Single keys on or off"), "key", "keys"),
    ("?", N_("Show all keys"), "help", "help"),
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
    (("I",), N_("Insert the answer that fits best"), "suggest"),
    (("F",), N_("Focus on this case"), "focus"),
    (("Z",), N_("Take back a reply"), "undo"),
    (("/",), N_("Search messages and customers"), "search"),
    (("X",), N_("Choose it, to change several at once"), "select"),
    (("⇧F",), N_("Filters"), "filters"),
    (("?",), N_("This help"), "help"),
    (("#",), N_("Canned reply, while writing"), ""),
    (("::",), N_("Article, while writing"), ""),
    (("@",), N_("Call a colleague, in a note"), ""),
    (("Ctrl", "Enter"), N_("Send what you wrote"), ""),
    (("Ctrl", "Shift", "Enter"), N_("Send and resolve"), ""),
    (("Esc",), N_("Leave the field, close what is open"), ""),
)


@lru_cache(maxsize=64)
def for_scripts(language: str) -> Markup:
    """Return the sentences that scripts show, as JSON that may stand in a page."""
    gettext = core.i18n.translator(language)
    return htmlsafe_json_dumps({name: gettext(text) for name, text in _SCRIPT_WORDS.items()})


def commands(gettext: Gettext, views: list[View], places: Iterable[DeskLink]) -> list[dict[str, Any]]:
    """Return what the command bar offers before anything is searched."""
    offered: list[dict[str, Any]] = []
    for group, table in (("actions", _ACTIONS), ("console", _CONSOLE)):
        offered += [
            {"group": group, "key": key, "text": gettext(text), "icon": icon, "do": do} for key, text, icon, do in table
        ]
    offered += [{"group": "views", "key": "", "text": view.title, "icon": view.icon, "url": view.url} for view in views]
    offered += [
        {"group": "places", "key": "", "text": gettext(link.text), "icon": link.icon, "url": link.url}
        for link in places
    ]
    return offered


@lru_cache(maxsize=64)
def key_table(language: str) -> tuple[tuple[tuple[str, ...], str, str], ...]:
    """Return the table of keys for the help: keys, words, and the action whose key may be moved."""
    gettext = core.i18n.translator(language)
    return tuple((keys, gettext(text), action) for keys, text, action in _KEYS)
