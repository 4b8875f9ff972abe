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
from bellrock.vault.facts import HOUSE_SUBJECT, RECORD_VERSION, record, record_of
from bellrock.vault.keyring import Keyring
from bellrock.vault.sealing import leaf, leaf_data, leaf_hash
from bellrock.vault.subjects import SubjectKeys
from bellrock.vault.vault import CASE, Opened, Vault

__all__ = [
    "CASE",
    "HOUSE_SUBJECT",
    "RECORD_VERSION",
    "Examined",
    "Keyring",
    "KeyringDamaged",
    "NotCanonical",
    "Opened",
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
    "record",
    "record_of",
]
