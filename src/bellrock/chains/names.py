"""Networks by the words that customers use for them, in any script, and by the explorers that their links lead to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from bellrock.chains.lookalikes import as_codes
from bellrock.chains.models import Network
from bellrock.chains.networks import NETWORKS

TEXT_MAX = 20_000
_BEFORE_MAX = 24

# Words that mean a network wherever they stand; case, spaces and hyphens inside do not matter.
_CLEAR = {
    "bip122:000000000019d6689c085ae165831e93": "bitcoin|биткоин|біткоїн|比特币|比特幣|ビットコイン|비트코인|بيتكوين|"
    "btc network|segwit|taproot",
    "eip155:1": "ethereum|erc 20|eth network|эфириум|ефіріум|"
    "сети эфира|сеть эфира|сетью эфира|сетке эфира|мережі ефіру|мережа ефіру|мережею ефіру|"
    "ерс 20|эрс 20|ерц 20|эрц 20|以太坊|以太币|イーサリアム|이더리움|إيثريوم|ايثيريوم|إثيريوم|"
    "ethereum mainnet",
    "tron:0x2b6653dc": "tron|trc 20|trc 10|трон|трс 20|трц 20|трк 20|波场|波場|トロン|트론|ترون|"
    "تي ار سي 20|تي آر سي 20",
    "eip155:56": "bep 20|bsc|bnb chain|bnb smart chain|binance smart chain|беп 20|бэп 20|бсц|бск|"
    "бинанс смарт чейн|бінанс смарт чейн|смарт чейн|بينانس سمارت تشين|"
    "币安智能链|幣安智能鏈|币安链|"
    "smart chain|바이낸스 스마트 체인|bnbスマートチェーン",
    "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp": "solana|spl|солана|索拉纳|ソラナ|솔라나|سولانا",
    "xrpl:0": "xrp ledger|xrpl|ripple|рипл|瑞波|リップル|리플|ريبل",
    "tvm:-239": "the open network|toncoin|тонкоин|톤코인|トンコイン",
    "eip155:42161": "arbitrum|arbitrum one|арбитрум|арбітрум|アービトラム|아비트럼",
    "eip155:137": "polygon|matic|полигон|полігон|поліґон|ポリゴン|폴리곤|马蹄链",
    "eip155:10": "optimism|op mainnet|оптимизм сеть|オプティミズム|옵티미즘",
    "eip155:8453": "base network|base chain|base mainnet|base链|base network",
    "eip155:43114": "avalanche|avalanche c chain|avax c chain|avax c|c chain|avaxc|雪崩链|アバランチ|아발란체",
    "bip122:12a765e31ffd4059bada1e25190f6e98": "litecoin|лайткоин|莱特币|萊特幣|ライトコイン|라이트코인|لايتكوين",
    "bip122:1a91e3dace36e2be3bf030a65679fe82": "dogecoin|догикоин|狗狗币|狗狗幣|ドージコイン|도지코인|دوجكوين",
    "bip122:000000000000000000651ef99cb9fcbe": "bitcoin cash|比特币现金|比特現金|ビットコインキャッシュ|비트코인 캐시",
    "cip34:1-764824073": "cardano|кардано|卡尔达诺|カルダノ|카르다노|كاردانو",
    "polkadot:91b171bb158e2d3848fa23a9f1c25182": "polkadot|полкадот|波卡|ポルカドット|폴카닷",
    "cosmos:cosmoshub-4": "cosmos|cosmos hub|космос hub|コスモス|코스모스",
    "stellar:pubnet": "stellar|стеллар|恒星币|ステラ|스텔라",
    "algorand:wGHE2Pwdvd7S12BL5FaOP20EGYesN73k": "algorand|алгоранд|アルゴランド|알고랜드",
    "near:mainnet": "near protocol|near network",
    "aptos:1": "aptos|аптос|アプトス|앱토스",
    "sui:mainnet": "sui network|sui chain",
    "hedera:mainnet": "hedera|hashgraph|хедера",
    "eip155:61": "ethereum classic|以太经典|以太坊经典|이더리움 클래식|イーサリアムクラシック",
    "eip155:324": "zksync|zksync era",
    "eip155:59144": "linea mainnet|linea zkevm",
    "monero:418015bb9ae982a1975da7d79277c270": "monero|монеро|门罗币",
    "cosmos:Binance-Chain-Tigris": "bep 2|bnb beacon chain|beacon chain",
    "kaspa:mainnet": "kaspa",
    "fil:f": "filecoin",
    "tezos:NetXdQprcVkpaWU": "tezos",
}
# Short words that mean a network only in capitals or beside a word for "network".
_SHORT = {
    "bip122:000000000019d6689c085ae165831e93": "BTC",
    "eip155:1": "ETH",
    "tron:0x2b6653dc": "TRX",
    "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp": "SOL",
    "xrpl:0": "XRP",
    "tvm:-239": "TON",
    "eip155:42161": "ARB",
    "eip155:10": "OP",
    "eip155:8453": "BASE",
    "eip155:43114": "AVAX",
    "eip155:56": "BNB",
    "eip155:137": "POL",
    "sui:mainnet": "SUI",
    "near:mainnet": "NEAR",
    "aptos:1": "APT",
    "cip34:1-764824073": "ADA",
    "stellar:pubnet": "XLM",
    "bip122:12a765e31ffd4059bada1e25190f6e98": "LTC",
    "eip155:59144": "LINEA",  # a line, in Italian and Spanish
}
_NETWORK_WORDS = (
    "network|chain|mainnet|net|netz|netzwerks?|blockchain|red|réseau|reseau|rede|rete|sieć|sieci|siecią|łańcuch(?:a|em|u)?|"
    "сет(?:ь|и|ью|к[аеиу]|кой)|цеп(?:ь|и|ью|очк[аеиу])|мереж(?:а|і|у|ею)|ланцюг(?:а|у|ом)?|блокчейн(?:а|е|і|у|ом)?|"
    "ağ(?:[ıa][a-zı]{0,4}|d[ae]n?)?|zincir(?:i[a-z]{0,4})?|cadena|cadeia|chaîne|catena|jaringan|rantai|mạng|chuỗi|netwerk|"
    "网络|網絡|網路|链|鏈|主网|主網|公链|公鏈|ネットワーク|チェーン|네트워크|체인|망(?=으로|에서)|[بل]?شبك[ةه]"
)
_EXPLORERS = MappingProxyType(
    {
        "mempool.space": "bip122:000000000019d6689c085ae165831e93",
        "blockstream.info": "bip122:000000000019d6689c085ae165831e93",
        "etherscan.io": "eip155:1",
        "bscscan.com": "eip155:56",
        "arbiscan.io": "eip155:42161",
        "basescan.org": "eip155:8453",
        "polygonscan.com": "eip155:137",
        "optimistic.etherscan.io": "eip155:10",
        "snowtrace.io": "eip155:43114",
        "tronscan.org": "tron:0x2b6653dc",
        "solscan.io": "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
        "explorer.solana.com": "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
        "solana.fm": "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
        "xrpscan.com": "xrpl:0",
        "livenet.xrpl.org": "xrpl:0",
        "bithomp.com": "xrpl:0",
        "tonscan.org": "tvm:-239",
        "tonviewer.com": "tvm:-239",
        "cardanoscan.io": "cip34:1-764824073",
        "subscan.io": "polkadot:91b171bb158e2d3848fa23a9f1c25182",
        "stellar.expert": "stellar:pubnet",
        "mintscan.io": "cosmos:cosmoshub-4",
        "litecoinspace.org": "bip122:12a765e31ffd4059bada1e25190f6e98",
        "aptoscan.com": "aptos:1",
        "suiscan.xyz": "sui:mainnet",
        "suivision.xyz": "sui:mainnet",
        "nearblocks.io": "near:mainnet",
        "hashscan.io": "hedera:mainnet",
        "lineascan.build": "eip155:59144",
        "blockchair.com/bitcoin": "bip122:000000000019d6689c085ae165831e93",
        "blockchair.com/litecoin": "bip122:12a765e31ffd4059bada1e25190f6e98",
        "blockchair.com/dogecoin": "bip122:1a91e3dace36e2be3bf030a65679fe82",
        "blockchair.com/bitcoin-cash": "bip122:000000000000000000651ef99cb9fcbe",
        "blockchair.com/ethereum": "eip155:1",
        "blockchain.com/btc": "bip122:000000000019d6689c085ae165831e93",
        "blockchain.com/eth": "eip155:1",
        "live.blockcypher.com/btc": "bip122:000000000019d6689c085ae165831e93",
        "live.blockcypher.com/ltc": "bip122:12a765e31ffd4059bada1e25190f6e98",
        "live.blockcypher.com/doge": "bip122:1a91e3dace36e2be3bf030a65679fe82",
        "dogechain.info": "bip122:1a91e3dace36e2be3bf030a65679fe82",
        "oklink.com/btc": "bip122:000000000019d6689c085ae165831e93",
        "oklink.com/bitcoin": "bip122:000000000019d6689c085ae165831e93",
        "oklink.com/eth": "eip155:1",
        "oklink.com/ethereum": "eip155:1",
        "oklink.com/bsc": "eip155:56",
        "oklink.com/arbitrum": "eip155:42161",
        "oklink.com/polygon": "eip155:137",
        "oklink.com/trx": "tron:0x2b6653dc",
        "oklink.com/tron": "tron:0x2b6653dc",
        "oklink.com/sol": "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
        "oklink.com/solana": "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
        "eth.blockscout.com": "eip155:1",
        "base.blockscout.com": "eip155:8453",
        "polygon.blockscout.com": "eip155:137",
        "optimism.blockscout.com": "eip155:10",
        "arbitrum.blockscout.com": "eip155:42161",
        "bsctrace.com": "eip155:56",
        "tronscan.io": "tron:0x2b6653dc",
    }
)
# Where people look at a transaction, by network: `%s` stands for its id.
_PAGES = MappingProxyType(
    {
        "bip122:000000000019d6689c085ae165831e93": "https://mempool.space/tx/%s",
        "bip122:12a765e31ffd4059bada1e25190f6e98": "https://litecoinspace.org/tx/%s",
        "bip122:1a91e3dace36e2be3bf030a65679fe82": "https://blockchair.com/dogecoin/transaction/%s",
        "bip122:000000000000000000651ef99cb9fcbe": "https://blockchair.com/bitcoin-cash/transaction/%s",
        "eip155:1": "https://etherscan.io/tx/%s",
        "eip155:56": "https://bscscan.com/tx/%s",
        "eip155:42161": "https://arbiscan.io/tx/%s",
        "eip155:8453": "https://basescan.org/tx/%s",
        "eip155:137": "https://polygonscan.com/tx/%s",
        "eip155:10": "https://optimistic.etherscan.io/tx/%s",
        "eip155:43114": "https://snowtrace.io/tx/%s",
        "eip155:59144": "https://lineascan.build/tx/%s",
        "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp": "https://solscan.io/tx/%s",
        "tron:0x2b6653dc": "https://tronscan.org/#/transaction/%s",
        "xrpl:0": "https://xrpscan.com/tx/%s",
    }
)
# Han, Kana and Hangul run on into other letters.
_RUN_ON = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_UNSPACED = re.compile(f"[{_RUN_ON}]")
_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?([a-z0-9.-]+\.[a-z]{2,6})(?:/[a-z]{2}(?:-[a-z]{2,4})?(?=/))?(/[a-z0-9-]+)?\S*",
    re.IGNORECASE,
)
# Explorers show test networks at the same hosts; what is there is on none of these networks.
_TESTED = re.compile(
    r"//(?:[a-z0-9-]+[.-])?(?:test|testnet|sepolia|holesky|hoodi|goerli|mumbai|amoy|fuji|shasta|nile|devnet)[.-]|/(?:testnet\d?|signet|sepolia|liquid)/"
    r"|cluster=(?:devnet|testnet)",
    re.IGNORECASE,
)


def _pattern(words: Iterable[str]) -> str:
    """Return a pattern of words, longer ones first, so that Bitcoin Cash is no Bitcoin; blanks and hyphens inside are free."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(r"[\s_-]*".join(re.escape(part) for part in word.split()) for word in ordered)


