"""The networks that are known, as a table. Facts of the chains themselves; nothing here says what an exchange accepts."""

from __future__ import annotations

from types import MappingProxyType

from bellrock.chains.models import Family, Memo, Network
from bellrock.core import N_, NotFound


class NetworkUnknown(NotFound):
    """No network has this CAIP-2 id."""

    code = "network_unknown"
    text = N_("We do not know this network.")


# CAIP-2 id, name, coin, decimals of the coin, seconds a block, what stands beside an address (t: tag, m: memo), T: a test.
# In the order of how often customers of exchanges use them. Chain ids of EVM: https://eips.ethereum.org/EIPS/eip-155; the others
# as https://namespaces.chainagnostic.org has them. A name that has no namespace there yet is the coin's own: `nano:mainnet`.
_EVM = """
1 Ethereum ETH 18 12
56 BNB_Smart_Chain BNB 18 0.75
42161 Arbitrum_One ETH 18 0.25
8453 Base ETH 18 2
137 Polygon POL 18 2
10 OP_Mainnet ETH 18 2
43114 Avalanche_C-Chain AVAX 18 1.5
324 zkSync_Era ETH 18 1
59144 Linea ETH 18 2
5000 Mantle MNT 18 2
534352 Scroll ETH 18 3
146 Sonic S 18 0.5
81457 Blast ETH 18 2
204 opBNB BNB 18 0.5
42220 Celo CELO 18 1
100 Gnosis xDAI 18 5
250 Fantom FTM 18 1
25 Cronos CRO 18 1
61 Ethereum_Classic ETC 18 13
10001 EthereumPoW ETHW 18 13
2020 Ronin RON 18 3
999 HyperEVM HYPE 18 1
143 Monad MON 18 0.4
80094 Berachain BERA 18 2
1514 Story IP 18 2.4
14 Flare FLR 18 1.8
8217 Kaia KAIA 18 1
1284 Moonbeam GLMR 18 6
1285 Moonriver MOVR 18 6
1088 Metis METIS 18 2
288 Boba ETH 18 2
169 Manta_Pacific ETH 18 10
42170 Arbitrum_Nova ETH 18 0.25
1101 Polygon_zkEVM ETH 18 3
1313161554 Aurora ETH 18 1
4200 Merlin BTC 18 3
30 Rootstock RBTC 18 25
50 XDC XDC 18 2
66 OKC OKT 18 4
321 KCC KCS 18 3
1030 Conflux_eSpace CFX 18 1
1329 Sei_EVM SEI 18 0.4
2222 Kava_EVM KAVA 18 6
7000 ZetaChain_EVM ZETA 18 4
9001 Evmos EVMOS 18 2
9745 Plasma XPL 18 1
4326 MegaETH ETH 18 1
4663 Robinhood_Chain ETH 18 0.25
787 Acala_EVM ACA 18 12
361 Theta TFUEL 18 6
82 Meter MTR 18 2
88 Viction VIC 18 2
888 Wanchain WAN 18 5
820 Callisto CLO 18 13
1890 LightLink ETH 18 0.5
4689 IoTeX_EVM IOTX 18 2.5
6001 BounceBit BB 18 3
7332 Horizen_EON ZEN 18 12
10000 SmartBCH BCH 18 5
810180 zkLink_Nova ETH 18 1
245022934 Neon NEON 18 0.4
1017 BNB_Greenfield BNB 18 2
128 HECO HT 18 3
60 GoChain GO 18 5
99 POA POA 18 5
108 ThunderCore TT 18 1
"""
_BITCOIN = """
bip122:000000000019d6689c085ae165831e93 Bitcoin BTC 8 600
bip122:12a765e31ffd4059bada1e25190f6e98 Litecoin LTC 8 150
bip122:1a91e3dace36e2be3bf030a65679fe82 Dogecoin DOGE 8 60
bip122:000000000000000000651ef99cb9fcbe Bitcoin_Cash BCH 8 600
bip122:00000ffd590b1485b3caadc19b22e637 Dash DASH 8 150
bip122:00040fe8ec8471911baa1db1266ea15d Zcash ZEC 8 75
bsv:mainnet Bitcoin_SV BSV 8 600
ecash:mainnet eCash XEC 2 600
bip122:7497ea1b465eb39f1c8f507bc877078f DigiByte DGB 8 15
bip122:0000006b444bc2f2ffe627be9d9e7e7a Ravencoin RVN 8 60
qtum:mainnet Qtum QTUM 8 32
horizen:mainnet Horizen ZEN 8 150
bip122:027e3758c3a65b12aa1046462b486d0a Komodo KMD 8 60
flux:mainnet Flux FLUX 8 30
firo:mainnet Firo FIRO 8 150
bitcoingold:mainnet Bitcoin_Gold BTG 8 600
syscoin:mainnet Syscoin SYS 8 150
verge:mainnet Verge XVG 6 30
pivx:mainnet PIVX PIVX 8 60
vertcoin:mainnet Vertcoin VTC 8 150
monacoin:mainnet MonaCoin MONA 8 90
strax:mainnet Stratis STRAX 8 45
neblio:mainnet Neblio NEBL 8 30
bitcoindiamond:mainnet Bitcoin_Diamond BCD 7 600
bip122:000000000933ea01ad0ee984209779ba Bitcoin_Testnet BTC 8 600 T
bip122:4966625a4b2851d9fdee139e56211a0d Litecoin_Testnet LTC 8 150 T
bip122:bb0a78264637406b6360aad926284d54 Dogecoin_Testnet DOGE 8 60 T
bchtest:testnet Bitcoin_Cash_Testnet BCH 8 600 T
dash:testnet Dash_Testnet DASH 8 150 T
zcash:testnet Zcash_Testnet ZEC 8 75 T
qtum:testnet Qtum_Testnet QTUM 8 32 T
horizen:testnet Horizen_Testnet ZEN 8 150 T
bitcoingold:testnet Bitcoin_Gold_Testnet BTG 8 600 T
"""
_OTHER = """
solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp Solana SOL 9 0.4
tron:0x2b6653dc TRON TRX 6 3
xrpl:0 XRP_Ledger XRP 6 4 t
xrpl:1 XRP_Ledger_Testnet XRP 6 4 t T
tvm:-239 TON TON 9 5 m
tvm:-3 TON_Testnet TON 9 5 m T
cip34:1-764824073 Cardano ADA 6 20
cip34:0-1 Cardano_Testnet ADA 6 20 T
polkadot:91b171bb158e2d3848fa23a9f1c25182 Polkadot DOT 10 6
polkadot:b0a8d493285c2df73290dfb7e61f870f Kusama KSM 12 6
acala:mainnet Acala ACA 12 12
polymesh:mainnet Polymesh POLYX 6 6
stellar:pubnet Stellar XLM 7 5 m
algorand:wGHE2Pwdvd7S12BL5FaOP20EGYesN73k Algorand ALGO 6 2.8
near:mainnet NEAR NEAR 24 0.6
near:testnet NEAR_Testnet NEAR 24 0.6 T
aptos:1 Aptos APT 8 0.2
sui:mainnet Sui SUI 9 0.4
hedera:mainnet Hedera HBAR 8 3 m
monero:418015bb9ae982a1975da7d79277c270 Monero XMR 12 120
monero:48ca7cd3c8de5b6a4d53d2861fbdaedc Monero_Testnet XMR 12 120 T
monero:76ee3cc98646292206cd3e86f74d88b4 Monero_Stagenet XMR 12 120 T
tezos:NetXdQprcVkpaWU Tezos XTZ 6 8
fil:f Filecoin FIL 18 30
icp:mainnet Internet_Computer ICP 8 1 m
mvx:1 MultiversX EGLD 18 6
kaspa:mainnet Kaspa KAS 8 0.1
stacks:1 Stacks STX 6 600 m
vechain:b1ac3413d346d43539627e6be7ec1b4a VeChain VET 18 10
antelope:aca376f206b8fc25a6ed44dbdc66547c EOS EOS 4 0.5 m
antelope:1064487b3cd1a897ce03ae5b6a865651 WAX WAXP 8 0.5 m
antelope:21dcae42c0182200e93f954a074011f9 FIO FIO 9 0.5
neo:mainnet Neo NEO 0 15
ontology:mainnet Ontology ONT 9 1
waves:087 Waves WAVES 8 60
waves:084 Waves_Testnet WAVES 8 60 T
nano:mainnet Nano XNO 30 1
starknet:SN_MAIN Starknet STRK 18 30
tvm:42 Everscale EVER 9 3 m
oasis:mainnet Oasis ROSE 9 6
zilliqa:mainnet Zilliqa ZIL 12 30
harmony:mainnet Harmony ONE 18 2
iotex:mainnet IoTeX IOTX 18 2.5
nervos:mainnet Nervos CKB 8 10
icon:mainnet ICON ICX 18 2
nuls:mainnet NULS NULS 8 10
iost:mainnet IOST IOST 8 0.5 m
pactus:mainnet Pactus PAC 9 10
"""
# Cosmos: chain id, prefix of addresses, name, coin. Exchanges share one address there and tell customers apart by memo.
_COSMOS = """
cosmoshub-4 cosmos Cosmos_Hub ATOM
osmosis-1 osmo Osmosis OSMO
celestia celestia Celestia TIA
injective-1 inj Injective INJ
pacific-1 sei Sei SEI
dydx-mainnet-1 dydx dYdX DYDX
noble-1 noble Noble USDC
kava_2222-10 kava Kava KAVA
thorchain-1 thor THORChain RUNE
phoenix-1 terra Terra LUNA
columbus-5 terra Terra_Classic LUNC
crypto-org-chain-mainnet-1 cro Cronos_POS CRO
akashnet-2 akash Akash AKT
axelar-dojo-1 axelar Axelar AXL
fetchhub-4 fetch Fetch.ai FET
secret-4 secret Secret SCRT
neutron-1 neutron Neutron NTRN
stargaze-1 stars Stargaze STARS
juno-1 juno Juno JUNO
stride-1 stride Stride STRD
kaiyo-1 kujira Kujira KUJI
zetachain_7000-1 zeta ZetaChain ZETA
evmos_9001-2 evmos Evmos EVMOS
canto_7700-1 canto Canto CANTO
agoric-3 agoric Agoric BLD
coreum-mainnet-1 core Coreum COREUM
quasar-1 quasar Quasar QSR
core-1 persistence Persistence XPRT
crescent-1 cre Crescent CRE
comdex-1 comdex Comdex CMDX
sommelier-3 somm Sommelier SOMM
mars-1 mars Mars MARS
umee-1 umee Umee UMEE
bluzelle-9 bluzelle Bluzelle BLZ
laozi-mainnet band Band BAND
Binance-Chain-Tigris bnb BNB_Beacon_Chain BNB
Binance-Chain-Ganges tbnb BNB_Beacon_Testnet BNB T
testnet-croeseid-4 tcro Cronos_POS_Testnet CRO T
"""
CLOSED = frozenset(
    {"cosmos:Binance-Chain-Tigris", "cosmos:Binance-Chain-Ganges", "eip155:128", "eip155:7332", "eip155:10000"}
)
# What an exchange's customers use most, in this order; everything else comes behind.
_MOST_USED = (
    "Bitcoin", "Ethereum", "TRON", "BNB Smart Chain", "Solana", "XRP Ledger", "TON", "Arbitrum One", "Base", "Polygon",
    "OP Mainnet", "Avalanche C-Chain", "Litecoin", "Dogecoin", "Bitcoin Cash", "Cardano", "Polkadot", "Cosmos Hub",
    "Stellar", "Sui", "Aptos", "NEAR", "Algorand", "Hedera", "Ethereum Classic", "Monero", "Dash", "Zcash", "Kaspa",
    "Filecoin", "Tezos", "EOS",
)  # fmt: skip
_FAMILIES = {"solana": Family.SOLANA, "tron": Family.TRON, "xrpl": Family.XRPL}
_MEMOS = {"t": Memo.TAG, "m": Memo.MEMO}


