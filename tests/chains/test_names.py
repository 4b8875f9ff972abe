"""Networks are found by the words of customers, in their scripts, and by links; coins and ordinary words are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import chains


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("I sent USDT via TRC20", ["TRON"]),
        ("usdt trc-20 instead of erc 20", ["TRON", "Ethereum"]),
        ("bep20 のネットワーク", ["BNB Smart Chain"]),
        ("我用波场转账到以太坊地址", ["TRON", "Ethereum"]),
        ("我從幣安智能鏈轉出", ["BNB Smart Chain"]),
        ("отправил через сеть TRX вместо эфириум", ["TRON", "Ethereum"]),
        ("이더리움 대신 아비트럼으로 보냈어요", ["Ethereum", "Arbitrum One"]),
        ("イーサリアムではなくポリゴンで送金", ["Ethereum", "Polygon"]),
        ("أرسلت عبر شبكة ترون", ["TRON"]),
        ("ETH ağı yerine BSC ağından gönderdim", ["Ethereum", "BNB Smart Chain"]),
        ("mạng BEP20, not Bitcoin Cash", ["BNB Smart Chain", "Bitcoin Cash"]),
        ("on the Base network", ["Base"]),
        ("réseau SOL", ["Solana"]),
        ("Ethereum Classic", ["Ethereum Classic"]),
        ("через ТРС20 вместо ВЕР20", ["TRON", "BNB Smart Chain"]),  # all Cyrillic
        ("через трц20", ["TRON"]),
        ("bridged to Linea mainnet", ["Linea"]),
        ("LINEA network", ["Linea"]),
        ("ETH via Linea gesendet", ["Linea"]),
        ("avax c-chain", ["Avalanche C-Chain"]),
        ("ETH ağından gönderdim", ["Ethereum"]),
        ("w sieci ETH", ["Ethereum"]),
        ("мережею ETH", ["Ethereum"]),
        ("через сетку SOL", ["Solana"]),
        ("la red de ETH, a rede da SOL", ["Ethereum", "Solana"]),
        ("بعثتها على شبكة الـ ETH", ["Ethereum"]),
        ("SOL망으로 출금했어요", ["Solana"]),
    ],
)
def test_a_network_is_found_as_people_write_it(text: str, names: list[str]) -> None:
    assert [network.name for network in chains.named(text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "I bought 0.5 ETH",
        "the base price",
        "near the top",
        "opened",
        "my tone",
        "electron wallet",
        "a linear order",
        "sold SOL",
        "sono in linea da un'ora",
        "Linea occupata",
        "ETH망했다",
        "поповнив 19 вер 20:15",  # September, in Ukrainian
    ],
)
def test_coins_and_ordinary_words_are_no_networks(text: str) -> None:
    assert chains.named(text) == ()


def test_a_link_puts_its_network_first_and_keeps_the_others() -> None:
    txid = "0xb9ae2e808fe8e57171f303ad8f6e3fd17d949b0bfc7b4db6e8e30a71cc517d7e"
    (reading,) = chains.find(f"see https://www.bscscan.com/tx/{txid}#eventlog please")
    assert reading.link and reading.link.name == "BNB Smart Chain"
    assert reading.candidates[0].network.id == "eip155:56"
    assert "eip155:1" in reading.networks
    (plain,) = chains.find(f"see {txid}")
    assert plain.link is None and plain.candidates[0].network.id == "eip155:1"
    (lying,) = chains.find(f"https://tronscan.org/#/tx/{txid}")  # TRON writes no 0x
    assert lying.link is None


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    assert all(network.id for network in chains.named(text))
    assert chains.linked(text) is None or chains.linked(text) in chains.networks()


def test_the_page_of_an_explorer_leads_back_to_its_network() -> None:
    for network in chains.networks():
        page = chains.explorer_page(network.id, "ab12")
        assert page is None or (page.endswith("/ab12") and chains.linked(page) == network)
    assert chains.explorer_page("eip155:1", "x/../y") is None
    assert chains.explorer_page("nano:mainnet", "ab12") is None


TXID = "27f682256799dc9eb531093b7166bbdc129b21d339d290c1020d843890313467"


@pytest.mark.parametrize(
    ("link", "name"),
    [
        (f"https://www.oklink.com/zh-hans/tron/tx/{TXID}", "TRON"),
        (f"https://mempool.space/de/tx/{TXID}", "Bitcoin"),
        (f"https://live.blockcypher.com/ltc/tx/{TXID}", "Litecoin"),
        (f"https://mempool.space/testnet4/tx/{TXID}", None),
        (f"https://sepolia.etherscan.io/tx/0x{TXID}", None),
        (f"shasta.tronscan.org/#/transaction/{TXID}", None),
        (f"https://etherscan.io.example.com/tx/0x{TXID}", None),
        ("https://solscan.io/tx/5gim?cluster=devnet", None),
    ],
)
def test_links_in_other_languages_are_read_and_those_to_test_networks_lead_nowhere(link: str, name: str | None) -> None:
    found = chains.linked(link)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    "message",
    [
        f"txid 0x{TXID[:30]}\u200b{TXID[30:]} missing",
        f"هاش المعاملة: \u200e0x{TXID}\u200f لم يصل",
        f"TxID\u200b0x{TXID}",
        f"哈希０ｘ{TXID}没到",
    ],
)
def test_signs_that_cannot_be_seen_and_wide_letters_do_no_harm(message: str) -> None:
    (found,) = [one for one in chains.find(message) if one.candidates]
    assert found.text.removeprefix("0x") == TXID
    assert message[found.start] in "0２27０"


def test_letters_of_another_script_are_told_and_never_taken_for_the_address() -> None:
    imitated = "bc1q\u0430r0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
    (found,) = chains.find(f"pay {imitated} please")
    for reading in (found, chains.identify(imitated)):
        assert (reading.text, reading.candidates) == (imitated, ())
        assert {miss.why for miss in reading.near} == {chains.Why.SIGN}
    assert chains.find("привет, а как у вас дела и всё ли хорошо работает сегодня") == ()


@given(st.text(st.sampled_from("аТРСВЕ20Ｔ１usdt ,.")), st.sets(st.sampled_from(["TRC20", "USDT", "BEP20", "A"])))
def test_codes_in_other_letters_keep_their_places(text: str, codes: set[str]) -> None:
    assert len(chains.as_codes(text, codes)) == len(text)