def _key(word: str) -> str:
    return re.sub(r"[\s_-]+", "", word).lower()


_WORDS = {_key(word): caip for caip, words in _CLEAR.items() for word in words.split("|")}
_ALL = [word for words in _CLEAR.values() for word in words.split("|")]
# Words of scripts that write with blanks stand apart from other letters.
_NAMED = re.compile(
    rf"(?<![^\W_{_RUN_ON}])(?:{_pattern(word for word in _ALL if not _UNSPACED.search(word))})"
    rf"(?![^\W_{_RUN_ON}])(?!(?<=\s[cC])['’])"
    rf"|(?:{_pattern(word for word in _ALL if _UNSPACED.search(word))})",
    re.IGNORECASE,
)
# A line, in Italian and Spanish: the network with a capital inside a sentence, or behind words of English.
_LINEA = re.compile(r"(?<=[^\s.!?…] )Linea(?![^\W_])|(?i:(?<=\bvia )|(?<=\bon ))(?i:linea)(?![^\W_])")
_TICKERS = {ticker: caip for caip, ticker in _SHORT.items()}
_CODE = "|".join(_TICKERS).replace("ADA", "(?-i:ADA)")  # Indonesian "ada" says that something exists
_BETWEEN = r"(?:[\s-]|[:：]\s?){0,3}(?:(?<=\s)(?:d[aeio]\s|d['’]|của\s|الـ?\s?))?"
_TICKER = re.compile(
    rf"(?<![^\W{_RUN_ON}])(?<!\$)(?:({_CODE}){_BETWEEN}(?:{_NETWORK_WORDS})"
    rf"|(?:{_NETWORK_WORDS})(?:{_BETWEEN}(?<=[\s:：-])|(?<=[{_RUN_ON}]))({_CODE}))(?![a-z0-9])",
    re.IGNORECASE,
)
_WORD_BEFORE = re.compile(rf"(?<![^\W_{_RUN_ON}])(?:{_NETWORK_WORDS})[\s:：]{{1,2}}$", re.IGNORECASE)
_WORD_BEHIND = re.compile(rf"[\s-]?(?:{_NETWORK_WORDS})(?![a-zа-яіїє])", re.IGNORECASE)
_CODES = (
    frozenset(_TICKERS)
    | {key.upper() for key in _WORDS if key.isascii() and (key[-1].isdigit() or len(key) == 3)}
    | {"TRC", "ERC", "BEP"}
)