def _rows() -> list[Network]:
    found = []
    for row in _EVM.split("\n"):
        if words := row.split():
            found.append(_network(f"eip155:{words[0]}", words[1:], Family.EVM))
    for row in _BITCOIN.split("\n"):
        if words := row.split():
            found.append(_network(words[0], words[1:], Family.BITCOIN))
    for row in _OTHER.split("\n"):
        if words := row.split():
            found.append(_network(words[0], words[1:], _FAMILIES.get(words[0].partition(":")[0], Family.OTHER)))
    for row in _COSMOS.split("\n"):
        if words := row.split():
            rest = [words[2], words[3], "6", "6", "m", *words[4:]]
            found.append(_network(f"cosmos:{words[0]}", rest, Family.COSMOS))
    return found


def _network(caip: str, words: list[str], family: Family) -> Network:
    name, symbol, decimals, seconds, *marks = words
    name = name.replace("_", " ")
    rank = _MOST_USED.index(name) if name in _MOST_USED else len(_MOST_USED)
    memo = next((_MEMOS[mark] for mark in marks if mark in _MEMOS), Memo.NONE)
    return Network(caip, name, symbol, family, int(decimals), float(seconds), memo, "T" in marks, rank)


NETWORKS = MappingProxyType({network.id: network for network in _rows()})
COSMOS_PREFIXES = MappingProxyType(
    {
        prefix: tuple(f"cosmos:{row.split()[0]}" for row in _COSMOS.split("\n") if row.split()[1:2] == [prefix])
        for prefix in [row.split()[1] for row in _COSMOS.split("\n") if row.strip()]
    }
)
EVM = tuple(network.id for network in NETWORKS.values() if network.family is Family.EVM)


def network(caip: str, /) -> Network:
    """Return a network by its CAIP-2 id. Raises NetworkUnknown."""
    if caip not in NETWORKS:
        raise NetworkUnknown
    return NETWORKS[caip]


def networks() -> tuple[Network, ...]:
    """Return every network that is known, the most used ones first."""
    return tuple(sorted(NETWORKS.values(), key=lambda row: row.rank))
