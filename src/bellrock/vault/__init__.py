"""The one door of personal data: keys, sealing, shredding, keyed fingerprints, and the canonical form of a record."""

from bellrock.vault.canonical import canonical, canonical_json
from bellrock.vault.errors import (
    KeyringDamaged,
    NotCanonical,
    Shredded,
    SubjectMissing,
    SubjectShredded,
    Tampered,
    WrongKeyring,
)
from bellrock.vault.examine import Examined, examine_records
from bellrock.vault.facts import HOUSE_SUBJECT, RECORD_VERSION, prepare, record, record_of
from bellrock.vault.keyring import Keyring
from bellrock.vault.sealing import leaf, leaf_data, leaf_hash
from bellrock.vault.subjects import SubjectKeys
from bellrock.vault.vault import CASE, INTO_RECORDS, LIVE_KEY, OF_RECORD, Opened, Sealed, Vault

__all__ = [
    "CASE",
    "HOUSE_SUBJECT",
    "INTO_RECORDS",
    "LIVE_KEY",
    "OF_RECORD",
    "RECORD_VERSION",
    "Examined",
    "Keyring",
    "KeyringDamaged",
    "NotCanonical",
    "Opened",
    "Sealed",
    "Shredded",
    "SubjectKeys",
    "SubjectMissing",
    "SubjectShredded",
    "Tampered",
    "Vault",
    "WrongKeyring",
    "canonical",
    "canonical_json",
    "examine_records",
    "leaf",
    "leaf_data",
    "leaf_hash",
    "prepare",
    "record",
    "record_of",
]
