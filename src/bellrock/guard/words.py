"""The words that tell what a number or a string beside them is, in the languages of the product.

Each block holds patterns, one or more a line, with two spaces between. The stems beside a block are a quick test: where a
text holds none of them, the block cannot match and is not tried.
"""

from __future__ import annotations

import re


def _any(block: str) -> str:
    return "|".join(word for word in re.split(r" {2,}|\n", block) if word)


def has_stem(lowered: str, stems: tuple[str, ...]) -> bool:
    """Say whether a lower-case text holds one of the stems."""
    return any(stem in lowered for stem in stems)


_SEED_HAN = _any("""
    助记词  助記詞  恢复短语  恢復短語  种子短语  種子短語  恢复词  註記詞  注記詞
""")
SEED_WORDS_HAN = re.compile(rf"{_SEED_HAN}|(?:seed|recovery|mnemonic|secret)[ -]?(?:phrase|words?)", re.I)

SEED_WORDS = re.compile(
    _SEED_HAN
    + "|"
    + _any(r"""
    seed[ -]?(?:phrase|words?)  (?:my|the|wallet) seed\b  recovery (?:phrase|words?|seed)  backup phrase
    (?:my|the|wallet) (?:phrase|words)(?: is| are)? ?[:=]
    (?:meine|die) w[oö]rter(?: sind)? ?[:=]  (?:mis|as|minhas) pala[bv]ras ?[:=]  mes mots ?[:=]  le mie parole ?[:=]
    kelimelerim ?[:=]  мои слова ?[:=]  мої слова ?[:=]  moje s[lł]owa ?[:=]  mijn woorden ?[:=]
    secret (?:recovery )?phrase  mnemonic  \b(?:12|24) words\b
    シード(?:フレーズ)?  リカバリーフレーズ  復元フレーズ  ニーモニック
    시드 ?(?:문구|구문|단어)  복구 ?(?:구문|문구|단어)  니모닉
    frase (?:semilla|semente|seed|de recuperaci[oó]n|de recupera[cç][aã]o|di recupero)  palabras semilla
    phrase (?:de r[eé]cup[eé]ration|secr[eè]te|mn[eé]monique)  mn[eé]moni[qck]
    (?:сид|seed)[- ]?фраз  мнемони  фраз\w* восстановления  фраз\w* відновлення
    wiederherstellungs(?:phrase|w[oö]rter)
    (?:kurtarma|tohum|anahtar) (?:c[uü]mle|ifade|kelime)\w*
    c[uụ]m t[uừ] (?:kh[oô]i ph[uụ]c|h[aạ]t gi[oố]ng|b[ií] m[aậ]t)
    fraza (?:odzyskiwania|seed)  frasa (?:pemulihan|benih|seed)  herstel(?:zin|frase|woorden)
    عبارة (?:الاسترداد|الاستعادة|البذرة|السر)  الكلمات السرية  العبارة السرية
    """),
    re.I,
)

_PRIVATE_KEY = _any(r"""
    priv(?:ate)?[ _-]?keys?  secret[ _-]?(?:spend )?key  wallet key
    私[钥鑰]  秘密鍵  プライベートキー  개인 ?키  비밀 ?키  프라이빗 ?키
    (?:приватн|закрыт|секретн|закрит)\w* ключ\w*
    privat(?:e[nr]?|er)? ?schl[uü]ssel  priv[eé][- ]?sleutel
    cl[eé] (?:priv[eé]e|secr[eè]te)  (?:clave|llave) (?:privada|secreta)  chave (?:privada|secreta)
    chiave (?:privata|segreta)  (?:özel|ozel|gizli) anahtar\w*
    kh[oó][aá] (?:ri[eê]ng t[uư]|c[aá] nh[aâ]n|b[ií] m[aậ]t)
    klucz\w* prywatn\w*  kunci (?:pribadi|privat|rahasia)
    (?:ال)?مفتاح\w* (?:ال)?(?:خاص|سري)\w*
""")
_API_SECRET = _any(r"""
    api[ _-]?(?:key[ _-]?)?secret(?:[ _-]?key)?  secret[ _-]?api[ _-]?key  api[ _-]?private[ _-]?key
    (?:client|access|app)[ _-]?secret  (?:access|api|bearer|refresh|session|auth)[ _-]?token  \bbearer
    api ?(?:密[钥鑰]|金鑰|私[钥鑰]|秘[密钥鑰])  密[钥鑰]  api ?シークレット(?:キー)?  シークレットキー
    api ?(?:시크릿|비밀) ?키?  시크릿 ?키?  (?:secreto|segredo|segreto|secret) (?:de (?:la |l[’'])?|da |dell[’'])?api
    cl[eé] secr[eè]te (?:de l[’'])?api  api[- ]?(?:geheimnis|geheim)  секрет\w* (?:ключ\w* )?api
    api[- ]?секрет\w*  api gizli anahtar\w*  \bsecret\b(?= ?[:=\uff1a"'])
""")
_AUTHENTICATOR = _any(r"""
    (?:2fa|totp|google auth\w*|authenticator)[ _-]?(?:app )?(?:secret|backup|set-?up|recovery)?[ _-]?(?:key|code|secret|seed)
    (?:谷歌|身份)?验证器?(?:密钥|秘钥)  驗證器?(?:密鑰|金鑰)  (?:2fa|google) ?(?:密[钥鑰]|金鑰)
    ключ\w* (?:2fa|google authenticator|аутентификатора)  (?:clave|chave|cl[eé]|chiave) (?:de |di )?(?:2fa|google)
""")
_PUBLIC = _any(r"""
    tx[ _-]?(?:id|n|hash)?s?\b  hash\w*  transac\w*  trans[aá]?[kz]\w*  address\w*  adress\w*  block\w*  contract
    signature  public[ _-]?key  order  withdraw\w*  deposit\w*  merkle  commit  sha-?256  checksum
    交易  哈希  雜湊  地址  区块  公[钥鑰]  订单  訂單  提现  提币  充值
    取引  ハッシュ  トランザクション  アドレス  公開鍵  注文  出金  入金  트랜잭션  해시  거래  주소  주문
    тран[зс]\w*  х[эеє]ш\w*  адрес\w*  заказ\w*  ордер\w*  i̇?şlem\w*  giao d[iị]ch  معاملة  تجزئة
""")
# The nearest of these before (or else behind) a string says what it is.
STRING_WORDS = re.compile(
    rf"(?P<twofa>{_AUTHENTICATOR})|(?P<api>{_API_SECRET})|(?P<key>{_PRIVATE_KEY})|(?P<public>{_PUBLIC})", re.I
)
STRING_STEMS = (
    "key", "secret", "token", "bearer", "钥", "鑰", "鍵", "キー", "시크릿", "비밀", "키", "ключ", "секрет", "schl", "sleutel",
    "clé", "cle ", "clave", "llave", "chave", "chiave", "anahtar", "khóa", "khoá", "khoa", "klucz", "kunci", "مفتاح",
    "geheim", "secreto", "segredo", "segreto", "2fa", "totp", "google", "authenticator",
)  # fmt: skip
AUTHENTICATOR_STEMS = ("2fa", "totp", "auth", "google", "谷歌", "验证", "驗證", "аутент")

