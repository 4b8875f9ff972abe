"""A key or a SIM card in other hands is a danger before anything is gone, in all languages; asking about either is none."""

from __future__ import annotations

import pytest

from bellrock.triage.rules import Sign, signs


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "my api secret is visible in my public github repo"),
        ("en", "I pushed my API key to github by mistake"),
        ("en", "my phone lost signal and my number was ported to another SIM"),
        ("zh-Hans", "把 API 密钥传到 GitHub 上了"),
        ("zh-Hans", "手机卡被复制了"),
        ("zh-Hant", "API密鑰被公開了，應該是洩漏"),
        ("ja", "APIキーをGitHubに公開してしまいました"),
        ("ja", "SIMスワップされたようで電話が圏外になりました"),
        ("ko", "API 시크릿 키를 깃허브에 올려버렸어요"),
        ("ko", "유심이 복제된 것 같아요"),
        ("es", "mi clave de api se filtró"),
        ("fr", "ma clé api a fuité"),
        ("ru", "утёк api ключ"),
        ("de", "mein API-Key ist auf GitHub gelandet"),
        ("tr", "api anahtarımı github'a koymuşum"),
        ("tr", "sim kartım kopyalanmış, hattım kapandı"),
        ("vi", "lỡ đẩy api key lên github"),
        ("pt", "minha chave de api vazou no github"),
        ("pt", "clonaram meu chip do celular"),
        ("it", "la mia chiave api è stata pubblicata su github"),
        ("pl", "mój klucz api wyciekł"),
        ("id", "kunci api saya bocor"),
        ("nl", "mijn api key is gelekt"),
        ("ar", "سربت مفتاح الـ API بالغلط"),
        ("ar", "تم نسخ شريحتي وصار رقمي عند شخص ثاني"),
        ("uk", "мій api ключ витік"),
    ],
)
def test_a_leaked_key_and_a_copied_sim_are_protected(language: str, text: str) -> None:
    assert Sign.MONEY_AT_RISK in signs(text, language=language)


@pytest.mark.parametrize(
    "text",
    [
        "how do I create an api key and where can I see it",
        "do I need another api key for the test network?",
        "can I use one api key on two servers",
        "I changed my sim card and have a new phone number",
        "api anahtarı nasıl oluşturulur",
        "APIキーの権限を変更したい",
        "api 키 발급 방법 알려주세요",
        "如何创建 API 密钥并绑定 IP",
        "troquei de chip, como mudo o número?",
        "كيف أنشئ مفتاح API جديد؟",
    ],
)
def test_a_question_about_keys_and_cards_raises_no_alarm(text: str) -> None:
    assert Sign.MONEY_AT_RISK not in signs(text)
