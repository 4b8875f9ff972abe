"""What the console promises, and the browser test that holds each promise: whoever renames one finds out here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

BROWSER = Path(__file__).parent / "browser"

PROMISES = {
    "Ctrl-K finds every action, macro, canned reply, article, person": "inbox::test_the_command_bar_finds_everything",
    "J K move, Enter opens": "console::test_keys_walk_open_write_and_switch_off",
    "E resolves and opens the next": "console::test_resolve_opens_the_next_and_can_be_undone",
    "R N A P S M / and their places": "composer::test_every_single_key_does_its_thing",
    "L labels, O shows the original": "case::test_a_day_with_one_case",
    "? helps, and moves a key by its place on the board": "composer::test_a_key_moves_by_its_place_on_the_board",
    "a switch turns single keys off": "console::test_keys_walk_open_write_and_switch_off",
    "local echo under 50 ms, and typing claims the case": "composer::test_typing_claims_and_echoes_at_once",
    "a reply is held, never shown as sent before it is": "composer::test_a_reply_waits_for_its_author_and_comes_back_whole",
    "undo send outlives the page": "composer::test_a_closed_page_sends_all_the_same_and_a_quicker_colleague_stops_it",
    "who views and who types is seen": "console::test_a_reply_is_sent_once_and_seen_by_a_colleague",
    "a double reply is caught": "console::test_a_double_reply_is_asked_about",
    "send and resolve opens the next": "composer::test_sent_and_resolved_the_next_one_opens",
    "notes look different": "console::test_command_bar_note_and_help_are_accessible",
    "# inserts, and what is missing stops the reply": "composer::test_what_is_missing_is_red_and_stops_the_reply",
    ":: finds articles, @ colleagues": "composer::test_articles_and_colleagues_are_a_sign_away",
    "a macro is shown before it is done": "composer::test_a_macro_is_shown_before_it_is_done",
    "snooze in words, on the customer's clock": "composer::test_snooze_is_said_back_before_it_is_done",
    "translation both ways; the pane; lightbox and brush": "case::test_a_day_with_one_case",
    "filters kept as views": "inbox::test_filters_are_kept_as_a_view",
    "several at once, with undo": "inbox::test_several_at_once_and_back",
    "search in every script": "inbox::test_search_in_every_script",
    "empty states teach": "console::test_empty_views_say_what_to_do",
    "a lost line is said, and nothing is missed": "console::test_a_lost_line_is_said_and_nothing_is_missed",
    "drafts are kept": "console::test_a_draft_is_there_after_a_reload",
    "dark and light, in every script": "console::test_reads_well_in_every_language_and_light",
    "going off gives work back": "presence::test_going_off_says_what_becomes_of_the_work",
    "away by itself": "presence::test_idle_is_away_until_a_hand_moves",
    "focus is one case and no noise": "presence::test_focus_leaves_one_case_and_no_noise",
    "unread is one's own": "presence::test_unread_is_what_i_have_not_seen",
    "a mention is heard, seen and counted": "presence::test_a_call_is_heard_seen_and_counted",
    "it installs as an app": "presence::test_it_installs_as_an_app_and_says_when_there_is_no_network",
}


@pytest.mark.parametrize("promise", PROMISES)
def test_each_promise_of_the_console_has_its_browser_test(promise: str) -> None:
    file, name = PROMISES[promise].split("::")
    tree = ast.parse((BROWSER / f"test_{file}.py").read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.AsyncFunctionDef)}
