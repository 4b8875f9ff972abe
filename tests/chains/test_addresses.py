"""Addresses and transaction ids are told apart by published vectors; what was mistyped is refused; junk does no harm."""

from __future__ import annotations

import json
import random
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bellrock import chains
from bellrock.bench import triage_addresses
from bellrock.chains import Kind, Memo, Note, Why
from bellrock.chains.codecs import BECH32, BITCOIN_58, RIPPLE_58
from bellrock.chains.hashes import crc16, keccak256

BITCOIN = "bip122:000000000019d6689c085ae165831e93"
CASH = "bip122:000000000000000000651ef99cb9fcbe"
LITECOIN = "bip122:12a765e31ffd4059bada1e25190f6e98"
TRON = "tron:0x2b6653dc"
_B64 = string.ascii_letters + string.digits + "-_"
_B32 = string.ascii_uppercase + "234567"
# An address that holds a checksum, the signs it may hold, and its network. Published examples of the specifications.
CHECKED = [
    ("17A16QmavnUfCW11DAApiJxp7ARnxN5pGX", BITCOIN_58, BITCOIN),
    ("3NJZLcZEEYBpxYEUGewU4knsQRn1WM5Fkt", BITCOIN_58, BITCOIN),
    ("bc1q2t63ewm3mvh0ztmnmezxm7s0tefknenxlrlwrk", BECH32, BITCOIN),
    ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", BECH32, BITCOIN),
    ("ltc1qg42tkwuuxefutzxezdkdel39gfstuap288mfea", BECH32, LITECOIN),
    ("LVg2kJoFNg45Nbpy53h7Fe1wKyeXVRhMH9", BITCOIN_58, LITECOIN),
    ("DPS6iZj7roHquvwRYXNBua9QtKPzigUUhM", BITCOIN_58, "bip122:1a91e3dace36e2be3bf030a65679fe82"),
    ("bitcoincash:qq4v32mtagxac29my6gwj6fd4tmqg8rysu23dax807", BECH32, CASH),
    ("TNDzfERDpxLDS2w1q6yaFC7pzqaSQ3Bg3r", BITCOIN_58, TRON),
    ("rG1QQv2nh2gr7RCZ1P8YYcBUKCCN633jCn", RIPPLE_58, "xrpl:0"),
    ("X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ", RIPPLE_58, "xrpl:0"),
    ("GBBM6BKZPEHWYO3E3YKREDPQXMS4VK35YLNU7NFBRI26RAN7GI5POFBB", _B32, "stellar:pubnet"),
    ("GONISIUAYDOMHM7VURRAAAP5H6OAWRRBCPXEIOZO3QI7TZKR5GTAQ7WK7Y", _B32, "algorand:wGHE2Pwdvd7S12BL5FaOP20EGYesN73k"),
    ("EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N", _B64, "tvm:-239"),
    ("cosmos1gu6y2a0ffteesyeyeesk23082c6998xyzmt9mz", BECH32, "cosmos:cosmoshub-4"),
    (
        "addr1qxy3w62dupy9pzmpdfzxz4k240w5vawyagl5m9djqquyymrtm3grn7gpnjh7rwh2dy62hk8639lt6kzn32yxq960usnq9pexvt",
        BECH32,
        "cip34:1-764824073",
    ),
    ("Ae2tdPwUPEYzs5BRbGcoS3DXvK8mwgggmESz4HqUwMyaS9eNksZGz1LMS9v", BITCOIN_58, "cip34:1-764824073"),
    ("tz1Lhf4J9Qxoe3DZ2nfe8FGDnvVj7oKjnMY6", BITCOIN_58, "tezos:NetXdQprcVkpaWU"),
    (
        "48bWuoDG75CXMDHbmPEvUF2hm1vLDic7ZJ7hqRkL65QR9p13AQAX4eEACXNk4YP115Q4KRVZnAvmMBHrcGfv9FvKPZnH6vH",
        BITCOIN_58,
        "monero:418015bb9ae982a1975da7d79277c270",
    ),
    (
        "nano_1wpj616kwhe1y38y1mspd8aub8i334cwybqco511iyuxm55zx8d67ptf1tsf",
        "13456789abcdefghijkmnopqrstuwxyz",
        "nano:mainnet",
    ),
    ("kaspa:qpauqsvk7yf9unexwmxsnmg547mhyga37csh0kj53q6xxgl24ydxjsgzthw5j", BECH32, "kaspa:mainnet"),
    ("SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7", "0123456789ABCDEFGHJKMNPQRSTVWXYZ", "stacks:1"),
    ("f1abjxfbp274xpdqcpuaykwkfb43omjotacm2p3za", "abcdefghijklmnopqrstuvwxyz234567", "fil:f"),
]


