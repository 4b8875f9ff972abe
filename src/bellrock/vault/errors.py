"""What can go wrong with keys and sealed data."""

from __future__ import annotations

from bellrock.core import BellrockError, Refused, Unavailable


class WrongKeyring(Unavailable):
    """The keys in the folder are not those that this database was sealed with."""

    code = "wrong_keyring"
    text = "The keys in %(folder)s do not belong to this database. Point BELLROCK_KEYS at the right folder."
    retryable = False


class KeyringDamaged(Unavailable):
    """A key file is missing, unreadable or open to others; nothing is created in its place."""

    code = "keyring_damaged"
    text = "The key folder cannot be used: %(why)s"
    retryable = False


class SubjectMissing(BellrockError):
    """No key was ever made for this subject and retention class."""

    code = "subject_missing"
    status = 500
    text = "There is no key for this subject."


class SubjectShredded(Refused):
    """The subject's key was destroyed: nothing of it opens, and nothing more is sealed for it."""

    code = "subject_shredded"
    status = 410
    text = "This was erased."


class Shredded(BellrockError):
    """The record or file was erased on its own."""

    code = "shredded"
    status = 410
    text = "This was erased."


class Tampered(BellrockError):
    """Sealed bytes, their place or their owner were changed: they do not open."""

    code = "tampered"
    status = 500
    text = "A stored record was changed outside Bellrock and is not shown."


class NotCanonical(BellrockError):
    """A value cannot stand in a record: a float, a large integer, a key that is not ASCII, a lone surrogate."""

    code = "not_canonical"
    status = 500
    text = "This value cannot stand in a record: %(why)s"
