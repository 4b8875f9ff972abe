import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import language

WALLET_STRINGS = Path(__file__).resolve().parents[3] / "shared" / "data" / "intents" / "wallet-strings"
FILES = {
    "ar": "ar", "de_de": "de", "en": "en", "es": "es", "fr_fr": "fr", "id_id": "id", "it": "it", "jp_jp": "ja", "ko_KR": "ko",
    "nl_nl": "nl", "pl": "pl", "pt_br": "pt", "ru": "ru", "tr_tr": "tr", "ua": "uk", "vi_vn": "vi", "zh_cn": "zh-Hans", "zh_tw": "zh-Hant",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Hello, where is my money? I sent it yesterday.", "en"),
        ("我的提现还没有到账", "zh-Hans"),
        ("我的提領還沒有到賬", "zh-Hant"),
        ("出金がまだ届きません", "ja"),
        ("출금이 아직 도착하지 않았습니다", "ko"),
        ("¿Dónde está mi dinero? Lo envié ayer.", "es"),
        ("Où est mon argent ? Je l'ai envoyé hier.", "fr"),
        ("Где мои деньги? Я отправил их вчера.", "ru"),
        ("Wo ist mein Geld? Ich habe es gestern geschickt.", "de"),
        ("Param nerede? Dün gönderdim.", "tr"),
        ("Tiền của tôi ở đâu? Tôi đã gửi hôm qua.", "vi"),
        ("Onde está o meu dinheiro? Enviei ontem.", "pt"),
        ("Dove sono i miei soldi? Li ho inviati ieri.", "it"),
        ("Gdzie są moje pieniądze? Wysłałem je wczoraj.", "pl"),
        ("Di mana uang saya? Saya sudah mengirimnya kemarin.", "id"),
        ("Waar is mijn geld? Ik heb het gisteren gestuurd.", "nl"),
        ("أين أموالي؟ أرسلتها أمس.", "ar"),
        ("Де мої гроші? Я надіслав їх учора.", "uk"),
    ],
)
def test_knows_each_language(text: str, tag: str) -> None:
    found = language.detect(text)
    assert found.language == tag
    assert found.confidence > 0.8


@pytest.mark.parametrize("text", ["", "123", "0x4a5e1e4baab8", "https://example.com/de/hilfe", "😀", "⟦seed⟧"])
def test_a_text_that_says_nothing_takes_the_language_of_the_page(text: str) -> None:
    assert language.detect(text, prior="tr") == language.Detection("tr", 0.0)
    assert language.detect(text).language == "en"


def test_the_page_decides_short_texts_and_not_long_ones() -> None:
    assert language.detect("ok", prior="nl").language == "nl"
    assert language.detect("入金確認", prior="ja").language == "ja"
    assert (
        language.detect("Where is my money? I sent it to you yesterday and nothing came.", prior="nl").language == "en"
    )


def test_tickers_and_networks_do_not_make_a_chinese_text_english() -> None:
    assert language.detect("USDT TRC20 提现 BTC ETH 失败 pending").language == "zh-Hans"


def test_without_the_model_scripts_and_the_page_decide() -> None:
    assert language.detect("Где деньги? Их всё нет", with_model=False).language == "ru"
    assert language.detect("Wo ist mein Geld?", prior="de", with_model=False).language == "de"


@given(st.text(max_size=200), st.sampled_from([None, "de", "zh-Hant", "xx"]))
def test_any_text_gets_one_of_the_eighteen(text: str, prior: str | None) -> None:
    found = language.detect(text, prior)
    assert found.language in language.LANGUAGES
    assert 0 <= found.confidence <= 1
    assert found.language not in dict(found.alternatives)


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys; from bellrock import language; language.detect('Hello my friend'); "
        "sys.exit(any(name in sys.modules for name in ('numpy', 'py3langid')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_wallet_strings_by_number_of_words() -> None:
    if not WALLET_STRINGS.exists():
        pytest.skip("the shared test data data/intents/wallet-strings is not on this machine")
    right: Counter[str] = Counter()
    helped: Counter[str] = Counter()
    total: Counter[str] = Counter()
    english = dict(_keyed(_load("en")))
    for name, tag in FILES.items():
        for key, raw in _keyed(_load(name)):
            text = re.sub(r"\{.*?\}", "", raw)
            if tag != "en" and english.get(key) == raw:
                continue
            size = _size(text, tag)
            total[size] += 1
            right[size] += language.detect(text).language == tag
            helped[size] += language.detect(text, prior=tag).language == tag
    for size in ("1", "2-3", "4-8", "9+"):
        share, with_page = right[size] / total[size], helped[size] / total[size]
        print(f"language of {total[size]} texts of {size} words: {share:.3f}, with the page's language {with_page:.3f}")
    assert right["2-3"] / total["2-3"] > 0.87
    assert right["4-8"] / total["4-8"] > 0.975
    assert right["9+"] / total["9+"] > 0.99
    assert helped["2-3"] / total["2-3"] > 0.97


def _load(name: str) -> dict[str, Any]:
    tree: dict[str, Any] = json.loads((WALLET_STRINGS / f"{name}.json").read_text(encoding="utf-8"))
    return tree


def _keyed(tree: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _keyed(value, f"{path}{key}.")
        elif isinstance(value, str):
            yield f"{path}{key}", value


def _size(text: str, tag: str) -> str:
    if tag in ("zh-Hans", "zh-Hant", "ja"):
        words = (len(re.findall("[\u3041-\u9fff]", text)) + 1) // 2
    else:
        words = len(re.findall(r"[^\W\d_]+", text))
    return "1" if words <= 1 else "2-3" if words <= 3 else "4-8" if words <= 8 else "9+"


@pytest.mark.parametrize("prior", [None, "en", "zh-Hant"])
@pytest.mark.parametrize("text", ["轉真人客服", "我真的很氣", "概念幣真的好嗎"])
def test_what_chinese_writes_as_japanese_does_tells_no_japanese(text: str, prior: str | None) -> None:
    assert language.detect(text, prior).language == "zh-Hant"


@pytest.mark.parametrize("prior", ["zh-Hans", "zh-Hant"])
def test_a_chinese_reader_who_wants_a_real_person_is_answered_in_chinese(prior: str) -> None:
    assert language.detect("真人客服", prior).language == prior
    assert language.detect("立即", prior).language == prior
    assert language.detect("欠款", prior).language == prior


@pytest.mark.parametrize("text", ["発送検査", "円売却", "図書譲渡"])
def test_characters_of_japan_alone_tell_japanese(text: str) -> None:
    assert language.detect(text, None).language == "ja"
