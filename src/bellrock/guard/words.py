"""The words that tell what a number or a string beside them is, in the languages of the product."""

from __future__ import annotations

import re


def _any(*words: str) -> str:
    return "|".join(words)


_SEED_HAN = _any("助记词", "助記詞", "助记词组", "恢复短语", "恢復短語", "种子短语", "種子短語", "恢复词", "註記詞", "注記詞")
SEED_WORDS_HAN = re.compile(rf"{_SEED_HAN}|(?:seed|recovery|mnemonic|secret)[ -]?(?:phrase|words?)", re.I)

SEED_WORDS = re.compile(
    _any(
        _SEED_HAN,
        r"seed[ -]?(?:phrase|words?)", r"(?:my|the|wallet) seed\b", r"recovery (?:phrase|words?|seed)", r"backup phrase",
        r"secret (?:recovery )?phrase", r"mnemonic", r"\b(?:12|24) words\b",
        r"シード(?:フレーズ)?", r"リカバリーフレーズ", r"復元フレーズ", r"ニーモニック",
        r"시드 ?(?:문구|구문|단어)", r"복구 ?(?:구문|문구|단어)", r"니모닉",
        r"frase (?:semilla|de recuperaci[oó]n|de recupera[cç][aã]o|semente|seed|di recupero)", r"palabras semilla",
        r"phrase (?:de r[eé]cup[eé]ration|secr[eè]te|mn[eé]monique)", r"mn[eé]moni[qck]",
        r"(?:сид|seed)[- ]?фраз", r"мнемони", r"фраз\w* восстановления", r"фраз\w* відновлення",
        r"wiederherstellungs(?:phrase|w[oö]rter)", r"(?:kurtarma|tohum|anahtar) (?:c[uü]mle|ifade|kelime)\w*",
        r"c[uụ]m t[uừ] (?:kh[oô]i ph[uụ]c|h[aạ]t gi[oố]ng|b[ií] m[aậ]t)", r"fraza (?:odzyskiwania|seed)",
        r"frasa (?:pemulihan|benih|seed)", r"herstel(?:zin|frase|woorden)",
        r"عبارة (?:الاسترداد|الاستعادة|البذرة|السر)", r"الكلمات السرية", r"العبارة السرية",
    ),
    re.I,
)  # fmt: skip

_PRIVATE_KEY = _any(
    r"priv(?:ate)?[ _-]?keys?", r"secret[ _-]?(?:spend )?key", r"wallet key", r"私[钥鑰]", r"秘密鍵", r"秘密键", r"プライベートキー",
    r"개인 ?키", r"비밀 ?키", r"프라이빗 ?키", r"(?:приватн|закрыт|секретн|закрит)\w* ключ\w*",
    r"privat(?:e[nr]?|er)? ?schl[uü]ssel", r"cl[eé] (?:priv[eé]e|secr[eè]te)", r"(?:clave|llave) (?:privada|secreta)",
    r"chave (?:privada|secreta)", r"chiave (?:privata|segreta)", r"(?:özel|ozel|gizli) anahtar\w*",
    r"kh[oó][aá] (?:ri[eê]ng t[uư]|c[aá] nh[aâ]n|b[ií] m[aậ]t)", r"klucz\w* prywatn\w*", r"kunci (?:pribadi|privat|rahasia)",
    r"priv[eé][- ]?sleutel", r"(?:ال)?مفتاح\w* (?:ال)?(?:خاص|سري)\w*",
)  # fmt: skip
_API_SECRET = _any(
    r"api[ _-]?(?:key[ _-]?)?secret(?:[ _-]?key)?", r"secret[ _-]?api[ _-]?key", r"api[ _-]?private[ _-]?key",
    r"(?:client|access|app)[ _-]?secret", r"(?:access|api|bearer|refresh|session|auth)[ _-]?token", r"\bbearer",
    r"api ?(?:密[钥鑰]|金鑰|私[钥鑰]|秘[密钥鑰])", r"密[钥鑰]", r"api ?シークレット(?:キー)?", r"シークレットキー", r"api ?(?:시크릿|비밀)\s?키?",
    r"(?:secreto|segredo|segreto|secret) (?:de (?:la |l[’'])?|da |dell[’'])?api", r"cl[eé] secr[eè]te (?:de l[’'])?api",
    r"api[- ]?(?:geheimnis|geheim)", r"секрет\w* (?:ключ\w* )?api", r"api[- ]?секрет\w*", r"api gizli anahtar\w*",
    r"\bsecret\b(?= ?[:=\uff1a\"'])", r"\bapi[ _-]?secret",
)  # fmt: skip
_AUTHENTICATOR = _any(
    r"(?:2fa|totp|google auth\w*|authenticator)[ _-]?(?:app )?(?:secret|backup|set-?up|recovery|seed)?[ _-]?(?:key|code|secret|seed)",
    r"(?:谷歌|身份)?验证器?(?:密钥|秘钥)", r"驗證器?(?:密鑰|金鑰)", r"(?:2fa|google) ?(?:密[钥鑰]|金鑰)",
    r"ключ\w* (?:2fa|google authenticator|аутентификатора)", r"(?:clave|chave|cl[eé]|chiave) (?:de |di )?(?:2fa|google)",
)  # fmt: skip
_PUBLIC = _any(
    r"tx[ _-]?(?:id|n|hash)?s?\b", r"hash\w*", r"transac\w*", r"trans[aá]?[kz]\w*", r"交易", r"哈希", r"雜湊", r"取引", r"ハッシュ",
    r"トランザクション", r"트랜잭션", r"해시", r"거래", r"тран[зс]\w*", r"х[эеє]ш\w*", r"i̇?şlem\w*", r"giao d[iị]ch",
    r"معاملة", r"المعاملة", r"تجزئة", r"address\w*", r"adress\w*", r"地址", r"アドレス", r"주소", r"адрес\w*", r"block\w*", r"区块",
    r"contract", r"signature", r"public[ _-]?key", r"公[钥鑰開开]\S?", r"order", r"订单", r"訂單", r"注文", r"주문", r"заказ\w*", r"ордер\w*",
    r"withdraw\w*", r"deposit\w*", r"提现", r"提币", r"充值", r"出金", r"入金", r"merkle", r"commit", r"sha-?256", r"checksum",
)  # fmt: skip

