"""What a node, an exchange or a translator may answer to take this house down: too much, packed, or numbers without an end."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from bellrock.adapters.chain import ADAPTERS
from bellrock.adapters.chain.http import Node, exact
from bellrock.adapters.chain.reading import coins
from bellrock.adapters.exchange.http import ExchangeClient, parts
from bellrock.adapters.translate.libretranslate import LibreTranslate
from bellrock.chains.port import ChainUnavailable, network
from bellrock.exchange import Ability, ExchangeMixedUp, Measure
from bellrock.language.port import TranslatorFailed


class Packed(httpx.AsyncBaseTransport):
    """Answers packed, whatever it was asked to do."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.headers["accept-encoding"])

        async def body() -> Any:
            raise AssertionError("nothing of it is read")
            yield b""

        return httpx.Response(200, content=body(), headers={"content-encoding": "gzip, gzip"})


async def test_nothing_packed_is_unpacked() -> None:
    packed = Packed()
    exchange = parts(
        ExchangeClient("http://localhost", token="t", transport=packed),
        name="",
        can=frozenset(Ability),
        measures=frozenset(Measure),
    )
    with pytest.raises(ExchangeMixedUp):
        await exchange.account.profile("NW-1")
    with pytest.raises(ChainUnavailable):
        await Node("http://node.example", transport=packed).get("/tx")
    with pytest.raises(TranslatorFailed):
        await LibreTranslate("http://localhost", transport=packed).translate(["a"], source="en", target="de")
    assert set(packed.asked) == {"identity"}


HOSTILE = "1e999999999", '"1e999999999"', "1" * 5_000, "1e-999999999", "Infinity", '"NaN"', "[[[[", "[" * 100_000


@pytest.mark.parametrize("number", HOSTILE, ids=lambda number: number[:14])
async def test_a_number_without_an_end_is_no_answer(number: str) -> None:
    """Every figure of a transaction is such a number; none is ever computed with."""
    txid = "ab" * 32
    for kind, name in (("esplora", "bip122:000000000019d6689c085ae165831e93"), ("evm", "eip155:1")):

        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path.startswith("/block-height"):
                return httpx.Response(200, text="000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f")
            asked = json.loads(request.content)["method"] if request.content else ""
            fields = (
                "fee",
                "weight",
                "vin",
                "vout",
                "status",
                "blockNumber",
                "value",
                "gasPrice",
                "nonce",
                "timestamp",
            )
            inside = ",".join(f'"{field}":{number}' for field in fields)
            result = '"0x1"' if asked == "eth_chainId" else "{" + inside + "}"
            return httpx.Response(200, text=f'{{"jsonrpc":"2.0","id":1,"result":{result},{inside}}}')

        node = Node("http://node.example", transport=httpx.MockTransport(answer))
        chain = ADAPTERS[kind](network(name), node)
        with pytest.raises(ChainUnavailable):
            await chain.transaction(("0x" if kind == "evm" else "") + txid)


def test_amounts_are_exact_and_bounded() -> None:
    most = 2**256 - 1
    assert str(coins(most, 18)).replace(".", "") == str(most)
    for wrong in (2**257, "9" * 4_000):
        with pytest.raises(ValueError):
            coins(wrong, 18)
    for written in ("1e91", "1e-91", "NaN", "Infinity", "1" * 91):
        with pytest.raises(ValueError):
            exact(written)


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        ("esplora", "bip122:000000000019d6689c085ae165831e93", '{"txid":"%s","status":{"confirmed":false},"vin":[],"vout":[],"fee":1,"weight":4}'),
        ("evm", "eip155:1", '{"jsonrpc":"2.0","id":1,"result":{"hash":"0x%s","from":"0xa","to":null,"value":"0x1","nonce":"0x0","gasPrice":"0x1","input":"0x"}}'),
        ("tron", "tron:0x2b6653dc", '{"txID":"%s","raw_data":{"contract":[],"expiration":1}}'),
    ],
)  # fmt: skip
async def test_another_transaction_than_the_one_asked_for_is_no_answer(kind: str, name: str, told: str) -> None:
    """What a cache mixed up, or a node invents, is somebody else's: nothing of it reaches the customer."""

    def answer(request: httpx.Request) -> httpx.Response:
        body = request.content.decode()
        if "eth_chainId" in body:
            return httpx.Response(200, text='{"jsonrpc":"2.0","id":1,"result":"0x1"}')
        if "block-height" in str(request.url):
            return httpx.Response(200, text="000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f")
        if "getblock" in str(request.url):
            return httpx.Response(
                200, text='{"blockID":"00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc"}'
            )
        return httpx.Response(200, text=told % ("cd" * 32))

    chain = ADAPTERS[kind](network(name), Node("http://node.example", transport=httpx.MockTransport(answer)))
    with pytest.raises(ChainUnavailable) as refused:
        await chain.transaction(("0x" if kind == "evm" else "") + "ab" * 32)
    assert "another transaction" in str(refused.value.__cause__)
