"""Search finds what readers type, in every script, and not what nobody meant."""

from __future__ import annotations

import tomllib
from datetime import datetime

import pytest

from bellrock import guard, knowledge
from bellrock.bench.triage_search import typed
from bellrock.core import SYSTEM, Transaction
from bellrock.knowledge import index, names
from bellrock.knowledge.seeding import plan
from bellrock.vault import Vault

ASKED = [
    ("en", "I forgot my password", "login_failed"),
    ("en", "cannot log in", "login_failed"),
    ("en", "the code does not arrive", "login_failed"),
    ("en", "withdrawal suspended", "withdrawal_suspended"),
    ("en", "why is my withdrawel suspendd", "withdrawal_suspended"),
    ("en", "passkey", "two_factor_setup"),
    ("en", "autenticator app setup", "two_factor_setup"),
    ("en", "which network should I choose", "network_fee"),
    ("en", "deposit adress", "address_or_network_help"),
    ("en", "tax report", "statement_or_tax"),
    ("en", "funding rate every 8 hours", "funding_rate"),
    ("en", "is this email really from you", "verify_official_channel"),
    ("en", "429 Retry-After", "api_rate_limit"),
    ("en", "verfy my identity passport", "kyc_how_to"),
    ("en", "recovery words wallet", "web3_wallet"),
    ("zh-Hans", "忘记密码怎么办", "login_failed"),
    ("zh-Hans", "收不到验证码", "login_failed"),
    ("zh-Hans", "提现暂停", "withdrawal_suspended"),
    ("zh-Hans", "手续费怎么算", "trading_fee"),
    ("zh-Hans", "资金费率", "funding_rate"),
    ("zh-Hans", "助记词丢了", "web3_wallet"),
    ("zh-Hans", "报税", "statement_or_tax"),
    ("zh-Hans", "怎么做身份认证", "kyc_how_to"),
    ("zh-Hans", "钓鱼网站举报", "phishing_report"),
    ("ar", "نسيت كلمة المرور", "login_failed"),
    ("ar", "نَسِيتُ كَلِمَةَ المُرُور", "login_failed"),
    ("ar", "السحب موقوف", "withdrawal_suspended"),
    ("ar", "توثيق الهوية", "kyc_how_to"),
    ("ar", "رسوم التداول", "trading_fee"),
    ("ar", "عنوان الايداع", "address_or_network_help"),
    ("ar", "معدل التمويل", "funding_rate"),
]


@pytest.mark.parametrize(("language", "asked", "topic"), ASKED)
async def test_finds_the_article_among_the_first_three(
    seeded: Transaction, language: str, asked: str, topic: str
) -> None:
    hits = await knowledge.search(seeded, text=asked, language=language)
    answer = await knowledge.answer_for(seeded, topic=topic, language=language)
    assert answer is not None
    titles = [hit.card.title for hit in hits[:3]]
    assert answer.title in titles
    assert all(hit.card.language == language for hit in hits)


async def test_puts_the_right_article_first_nearly_always(seeded: Transaction) -> None:
    first = 0
    for language, asked, topic in ASKED:
        hits = await knowledge.search(seeded, text=asked, language=language)
        answer = await knowledge.answer_for(seeded, topic=topic, language=language)
        first += bool(hits and answer and hits[0].card.article_id == answer.article_id)
    assert first >= len(ASKED) * 0.85


async def test_finds_what_people_type_by_words_alone(seeded: Transaction) -> None:
    queries = [query for query in typed() if query.language in ("en", "zh-Hans", "ar")]
    missed = []
    for query in queries:
        hits = await knowledge.search(seeded, text=query.text, language=query.language, limit=3)
        answer = await knowledge.answer_for(seeded, topic=query.topic, language=query.language)
        if answer is None or answer.article_id not in [hit.card.article_id for hit in hits]:
            missed.append(query)
    assert len(missed) <= len(queries) * 0.05, missed


@pytest.mark.parametrize(
    ("asked", "topic"),
    [
        ("2FA", "two_factor_setup"),
        ("２ｆａ", "two_factor_setup"),
        ("how do I add Google Authenticator?", "two_factor_setup"),
        ("Auszahlungsgebuehren Auszahlungsgebühren", "network_fee"),
        ("пройти верификацию", "kyc_how_to"),
        ("KALDIRAÇ", "margin_and_leverage"),
        ("ほんにんかくにん", "kyc_how_to"),
        ("الخصم كل ٨ ساعات", "funding_rate"),
        ("quen mat khau", "login_failed"),
        ("депозит не пришёл", "address_or_network_help"),
        ("Einzahlung nicht angekommen", "address_or_network_help"),
        ("yanlış ağa gönderdim", "address_or_network_help"),
    ],
)
def test_knows_what_people_call_a_subject(asked: str, topic: str) -> None:
    assert names.named(index.words(asked))[0] == topic


@pytest.mark.parametrize("asked", ["", "…", "2f", "authenticatory", "a taxi to the airport"])
def test_a_part_of_a_name_is_none(asked: str) -> None:
    assert names.named(index.words(asked)) == []


def test_every_name_is_of_an_article_and_found_as_it_stands() -> None:
    for topic, listed in tomllib.loads(names.FILE.read_text(encoding="utf-8")).items():
        assert topic in plan()["articles"]
        assert len(set(listed)) == len(listed)
        assert all(topic in names.named(index.words(name.removesuffix("*"))) for name in listed)