# The nearest of these before (or else behind) a string says what it is.
STRING_WORDS = re.compile(
    rf"(?P<twofa>{_AUTHENTICATOR})|(?P<api>{_API_SECRET})|(?P<key>{_PRIVATE_KEY})|(?P<public>{_PUBLIC})", re.I
)

CODE_WORDS = re.compile(
    _any(
        r"(?:verification|one[- ]?time|sms|login|log-in|sign-?in|security|confirmation|authenticat\w+|2fa|otp|email) "
        r"(?:pass)?code", r"\botp\b", r"\b2fa\b(?! code)", r"验证码", r"驗證碼", r"动态码", r"動態碼", r"校验码", r"認証コード", r"確認コード", r"認証番号",
        r"ワンタイムパスワード", r"인증 ?(?:번호|코드)", r"확인 ?코드", r"c[oó]digo (?:de )?(?:verifica\w+|seguran\w+|seguridad|sms|2fa)",
        r"code (?:de )?(?:v[eé]rification|s[eé]curit[eé]|confirmation|sms|2fa)", r"codice (?:di )?(?:verifica|sicurezza|sms|2fa)",
        r"(?:best[aä]tigungs|verifizierungs|sicherheits|sms|2fa|einmal)-?code", r"код\w* (?:подтверждения|из смс|підтвердження|2fa|верификации)",
        r"(?:смс|sms)-?код\w*", r"(?:do[gğ]rulama|onay|g[uü]venlik|sms) kod\w*", r"m[aã] (?:x[aá]c (?:minh|th[uự]c|nh[aậ]n)|otp|2fa)",
        r"kod\w* (?:weryfikacyjn\w*|sms|2fa|potwierdzaj\w*)", r"kode (?:verifikasi|otp|keamanan|2fa)",
        r"(?:verificatie|beveiligings|bevestigings|sms-?|2fa-?)code", r"(?:رمز|كود) (?:ال)?(?:تحقق|تأكيد|أمان)", r"رمز otp",
    ),
    re.I,
)  # fmt: skip

PASSWORD_WORDS = re.compile(
    _any(
        r"pass(?:word|wort|phrase|code)", r"\bpwd", r"密码", r"密碼", r"パスワード", r"비밀번호", r"패스워드", r"contrase[nñ]a", r"mot de passe",
        r"парол\w*", r"\bsenha", r"palavra-passe", r"[sş]ifre(?:m|miz)?", r"parola\w*", r"m[aậ]t kh[aẩ]u", r"has[lł]o", r"kata sandi", r"sandi",
        r"wachtwoord", r"كلمة (?:المرور|السر|مرور)", r"kennwort",
    ),
    re.I,
)  # fmt: skip

CARD_WORDS = re.compile(
    _any(
        r"\bcards?\b", r"\bvisa\b", r"mastercard", r"\bamex\b", r"american express", r"credit", r"debit", r"[银信][行用]卡", r"卡号", r"卡號",
        r"カード", r"카드", r"tarjeta", r"carte", r"карт\w*", r"карта", r"karten?", r"kart\w*", r"cart[aã]o", r"carta", r"th[eẻ]", r"kartu", r"kaart",
        r"بطاقة", r"البطاقة",
    ),
    re.I,
)  # fmt: skip

NUMBER_IS_PUBLIC = re.compile(
    _any(
        r"order\w*", r"\buid", r"user ?id", r"\bid", r"trade\w*", r"withdraw\w*", r"deposit\w*", r"\btx\w*", r"hash", r"ref\w*", r"ticket\w*", r"case",
        r"invoice", r"block", r"nonce", r"timestamp", r"phone", r"mobile", r"订单\w?", r"訂單", r"单号", r"單號", r"编号", r"用户", r"交易\w?", r"流水号", r"手机\w?", r"电话",
        r"注文\w*", r"番号", r"取引", r"주문\s?\w*", r"거래", r"번호", r"pedido", r"orden", r"ordem", r"ordine", r"commande", r"bestell\w*", r"auftrag\w*", r"заказ\w*",
        r"ордер\w*", r"замовлен\w*", r"sipari[sş]\w*", r"emir", r"[dđ][oơ]n h[aà]ng", r"l[eệ]nh", r"zam[oó]wieni\w*", r"zleceni\w*", r"pesanan", r"طلب", r"الطلب",
        r"account", r"iban", r"账号", r"帐号", r"konto\w*", r"cuenta", r"compte", r"conta", r"conto", r"hesap", r"rekening", r"memo", r"tag", r"amount", r"数量", r"金额",
    )
    + r"(?:[\s#:\uff1a=(\[\"'\u2116]|no\.?|number|num|n[°ºr]\.?|is|是|为|為|は)*$",
    re.I,
)  # fmt: skip

CHECK_VALUE = re.compile(
    r"\b(?:cvv2?|cvc2?|cvn|安全码|安全碼|セキュリティコード)(?:\s?(?:code|number|is|[:=#\uff1a]|是)){0,3}\s?\d{3,4}(?!\d)", re.I
)
