"""Receipts: a customer takes away the proof of a closed conversation, and anybody checks one."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from bellrock import ledger
from bellrock.core import N_, BellrockError, i18n
from bellrock.house import House
from bellrock.web.customer.visitors import reader_of
from bellrock.web.shared import language_of, render
from bellrock.web.shared.addresses import address_of

CHECK_BYTES_MAX = 8_000_000
_NO_STORE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@get("/cases/{reference:str}/receipt", name="customer.receipt")
async def take_receipt(request: Request[Any, Any, Any], reference: FromPath[str]) -> Response[bytes]:
    """Return the receipt of a closed case as a file, to whoever may read the case."""
    house: House = request.app.state.house
    async with house.database.transaction() as tx:
        customer, conversation_id = await reader_of(tx, house, request, reference=reference)
        house.rates.take("customer", customer.id, "search")
        content = await ledger.make_receipt(tx, house.vault, conversation_id=conversation_id)
    return Response(
        content,
        media_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="receipt-{reference.upper()}.json"',
            "X-Content-Type-Options": "nosniff",
            **_NO_STORE,
        },
    )


@get("/receipts", name="customer.receipts")
async def show_check(request: Request[Any, Any, Any]) -> Response[str]:
    """Show the public key of the record, and ask for a receipt to check."""
    return _page(request)


@post("/receipts", name="customer.receipts.check", status_code=200, request_max_body_size=CHECK_BYTES_MAX + 4_096)
async def check(request: Request[Any, Any, Any]) -> Response[str]:
    """Say whether a receipt holds against this house's public key; nothing of it is kept."""
    house: House = request.app.state.house
    house.rates.take_address(address_of(request), "feedback")
    form = await request.form()
    file = form.get("receipt")
    content = await file.read(CHECK_BYTES_MAX + 1) if isinstance(file, UploadFile) else b""
    try:
        if not content or len(content) > CHECK_BYTES_MAX:
            raise ledger.ReceiptUnreadable(why=i18n.translate(language_of(request), _CHOOSE))
        checked = ledger.check_receipt(content, house.vault.keyring.public)
    except BellrockError as error:
        return _page(request, wrong=i18n.translate(language_of(request), _WRONG), detail=error, status=error.status)
    return _page(request, checked=checked)


_CHOOSE = N_("Choose a file that ends in .json.")
_WRONG = N_("This receipt does not hold. It was changed, or it is not from us.")


def _page(
    request: Request[Any, Any, Any],
    *,
    checked: ledger.Checked | None = None,
    wrong: str = "",
    detail: BellrockError | None = None,
    status: int = 200,
) -> Response[str]:
    house: House = request.app.state.house
    origin = ledger.origin_of(house.settings, "records")
    return render(
        request,
        "customer/receipts.html",
        status=status,
        headers=_NO_STORE,
        key=ledger.verifier_key(origin, house.vault.keyring.public),
        checked=checked,
        wrong=wrong,
        detail=str(detail) if detail else "",
    )


receipt_routes: list[Any] = [take_receipt, show_check, check]