def networks(text: str, kind: Kind = Kind.ADDRESS) -> set[str]:
    return {one.network.id for one in chains.identify(text).candidates if one.kind is kind}


def test_the_hashes_give_what_their_authors_published() -> None:
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak256(b"abc").hex() == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
    assert keccak256(b"a" * 136).hex() == "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e"
    assert crc16(b"123456789") == 0x31C3


@pytest.mark.parametrize(("text", "_signs", "network"), CHECKED, ids=lambda value: str(value)[:16])
def test_an_address_with_a_checksum_is_recognised_and_checked(text: str, _signs: str, network: str) -> None:
    found = [one for one in chains.identify(text).candidates if one.network.id == network]
    assert found and all(one.checked for one in found)


@given(data=st.data())
def test_any_changed_character_of_a_checked_address_is_refused(data: st.DataObject) -> None:
    text, signs, network = data.draw(st.sampled_from(CHECKED))
    first = text.rfind(":") + 1 or len(text) - len(text.lstrip("abcdefghijklmnopqrstuvwxyz_"))
    place = data.draw(st.integers(first, len(text) - 1))
    sign = data.draw(st.sampled_from([one for one in signs if one != text[place]]))
    changed = text[:place] + sign + text[place + 1 :]
    assert network not in networks(changed), changed


def test_a_changed_character_of_polkadot_is_refused_but_for_one_in_65536() -> None:
    """SS58 has two bytes of checksum; every change of every character is tried."""
    text = "15FKUKXC6kwaXxJ1tXNywmFy4ZY6FoDFCnU3fMbibFdeqwGw"
    assert networks(text) == {"polkadot:91b171bb158e2d3848fa23a9f1c25182"}
    missed = sum(
        bool(networks(text[:place] + sign + text[place + 1 :]))
        for place in range(len(text))
        for sign in random.Random(place).sample(BITCOIN_58, 20)
        if sign != text[place]
    )
    assert missed <= 1


@given(st.integers(0, 39), st.sampled_from("0123456789abcdefABCDEF"))
def test_a_changed_digit_of_an_evm_address_with_capitals_is_nearly_always_refused(place: int, sign: str) -> None:
    """EIP-55 lets one in about 4,000 slips pass; the digits are those of its own examples."""
    digits = "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    changed = digits[:place] + sign + digits[place + 1 :]
    is_same = changed == digits
    assert bool(networks(f"0x{changed}")) is is_same