@pytest.mark.parametrize("asked", ["", "   ", "xqzvw", "؟؟؟", "…", "🙂", "qqqqqqqq wwwwwwww", "\x00"])
async def test_finds_nothing_where_nothing_fits(seeded: Transaction, asked: str) -> None:
    assert await knowledge.search(seeded, text=asked, language="en") == []


@pytest.mark.parametrize(
    "asked",
    [
        "'); DROP TABLE articles; --",
        "fund\x00ing",
        "a' | !b & (c <-> d):*",
        "\\",
        "''",
        "%",
        "x" * 100_000,
        "提" * 10_000,
    ],
)
async def test_takes_any_text(seeded: Transaction, asked: str) -> None:
    assert isinstance(await knowledge.search(seeded, text=asked, language="en"), list)


async def test_a_question_in_another_language_finds_the_article_in_the_readers(seeded: Transaction) -> None:
    hits = await knowledge.search(seeded, text="资金费率", language="en")
    answer = await knowledge.answer_for(seeded, topic="funding_rate", language="en")
    assert answer is not None
    assert (hits[0].card.article_id, hits[0].card.language) == (answer.article_id, "en")
    assert await knowledge.search(seeded, text="多空双方", language="en", elsewhere=False) == []


async def test_traditional_readers_get_simplified_before_english(seeded: Transaction) -> None:
    hits = await knowledge.search(seeded, text="API", language="zh-Hant")
    assert {hit.card.language for hit in hits} == {"zh-Hans"}


SCRIPTS = [
    ("ja", "出金が保留になっている", "出金の保留が解除されるまで二十四時間かかります。", "保留", "入金アドレスの確認方法"),
    ("ja", "パスワードを忘れた", "ログインページから再設定できます。", "ぱすわーど パスワード", "手数料の計算"),
    ("ko", "출금이 지연되는 이유", "네트워크가 혼잡하면 출금이 늦어질 수 있습니다.", "출금지연", "로그인 비밀번호 찾기"),
    ("ko", "비밀번호를 잊어버렸어요", "로그인 화면에서 재설정할 수 있습니다.", "비밀번호 재설정", "입금 주소 확인"),
    ("en", "ถอนเงินไม่ได้เพราะอะไร", "การถอนเงินจะถูกระงับยี่สิบสี่ชั่วโมงหลังเปลี่ยนรหัสผ่าน", "ถอนเงินไม่ได้", "วิธีฝากเหรียญ"),
    ("vi", "Không rút được tiền", "Việc rút tiền bị tạm dừng 24 giờ sau khi đổi mật khẩu.", "rut tien bi tam dung", "Địa chỉ nạp"),
    ("ru", "Вывод средств приостановлен", "Вывод приостанавливается на 24 часа.", "приостановлен вывод", "Адрес пополнения"),
    ("tr", "Para çekme askıya alındı", "Çekim işlemi 24 saat bekletilir.", "para cekme", "Yatırma adresi"),
    ("de", "Auszahlung ausgesetzt", "Auszahlungen ruhen 24 Stunden.", "auszahlungen ruhen", "Einzahlungsadresse finden"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "title", "answer", "asked", "other"), SCRIPTS)
async def test_finds_in_every_script(
    seeded: Transaction, vault: Vault, now: datetime, language: str, title: str, answer: str, asked: str, other: str
) -> None:
    wanted = await _publish(seeded, vault, now, language=language, slug="wanted", title=title, answer=answer)
    await _publish(seeded, vault, now, language=language, slug="other", title=other, answer=other)
    hits = await knowledge.search(seeded, text=asked, language=language)
    assert hits[0].card.article_id == wanted


async def test_does_not_find_drafts(seeded: Transaction, vault: Vault, now: datetime) -> None:
    text = _text("Zymurgy", "About zymurgy.", "Zymurgy.")
    article_id = await knowledge.start_article(
        seeded, vault, category_slug="general", topic=None, slug="zymurgy", text=text, by=SYSTEM, now=now
    )
    assert await knowledge.search(seeded, text="zymurgy", language="en") == []
    await knowledge.publish(seeded, vault, article_id=article_id, language="en", number=1, by=SYSTEM, now=now)
    assert len(await knowledge.search(seeded, text="zymurgy", language="en")) == 1
    await knowledge.unpublish(seeded, vault, article_id=article_id, language="en", by=SYSTEM, now=now)
    assert await knowledge.search(seeded, text="zymurgy", language="en") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("withdrawals", "withdrawal"),
        ("fees", "fee"),
        ("addresses", "Address"),
        ("Überweisung", "uberweisung"),
        ("السَّحْب", "سحب"),
        ("والإيداع", "ايداع"),
        ("ＰＡＳＳＷＯＲＤ", "password"),
        ("мой", "мои"),
        ("٢٤", "24"),
        ("đòn bẩy", "don bay"),
        ("WYPŁATA", "wyplata"),
        ("ســحــب", "سحب"),
    ],
)
def test_reads_two_spellings_as_one_word(one: str, other: str) -> None:
    assert index.words(one) == index.words(other)


async def _publish(
    tx: Transaction, vault: Vault, now: datetime, *, language: str, slug: str, title: str, answer: str
) -> object:
    article_id = await knowledge.start_article(
        tx,
        vault,
        category_slug="general",
        topic=None,
        slug=slug,
        text=_text(title, answer, answer),
        by=SYSTEM,
        now=now,
        language=language,
    )
    await knowledge.publish(tx, vault, article_id=article_id, language=language, number=1, by=SYSTEM, now=now)
    return article_id


def _text(title: str, answer: str, body: str) -> knowledge.Text:
    return knowledge.Text(guard.screen(title), guard.screen(answer), guard.screen(body))