CODE_WORDS = re.compile(
    _any(r"""
    (?:verification|one[- ]?time|sms|log-?in|sign-?in|security|confirmation|authenticat\w+|2fa|otp|email) (?:pass)?code
    \botp\b  \b2fa\b(?!\ code)  验证码  驗證碼  动态码  動態碼  校验码  認証コード  確認コード  認証番号  ワンタイムパスワード
    인증 ?(?:번호|코드)  확인 ?코드  c[oó]digo (?:de )?(?:verifica\w+|seguran\w+|seguridad|sms|2fa)
    code (?:de )?(?:v[eé]rification|s[eé]curit[eé]|confirmation|sms|2fa)  codice (?:di )?(?:verifica|sicurezza|sms|2fa)
    (?:best[aä]tigungs|verifizierungs|sicherheits|sms|2fa|einmal)-?code
    код\w* (?:подтверждения|из смс|підтвердження|2fa|верификации)  (?:смс|sms)-?код\w*
    (?:do[gğ]rulama|onay|g[uü]venlik|sms) kod\w*  m[aã] (?:x[aá]c (?:minh|th[uự]c|nh[aậ]n)|otp|2fa)
    kod\w* (?:weryfikacyjn\w*|sms|2fa|potwierdzaj\w*)  kode (?:verifikasi|otp|keamanan|2fa)
    (?:verificatie|beveiligings|bevestigings|sms-?|2fa-?)code  (?:رمز|كود) (?:ال)?(?:تحقق|تأكيد|أمان)  رمز otp
    """),
    re.I,
)

PASSWORD_WORDS = re.compile(
    _any(r"""
    pass(?:word|wort|phrase|code)  \bpwd  密码  密碼  パスワード  비밀번호  패스워드  contrase[nñ]a  mot de passe  парол\w*
    \bsenha  palavra-passe  [sş]ifre(?:m|miz)?  parola\w*  m[aậ]t kh[aẩ]u  has[lł]o  kata sandi  wachtwoord  kennwort
    كلمة (?:المرور|السر|مرور)
    """),
    re.I,
)
PASSWORD_STEMS = (
    "pass", "pwd", "密码", "密碼", "パスワード", "비밀번호", "패스워드", "contrase", "парол", "senha", "ifre", "parola", "khẩu",
    "khau", "hasło", "haslo", "sandi", "wachtwoord", "kennwort", "كلمة",
)  # fmt: skip

CARD_WORDS = re.compile(
    _any(r"""
    \bcards?\b  \bvisa\b  mastercard  \bamex\b  american express  credit  debit  [银信][行用]卡  銀行卡  卡号  卡號  カード  카드
    tarjeta  carte  карт\w*  karten?  kart\w*  cart[aã]o  carta  th[eẻ]  kartu  kaart  بطاقة
    """),
    re.I,
)

NUMBER_IS_PUBLIC = re.compile(
    "(?:"
    + _any(r"""
    order\w*  \buid  user ?id  \bid  trade\w*  withdraw\w*  deposit\w*  \btx\w*  hash  \bref\w*  ticket\w*  case  invoice
    block  nonce  timestamp  phone  mobile  account  iban  memo  tag  amount
    订单\w?  訂單\w?  单号  單號  编号  用户  交易\w?  流水号  手机\w?  电话  账号  帐号  数量  金额
    注文\w*  番号  取引\w*  주문 ?\w*  거래\w*  번호  pedido  orden  ordem  ordine  commande  bestell\w*  auftrag\w*  заказ\w*
    ордер\w*  замовлен\w*  sipari[sş]\w*  emir  [dđ][oơ]n h[aà]ng  l[eệ]nh  zam[oó]wieni\w*  zleceni\w*  pesanan  طلب
    konto\w*  cuenta  compte  conta  conto  hesap\w*  rekening
    """)
    + r")(?:[\s#:\uff1a=(\[\"'\u2116]|no\.?|number|num|n[°ºr]\.?|is|是|为|為|は)*$",
    re.I,
)

CHECK_VALUE = re.compile(
    r"\b(?:cvv2?|cvc2?|cvn|安全码|安全碼|セキュリティコード)(?:\s?(?:code|number|is|[:=#\uff1a]|是)){0,3}\s?\d{3,4}(?!\d)",
    re.I,
)
