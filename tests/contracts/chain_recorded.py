"""Answers of nodes that cannot run here, in the shapes that their public docs give: Esplora, TRON, the XRP Ledger.

They were written by hand after those docs (Esplora's API.md, developers.tron.network, xrpl.org), not taken from live nodes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

NOW = 1_763_800_000  # seconds; a Saturday in November 2025
MISSING = "ff" * 32
ESPLORA_TO = "bc1q2t63ewm3mvh0ztmnmezxm7s0tefknenxlrlwrk"
TRON_TO = "TNDzfERDpxLDS2w1q6yaFC7pzqaSQ3Bg3r"
TRON_TOKEN = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
TRON_FROM = "TLyqzVGLV1srkB7dToTAEqgDSfPtXRJZYH"
XRPL_TO = "rG1QQv2nh2gr7RCZ1P8YYcBUKCCN633jCn"
XRPL_FROM = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
_GENESIS = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"


def transport(answer: Callable[[httpx.Request], Any]) -> httpx.MockTransport:
    """Return a transport whose answers are JSON, plain text, or a whole response."""

    def reply(request: httpx.Request) -> httpx.Response:
        found = answer(request)
        if isinstance(found, httpx.Response):
            return found
        return httpx.Response(200, text=found) if isinstance(found, str) else httpx.Response(200, json=found)

    return httpx.MockTransport(reply)


def _bitcoin(txid: str, *, height: int | None, spends: str, sats: int = 5_000_000, fee: int = 2_820) -> dict[str, Any]:
    status = {"confirmed": height is not None}
    if height is not None:
        status |= {"block_height": height, "block_hash": "00" * 32, "block_time": NOW - 600 * (900_010 - height)}
    return {
        "txid": txid,
        "version": 2,
        "locktime": 0,
        "vin": [
            {
                "txid": spends,
                "vout": 1,
                "prevout": {"scriptpubkey_type": "v0_p2wpkh", "value": sats + 10_000},
                "is_coinbase": False,
                "sequence": 4294967293,
            }
        ],
        "vout": [
            {
                "scriptpubkey": "0014",
                "scriptpubkey_type": "v0_p2wpkh",
                "scriptpubkey_address": ESPLORA_TO,
                "value": sats,
            },
            {"scriptpubkey": "6a04", "scriptpubkey_type": "op_return", "value": 0},
        ],
        "size": 222,
        "weight": 564,
        "fee": fee,
        "status": status,
    }


ESPLORA_PAID, ESPLORA_WAITS, ESPLORA_GONE, ESPLORA_TAKER = "a1" * 32, "a2" * 32, "a3" * 32, "a4" * 32


def esplora(request: httpx.Request) -> Any:
    known = {
        ESPLORA_PAID: _bitcoin(ESPLORA_PAID, height=900_006, spends="b1" * 32),
        ESPLORA_WAITS: _bitcoin(ESPLORA_WAITS, height=None, spends="b2" * 32, fee=282),
        ESPLORA_TAKER: _bitcoin(ESPLORA_TAKER, height=900_009, spends="b3" * 32),
    }
    path = request.url.path
    fixed: dict[str, Any] = {
        "/block-height/0": _GENESIS,
        "/blocks": [{"id": "00" * 32, "height": 900_010, "timestamp": NOW, "tx_count": 3000}],
        "/fee-estimates": {"1": 12.5, "2": 11.0, "3": 8.25, "6": 5.1, "10": 3.0, "144": 1.01},
        "/mempool": {"count": 43_210, "vsize": 21_000_000, "total_fee": 90_000_000, "fee_histogram": []},
        f"/address/{ESPLORA_TO}/txs": [known[ESPLORA_WAITS], known[ESPLORA_TAKER], known[ESPLORA_PAID]],
        f"/tx/{'b3' * 32}/outspend/1": {"spent": True, "txid": ESPLORA_TAKER, "vin": 0, "status": {"confirmed": True}},
        f"/tx/{'b4' * 32}/outspend/1": {"spent": False},
        **{f"/tx/{txid}": found for txid, found in known.items()},
    }
    return fixed[path] if path in fixed else httpx.Response(404, text="Transaction not found")


TRON_PAID, TRON_COIN, TRON_FAILED, TRON_WAITS, TRON_INNER = "c1" * 32, "c2" * 32, "c3" * 32, "c4" * 32, "c5" * 32
_HEX_TOKEN, _HEX_FROM, _HEX_TO = (
    "a614f803b6fd780986a42c78ec9c7f77e6ded13c",
    "78c842ee63b253f8f0d2955bbc582c661a078c9d",
    "864a3c1c12de5c1ee6a2dd1d8dd2e4a6b5b9ea3d",
)


def _tron(txid: str, kind: str, value: dict[str, Any], result: str = "SUCCESS", data: str = "") -> dict[str, Any]:
    raw: dict[str, Any] = {
        "contract": [{"parameter": {"value": value, "type_url": f"type.googleapis.com/protocol.{kind}"}, "type": kind}],
        "ref_block_bytes": "c145",
        "expiration": NOW * 1_000 - 30_000,
        "timestamp": NOW * 1_000 - 90_000,
    }
    if data:
        raw["data"] = data
    return {"ret": [{"contractRet": result}], "signature": ["00"], "txID": txid, "raw_data": raw}


def tron(request: httpx.Request) -> Any:
    call = {"contract_address": TRON_TOKEN, "owner_address": TRON_FROM, "data": "a9059cbb"}
    pays = {"amount": 7_500_000, "owner_address": TRON_FROM, "to_address": TRON_TO}
    known = {
        TRON_PAID: _tron(TRON_PAID, "TriggerSmartContract", call),
        TRON_COIN: _tron(TRON_COIN, "TransferContract", pays, data=b"order 5".hex()),
        TRON_FAILED: _tron(TRON_FAILED, "TriggerSmartContract", call, "OUT_OF_ENERGY"),
        TRON_WAITS: _tron(TRON_WAITS, "TransferContract", pays),
        TRON_INNER: _tron(TRON_INNER, "TriggerSmartContract", call),
    }
    topics = [
        "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
        _HEX_FROM.rjust(64, "0"),
        _to().rjust(64, "0"),
    ]
    log = {"address": _HEX_TOKEN, "topics": topics, "data": hex(120_500_000)[2:].rjust(64, "0")}
    info = {"blockNumber": 70_000_000, "blockTimeStamp": NOW * 1_000 - 57_000, "receipt": {"net_usage": 345}}
    infos = {
        TRON_PAID: {"id": TRON_PAID, "fee": 13_844_850, **info, "log": [log]},
        TRON_COIN: {"id": TRON_COIN, "fee": 1_000_000, **info},
        TRON_INNER: {
            "id": TRON_INNER,
            "fee": 0,
            **info,
            "internal_transactions": [
                {
                    "hash": "00" * 32,
                    "caller_address": "41" + _HEX_TOKEN,
                    "transferTo_address": "41" + _to(),
                    "callValueInfo": [{"callValue": 3_250_000}],
                    "note": "63616c6c",
                }
            ],
        },
        TRON_FAILED: {"id": TRON_FAILED, "fee": 27_000_000, **info, "result": "FAILED", "resMessage": "4e6f"},
    }
    path = request.url.path
    body = json.loads(request.content) if request.content else {}
    if path == "/wallet/getblockbynum":
        return {"blockID": "00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc"}
    if path == "/wallet/getnowblock":
        return {"blockID": "00", "block_header": {"raw_data": {"number": 70_000_018, "timestamp": NOW * 1_000}}}
    if path == "/wallet/gettransactionbyid":  # of blocks alone
        return known.get(body["value"], {}) if body["value"] != TRON_WAITS else {}
    if path == "/wallet/gettransactionfrompending":
        return known[TRON_WAITS] if body["value"] == TRON_WAITS else {}
    if path == "/wallet/gettransactioninfobyid":
        return infos.get(body["value"], {})
    if path == "/wallet/triggerconstantcontract":
        return {"result": {"result": True}, "constant_result": ["6".rjust(64, "0")]}
    if path == f"/v1/accounts/{TRON_TO}/transactions/trc20":
        token = {"symbol": "USDT", "address": TRON_TOKEN, "decimals": 6, "name": "Tether USD"}
        row = {
            "transaction_id": TRON_PAID,
            "token_info": token,
            "block_timestamp": NOW * 1_000 - 57_000,
            "from": TRON_FROM,
        }
        return {"data": [{**row, "to": TRON_TO, "type": "Transfer", "value": "120500000"}], "success": True, "meta": {}}
    if path == f"/v1/accounts/{TRON_TO}/transactions":
        stamp = {"blockNumber": 70_000_000, "block_timestamp": NOW * 1_000 - 57_000}
        pays = {"amount": 7_500_000, "owner_address": "41" + _HEX_FROM, "to_address": "41" + _to()}
        return {"data": [{**_tron(TRON_COIN, "TransferContract", pays), **stamp}], "success": True, "meta": {}}
    return httpx.Response(404, json={"Error": "not found"})


def _to() -> str:
    from bellrock.chains.port import base58check

    return (base58check(TRON_TO) or b"").hex()[2:]


XRPL_PAID, XRPL_PART, XRPL_FAILED, XRPL_WAITS = "D1" * 32, "D2" * 32, "D3" * 32, "D4" * 32


def _xrpl(
    txid: str, *, final: bool = True, result: str = "tesSUCCESS", tag: int | None = 778_899, **more: Any
) -> dict[str, Any]:
    found = {
        "Account": XRPL_FROM,
        "Amount": "25000000",
        "Destination": XRPL_TO,
        "Fee": "12",
        "Flags": 0,
        "LastLedgerSequence": 99_000_010,
        "Sequence": 41,
        "TransactionType": "Payment",
        "hash": txid,
        "validated": final,
        **more,
    }
    if tag is not None:
        found["DestinationTag"] = tag
    if final:
        found |= {"ledger_index": 99_000_000, "inLedger": 99_000_000, "date": NOW - 946_684_800 - 20}
        found["meta"] = {
            "TransactionIndex": 3,
            "TransactionResult": result,
            "delivered_amount": more.get("Amount", "25000000"),
        }
    return found


def xrpl(request: httpx.Request) -> Any:
    asked = json.loads(request.content)
    params = asked["params"][0]
    euro = {"currency": "EUR", "issuer": XRPL_FROM, "value": "3.5"}
    known = {
        XRPL_PAID: _xrpl(XRPL_PAID),
        XRPL_PART: _xrpl(XRPL_PART, tag=None, Flags=131_072, Amount=euro),
        XRPL_FAILED: _xrpl(XRPL_FAILED, result="tecDST_TAG_NEEDED", tag=None),
        XRPL_WAITS: _xrpl(XRPL_WAITS, final=False),
    }

    def result(found: dict[str, Any]) -> dict[str, Any]:
        return {"result": {"status": "success", **found}}

    if asked["method"] == "server_info":
        return result({"info": {"build_version": "2.6.0", "server_state": "full"}})
    if asked["method"] == "ledger":
        return result({"ledger_index": 99_000_004, "ledger": {"close_time": NOW - 946_684_800}, "validated": True})
    if asked["method"] == "tx" and params["transaction"] in known:
        return result(known[params["transaction"]])
    if asked["method"] == "fee":
        drops = {"base_fee": "10", "median_fee": "5000", "minimum_fee": "10", "open_ledger_fee": "2653"}
        return result({"current_queue_size": "12", "drops": drops})
    if asked["method"] == "account_info":
        return result({"account_data": {"Account": params["account"], "Sequence": 42}})
    if asked["method"] == "account_tx":
        rows = [{"tx": tx, "meta": tx.pop("meta"), "validated": True} for tx in (known[XRPL_PAID], known[XRPL_FAILED])]
        return result({"account": params["account"], "transactions": rows})
    return {"result": {"error": "txnNotFound", "error_code": 29, "status": "error", "request": params}}