@dataclass(frozen=True, slots=True)
class Naming:
    """Where a text names a network. `is_clear` says that a word for "network" stands beside the name of what is also a coin."""

    start: int
    end: int
    network: Network
    is_clear: bool


def named(text: str) -> tuple[Network, ...]:
    """Return the networks that a text names, in its order, each once: by name, by token standard, by ticker beside "network".

    A ticker alone (`ETH`) is a coin, not a network. Where two are named, both are returned.
    """
    return tuple(dict.fromkeys(each.network for each in namings(text)))


def namings(text: str) -> tuple[Naming, ...]:
    """Return each place where a text names a network, in its order; letters of other scripts in the names do no harm."""
    text = as_codes(text[:TEXT_MAX], _CODES)
    found: list[Naming] = []
    for match in _NAMED.finditer(text):
        caip = _WORDS.get(_key(match[0]))
        if caip:
            is_beside = _WORD_BEHIND.match(text, match.end()) or _WORD_BEFORE.search(
                text[max(0, match.start() - _BEFORE_MAX) : match.start()]
            )
            found.append(Naming(*match.span(), NETWORKS[caip], is_beside is not None))
    for match in _LINEA.finditer(text):
        if not _WORD_BEHIND.match(text, match.end()):  # that one is a ticker's
            found.append(Naming(*match.span(), NETWORKS["eip155:59144"], False))
    for match in _TICKER.finditer(text):
        if not any(each.start < match.end() and match.start() < each.end for each in found):
            caip = _TICKERS[(match[1] or match[2]).upper()]
            found.append(Naming(*match.span(1 if match[1] else 2), NETWORKS[caip], True))
    return tuple(sorted(found, key=lambda each: each.start))


def linked(text: str) -> Network | None:
    """Return the network whose explorer a link leads to; None for anything else, and for a test network."""
    for match in _LINK.finditer(text[:TEXT_MAX]):
        host, path = match[1].lower(), (match[2] or "").lower()
        if _TESTED.search(match[0] if "//" in match[0] else f"//{match[0]}"):
            continue
        for name in (f"{host}{path}", host, host.partition(".")[2]):
            if name in _EXPLORERS:
                return NETWORKS[_EXPLORERS[name]]
    return None


def explorer_page(network: str, txid: str) -> str | None:
    """Return the page of a public explorer for a transaction of a network, by CAIP-2 id; None where none is known."""
    page = _PAGES.get(network)
    return page % txid if page and txid.isalnum() else None
