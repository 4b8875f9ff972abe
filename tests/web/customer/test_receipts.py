"""A receipt as a customer takes it away and checks it."""

from __future__ import annotations

import json
from typing import Any

from bellrock import conversations, ledger, wiring, worker
from bellrock.core import SYSTEM, clock
from bellrock.house import House
from tests.web.customer.test_cases import enter
from tests.web.customer.test_form import FORM, NewBrowser


async def closed_case(new_browser: NewBrowser, house: House) -> tuple[Any, str]:
    browser = new_browser()
    await enter(browser, house, "elif")
    sent = await browser.send((await browser.get(FORM)).text, "/help/en/contact", text="Where is it?")
    case = sent.headers["location"].partition("?")[0]
    assert (await browser.get(f"{case}/receipt")).status_code == 422
    async with house.database.transaction() as tx:
        found = await conversations.find_by_reference(tx, viewer=SYSTEM, reference=case.rpartition("/")[2])
        await conversations.resolve(tx, house.vault, by=SYSTEM, conversation_id=found.id, now=clock.now())
    await worker.drain(house.database, wiring.tree())
    await ledger.keep(house.database, house.vault.keyring, house.settings, now=clock.now())
    return browser, case


async def test_a_customer_takes_the_receipt_and_it_holds(new_browser: NewBrowser, house: House) -> None:
    browser, case = await closed_case(new_browser, house)
    assert f'href="{case}/receipt"' in (await browser.get(case)).text
    receipt = await browser.get(f"{case}/receipt")
    assert receipt.status_code == 200 and "attachment" in receipt.headers["content-disposition"]
    assert "Where is it?" in receipt.text

    anybody = new_browser()
    page = await anybody.get("/receipts")
    assert ledger.verifier_key(ledger.origin_of(house.settings, "records"), house.vault.keyring.public) in page.text
    good = await anybody.send(page.text, "/receipts", files={"receipt": ("r.json", receipt.content)})
    assert good.status_code == 200 and "This receipt holds." in good.text

    forged = json.loads(receipt.content)
    next(entry for entry in forged["records"] if "record" in entry)["record"]["words"]["text"] = "Where is mine?"
    for content in (json.dumps(forged).encode(), b"", b"\x00\xff", b"[" * 100_000):
        bad = await anybody.send(page.text, "/receipts", files={"receipt": ("r.json", content)})
        assert bad.status_code in (400, 422) and "does not hold" in bad.text


async def test_nobody_else_takes_it(new_browser: NewBrowser, house: House) -> None:
    _, case = await closed_case(new_browser, house)
    other = new_browser()
    assert (await other.get(f"{case}/receipt")).status_code == 404
    await enter(other, house, "noura")
    assert (await other.get(f"{case}/receipt")).status_code == 404
