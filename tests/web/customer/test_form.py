"""The form of the site, and the page of the case that it opens."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bellrock import conversations
from bellrock.core import SYSTEM, i18n
from bellrock.house import House
from bellrock.web.customer.fields import FIELDS, fields_of, offered_topics
from bellrock.web.shared.languages import LANGUAGES
from tests.channels.test_attachments import PNG
from tests.web.customer.conftest import Browser

FORM = "/help/en/contact?topic=deposit_wrong_network"
NewBrowser = Callable[[], Browser]


async def opened(browser: Browser, **fields: str) -> str:
    """Send the form and return the address of the case."""
    page = (await browser.get(FORM)).text
    answer = await browser.send(page, "/help/en/contact", **{"text": "It is gone", **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0]


async def test_asks_for_the_topic_and_then_for_what_it_needs(new_browser: NewBrowser) -> None:
    browser = new_browser()
    moved = await browser.get("/contact?topic=deposit_wrong_network&txid=0xabc")
    assert moved.headers["location"].startswith("/help/en/contact?")
    for language in LANGUAGES:
        topics = await browser.get(f"/help/{language}/contact")
        assert topics.status_code == 200
        assert 'value="deposit_wrong_network"' in topics.text
        form = await browser.get(f"/help/{language}/contact?topic=deposit_wrong_network&txid=0xabc")
        assert 'value="0xabc"' in form.text
        assert i18n.translate(language, FIELDS["network"].label) in form.text
    assert (await browser.get("/help/xx/contact")).status_code == 404
    unknown = await browser.get("/help/en/contact?topic=nonsense")
    assert "Please choose" in unknown.text


@pytest.mark.parametrize(
    ("topic", "hint"),
    [
        ("withdrawal_pending", "withdrawal history"),
        ("withdrawal_wrong_address", "withdrawal history"),
        ("account_hacked", "withdrawal history"),
        ("deposit_not_credited", "sent from"),
        ("bridge_or_swap", "sent from"),
    ],
)
async def test_says_of_each_transaction_where_its_id_stands(new_browser: NewBrowser, topic: str, hint: str) -> None:
    form = (await new_browser().get(f"/help/en/contact?topic={topic}")).text
    told = form.partition('id="f-txid-hint"')[2].partition("</p>")[0]
    assert hint in told


def test_every_topic_that_is_offered_asks_a_few_things_at_most() -> None:
    from bellrock import triage

    names = [name for _, topics in offered_topics("en") for name, _ in topics]
    assert len(names) == len(set(names)) > 50
    assert all(len(fields_of(triage.topic(name))) <= 6 for name in names)


async def test_opens_a_case_and_shows_it_to_its_writer_alone(new_browser: NewBrowser) -> None:
    owner, outsider = new_browser(), new_browser()
    case = await opened(owner, txid="0xab12", amount="1250", urgent="1")
    page = await owner.get(case)
    assert page.status_code == 200
    for words in ("It is gone", "0xab12", case.rpartition("/")[2], "?key="):
        assert words in page.text
    assert page.headers["cache-control"] == "no-store"
    assert (await outsider.get(case)).status_code == 404
    assert (await outsider.get("/cases/BR-00000000")).status_code == 404


async def test_a_link_opens_the_case_on_another_device_and_leaves_the_address(new_browser: NewBrowser) -> None:
    owner, elsewhere = new_browser(), new_browser()
    case = await opened(owner)
    secret = owner.cookies["case"]
    moved = await elsewhere.get(f"{case}?key={secret}")
    assert moved.headers["location"] == case
    assert "It is gone" in (await elsewhere.get(case)).text
    assert (await new_browser().get(f"{case}?key={secret}x")).status_code == 404


async def test_the_same_form_opens_one_case(new_browser: NewBrowser, house: House) -> None:
    browser = new_browser()
    page = (await browser.get(FORM)).text
    first = await browser.send(page, "/help/en/contact", text="It is gone")
    again = await browser.send(page, "/help/en/contact", text="It is gone")
    assert first.headers["location"] == again.headers["location"]
    async with house.database.transaction() as tx:
        row = await (await tx.execute("SELECT count(*) AS cases FROM conversations")).fetchone()
    assert row is not None and row["cases"] == 1


async def test_keeps_what_was_typed_when_something_is_wrong(new_browser: NewBrowser) -> None:
    browser = new_browser()
    page = (await browser.get(FORM)).text
    answer = await browser.send(
        page, "/help/en/contact", text="", txid="0xab12", email="not an address", name="<b>Elif</b>"
    )
    assert answer.status_code == 422
    assert 'value="0xab12"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<b>Elif</b>" not in answer.text
    assert answer.text.count('class="wrong"') == 2
    long = await browser.send(page, "/help/en/contact", text="x" * 9_000)
    assert long.status_code == 422


async def test_takes_evidence_and_refuses_what_is_none(new_browser: NewBrowser) -> None:
    owner, outsider = new_browser(), new_browser()
    page = (await owner.get(FORM)).text
    wrong = await owner.send(
        page, "/help/en/contact", text="See", files=[("files", ("page.png", b"<html><script>1</script>"))]
    )
    assert wrong.status_code == 422
    right = await owner.send(page, "/help/en/contact", text="See", files=[("files", ("proof.png", PNG))])
    assert right.status_code == 303
    case = right.headers["location"].partition("?")[0]
    shown = (await owner.get(case)).text
    address = shown.partition('href="' + case + "/files/")[2].partition('"')[0]
    file = await owner.get(f"{case}/files/{address}")
    assert file.content == PNG
    assert file.headers["content-disposition"].startswith("attachment")
    assert (await outsider.get(f"{case}/files/{address}")).status_code == 404
    another = await opened(outsider)
    assert (await outsider.get(f"{another}/files/{address}")).status_code == 404


async def test_urgent_is_kept_as_a_claim_and_moves_nothing(new_browser: NewBrowser, house: House) -> None:
    case = await opened(new_browser(), urgent="1")
    async with house.database.transaction() as tx:
        found = await conversations.find_by_reference(tx, viewer=SYSTEM, reference=case.rpartition("/")[2])
        entries = await conversations.timeline(tx, house.vault, viewer=SYSTEM, conversation_id=found.id)
    assert found.priority == "normal"
    assert entries[0].data["claimed_urgent"] is True


async def test_a_secret_is_masked_in_words_and_in_fields(new_browser: NewBrowser) -> None:
    phrase = "abandon " * 11 + "about"
    owner = new_browser()
    case = await opened(owner, text=f"my words {phrase}", network=phrase)
    page = (await owner.get(case)).text
    assert "abandon" not in page
    assert page.count("[recovery phrase removed]") == 2


async def test_a_form_without_its_token_is_refused(new_browser: NewBrowser) -> None:
    browser = new_browser()
    page = (await browser.get(FORM)).text.replace('name="_csrf_token"', 'name="other"')
    answer = await browser.send(page, "/help/en/contact", text="It is gone")
    assert answer.status_code == 403


async def test_the_writer_adds_asks_for_a_person_and_nobody_else_does(new_browser: NewBrowser) -> None:
    owner, outsider = new_browser(), new_browser()
    case = await opened(owner)
    page = (await owner.get(case)).text
    added = await owner.send(page, f"{case}/messages", text="One more thing")
    assert added.status_code == 303
    assert "One more thing" in (await owner.get(case)).text
    assert (await owner.send(page, f"{case}/person")).status_code == 303
    assert "In line for a person" in (await owner.get(case)).text
    empty = await owner.send((await owner.get(case)).text, f"{case}/messages", text="")
    assert empty.status_code == 422
    strange = (await outsider.get(FORM)).text
    for action in ("messages", "person"):
        refused = await outsider.send(strange, f"{case}/{action}", text="me too")
        assert refused.status_code == 404, action


@pytest.mark.parametrize("language", ["en", "zh-Hans", "ar"])
async def test_the_page_of_a_case_speaks_every_language(new_browser: NewBrowser, language: str) -> None:
    owner = new_browser()
    case = await opened(owner)
    page = await owner.get(f"{case}?lang={language}")
    assert i18n.translate(language, "Where it stands") in page.text
    assert i18n.translate(language, "The conversation") in page.text