def test_an_evm_address_is_never_one_network() -> None:
    reading = chains.identify("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
    first = [one.network.name for one in reading.candidates[:7]]
    assert first == [
        "Ethereum",
        "BNB Smart Chain",
        "Arbitrum One",
        "Base",
        "Polygon",
        "OP Mainnet",
        "Avalanche C-Chain",
    ]
    assert all(one.checked and Note.SAME_EVERYWHERE in one.notes for one in reading.candidates)


def test_small_letters_hide_mistakes_and_the_candidate_says_so() -> None:
    (first, *_) = chains.identify("0xa00354276d2fc74ee91e37d085d35748613f4748").candidates
    assert not first.checked and Note.NO_CHECKSUM in first.notes


def test_old_bitcoin_addresses_are_bitcoin_cash_ones_too() -> None:
    assert {BITCOIN, CASH} <= networks("17A16QmavnUfCW11DAApiJxp7ARnxN5pGX")


def test_an_x_address_tells_its_tag_and_its_classic_address() -> None:
    (plain,) = chains.identify("X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ").candidates
    (tagged,) = chains.identify("X7AcgcsBL6XDcUb289X4mJ8djcdyKaGZMhc9YTE92ehJ2Fu").candidates
    assert (plain.account, plain.tag) == ("r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59", None)
    assert (tagged.account, tagged.tag) == ("r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59", "1")
    assert Note.TAG_INSIDE in tagged.notes and tagged.network.memo is Memo.TAG


def test_a_muxed_stellar_address_tells_its_id_and_its_account() -> None:
    """The example of SEP-23."""
    (found,) = chains.identify("MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK").candidates
    assert found.account == "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"
    assert found.tag == "9223372036854775808"


def test_a_transaction_id_leaves_every_network_open_that_writes_it_so() -> None:
    plain = "0607f62530b68cfcc91c57a1702841dd399a899d0eecda8e31ecca3f52f01df2"
    assert {BITCOIN, LITECOIN, TRON, "xrpl:0", "stellar:pubnet", "eip155:1"} <= networks(plain, Kind.TXID)
    assert {"eip155:1", "eip155:56", "aptos:1"} <= networks(f"0x{plain}", Kind.TXID)
    assert BITCOIN not in networks(f"0x{plain}", Kind.TXID)
    assert "xrpl:0" in networks(plain.upper(), Kind.TXID) and BITCOIN not in networks(plain.upper(), Kind.TXID)


@pytest.mark.parametrize(
    ("text", "network", "why", "position"),
    [
        ("TNDzfERDpxLDS2w1q6yaFC7pzqaSQ3Bg31", TRON, Why.CHECKSUM, 34),
        ("bc1q2t63ewm3mvh0ztmnmezxm7s0tefknenxlrlwrp", BITCOIN, Why.CHECKSUM, 42),
        ("bc1q2t63ewm3mvh0ztmnmezxm7sOtefknenxlrlwrk", BITCOIN, Why.SIGN, 28),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", BITCOIN, Why.CHECKSUM, None),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh", BITCOIN, Why.CHECKSUM, None),
        ("BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", BITCOIN, Why.LENGTH, None),
        ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "eip155:1", Why.CAPITALS, None),
        ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeA", "eip155:1", Why.LENGTH, None),
        ("0xOaAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "eip155:1", Why.SIGN, None),
        ("rG1QQv2nh2gr7RCZ1P8YYcBUKCCN633jCN", "xrpl:0", Why.CHECKSUM, 34),
        ("0x9edaf0f7d9c6629c31bbf0471fc07d696c73b566b93783f7e25d8d5d2b62fa4", "eip155:1", Why.LENGTH, None),
    ],
)  # fmt: skip
def test_a_near_miss_says_what_is_wrong_and_where(text: str, network: str, why: Why, position: int | None) -> None:
    reading = chains.identify(text)
    if why is Why.LENGTH and reading.candidates:  # 63 digits are an address of Aptos
        assert network not in reading.networks
        return
    assert not reading.candidates
    miss = next(one for one in reading.near if network in {found.id for found in one.networks})
    assert (miss.why, miss.position()) == (why, position)


def test_a_message_and_a_link_give_what_they_hold() -> None:
    message = (
        "转账https://bscscan.com/tx/0xb9ae2e808fe8e57171f303ad8f6e3fd17d949b0bfc7b4db6e8e30a71cc517d7e?a=1 到了"
        "TNDzfERDpxLDS2w1q6yaFC7pzqaSQ3Bg3r。 لم يصل (rG1QQv2nh2gr7RCZ1P8YYcBUKCCN633jCn), version 1.2.3, binancecleos"
    )
    found = chains.find(message)
    assert [one.text[:6] for one in found] == ["0xb9ae", "TNDzfE", "rG1QQv"]
    assert all(message[one.start :].startswith(one.text) for one in found)


@pytest.mark.parametrize(
    "words",
    [
        "_{}_",
        "адрес-{}",
        "@{}",
        "{}/",
        "TxID={}",
        "tx:{}",
        "https://example.com/tx/{}",
        "({})",
        "转账{}。",
        "tx={}&x=1",
    ],
)
@pytest.mark.parametrize(
    "written",
    [
        "TNDzfERDpxLDS2w1q6yaFC7pzqaSQ3Bg3r",
        "0607f62530b68cfcc91c57a1702841dd399a899d0eecda8e31ecca3f52f01df2",
        "rG1QQv2nh2gr7RCZ1P8YYcBUKCCN633jCn",
        "0.0.19790-1666769504-858851231",
    ],
)
def test_signs_around_it_hide_nothing(words: str, written: str) -> None:
    assert [one.text for one in chains.find(words.format(written)) if one.candidates] == [written]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("{}?dt=778899", "{}?dt=778899"),
        ("xrp:{}?dt=778899", "{}?dt=778899"),
        ("ripple://{}?amount=5.5&dt=778899&x=1", "{}?amount=5.5&dt=778899"),
        ("我充到（{}?DT=0778899）。", "{}?DT=0778899"),
        ("https://wallet.example/{}?dt=778899", "{}?dt=778899"),
    ],
)
def test_a_destination_tag_behind_its_address_is_read_with_it(written: str, text: str) -> None:
    address, other = "rG1QQv2nh2gr7RCZ1P8YYcBUKCCN633jCn", "ab" * 32
    for message in (written, f"tx={other},{written}"):
        found = [one for one in chains.find(message.format(address)) if one.candidates]
        assert [one.text for one in found[-1:]] == [text.format(address)]
        assert all(message.format(address)[one.start :].startswith(one.text) for one in found)
        (candidate,) = found[-1].candidates
        assert (candidate.account, candidate.tag, candidate.network.id) == (address, "778899", "xrpl:0")
    assert other in {one.text for one in found}


def test_a_link_that_is_to_be_paid_by_is_the_address_with_its_tag() -> None:
    (candidate,) = chains.identify("xrp:rG1QQv2nh2gr7RCZ1P8YYcBUKCCN633jCn?dt=7").candidates
    assert (candidate.account, candidate.tag) == ("rG1QQv2nh2gr7RCZ1P8YYcBUKCCN633jCn", "7")


@pytest.mark.parametrize("query", ["?dt=4294967296", "?dt=", "?dt=12345678901", "?tag=7", "?dt=x"])
def test_what_is_no_destination_tag_hides_no_address(query: str) -> None:
    address = "rG1QQv2nh2gr7RCZ1P8YYcBUKCCN633jCn"
    (found,) = [one for one in chains.find(address + query) if one.candidates]
    assert (found.text, found.candidates[0].tag) == (address, None)


def test_the_padding_of_an_id_in_base64_is_its_own() -> None:
    written = "fJXfn0EVhV09HFuEgUHu4Cchb24nUQtIMwSzmzk2tLs="
    for words in ("txid={}", "txid:{}", '{{"txid":"{}"}}', "https://tonviewer.com/transaction/{}?a=1"):
        (found,) = chains.find(words.format(written))
        assert found.text == written


def test_ordinary_words_are_no_addresses() -> None:
    words = (
        "Verification confirmation 2026-11-22 10:30, order 8812345678901234567, example.com, a@b.example, 0x, 1.0.123"
    )
    assert chains.find(words) == ()


@given(
    st.one_of(
        st.text(max_size=200), st.text(string.printable, max_size=130), st.from_regex(r"\A[a-zA-Z0-9:._/+=-]{20,110}\Z")
    )
)
@example("1" * 44)
@example("bc1" + "q" * 60)
@example("0.0.1-abcde")
@example("NULSd" + "1" * 32)
def test_junk_never_raises(text: str) -> None:
    reading = chains.identify(text)
    assert all(one.network.id for one in reading.candidates)
    assert len(chains.find(text)) <= 12


def test_every_network_has_a_name_of_caip_2() -> None:
    rows = chains.networks()
    assert len(rows) == len({row.id for row in rows}) >= 20
    for row in rows:
        space, _, reference = row.id.partition(":")
        assert 3 <= len(space) <= 15 and 1 <= len(reference) <= 32, row.id
    assert [row.name for row in rows[:3]] == ["Bitcoin", "Ethereum", "TRON"]


@pytest.mark.skipif(not triage_addresses.FOLDER.exists(), reason="the public vectors are not beside this checkout")
def test_the_public_vectors_hold() -> None:
    for figure in triage_addresses.measure():
        assert figure.holds, figure


def test_the_command_says_what_the_room_says() -> None:
    from typer.testing import CliRunner

    from bellrock.cli import app

    lines = "\n".join([json.dumps({"text": CHECKED[8][0]}), "hello", "see 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed!"])
    result = CliRunner().invoke(app, ["chains", "identify", "--jsonl"], input=lines)
    tron, nothing, evm = (json.loads(line) for line in result.stdout.splitlines())
    assert [one["network"] for one in tron["candidates"]] == [TRON]
    assert nothing["candidates"] == nothing["near"] == []
    assert {one["value"] for one in evm["candidates"]} == {"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"}
    assert len(evm["candidates"]) > 40


def test_the_command_answers_every_line_whatever_it_holds() -> None:
    from typer.testing import CliRunner

    from bellrock.cli import app

    address = CHECKED[8][0]
    lines = [
        b'{"text": 5}', b'{"text": null}', b'{"other": "' + address.encode() + b'"}', b"[1, 2]", b"{broken", b"\xff\xfe",
        b'{"text": "\\ud800"}', b"[" * 100_000, b"x" * 500_000, b"", b'"' + address.encode() + b'"',
    ]  # fmt: skip
    result = CliRunner().invoke(app, ["chains", "identify", "--jsonl"], input=b"\n".join(lines))
    assert result.exception is None
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one.get("error") for one in told] == ["no_text"] * 3 + [None] * 5 + ["no_text", None]
    assert [bool(one["candidates"]) for one in told] == [False] * 9 + [True]
