"""What can go wrong with backups, restores, exports and retention; read by operators at a terminal, in English."""

from __future__ import annotations

from bellrock.core import BellrockError


class ArchiveUnreadable(BellrockError):
    """The file is no backup of Bellrock, or of a version that this one cannot read."""

    code = "archive_unreadable"
    text = "%(file)s cannot be restored: %(why)s. Nothing was changed."


class ArchiveDamaged(BellrockError):
    """The backup is cut off, or differs from what was written."""

    code = "archive_damaged"
    text = "%(file)s is damaged: %(why)s. Nothing was changed; take another backup."


class TargetExists(BellrockError):
    """There is a file already where the backup would go."""

    code = "target_exists"
    text = "%(file)s exists already, and backups never overwrite. Choose another name."


class HouseNotEmpty(BellrockError):
    """A restore fills an empty house only."""

    code = "house_not_empty"
    text = "A restore fills an empty house only, and %(what)s. Nothing was changed."


class KeysMissing(BellrockError):
    """The keys of the house that was backed up are not there."""

    code = "keys_missing"
    text = "There are no keys in %(folder)s. Restore them first: bellrock restore keys --from FILE."


class PassphraseWrong(BellrockError):
    """The passphrase does not open the keys, or is too short to protect them."""

    code = "passphrase_wrong"
    text = "The keys were not opened: %(why)s."


class DatabaseToolFailed(BellrockError):
    """pg_dump or pg_restore ended with an error."""

    code = "database_tool_failed"
    text = "%(program)s failed: %(why)s"


class NotProven(BellrockError):
    """The restored record does not hold against the checkpoints."""

    code = "not_proven"
    text = "The record in this backup does not hold: %(why)s. Nothing was kept."


class BackupOlder(BellrockError):
    """Checkpoints outside the backup speak of facts that it does not have."""

    code = "backup_older"
    text = (
        "The checkpoints in %(folder)s speak of %(lost)s facts after this backup (the newest was signed at %(signed_at)s)."
        " They would be lost. Look for a newer backup; if there is none, restore with --accept-loss."
        " Nothing was changed."
    )


class PolicyForged(BellrockError):
    """A retention period in the database is not the one that somebody set."""

    code = "policy_forged"
    text = "The period of the class %(name)s was changed outside Bellrock. Nothing was deleted. Run `bellrock ledger audit`."


class ExportNotAllowed(BellrockError):
    """Whoever is named may not export."""

    code = "export_not_allowed"
    text = "%(who)s is no active colleague with the permission to export."


class ExportElsewhere(BellrockError):
    """The folder holds something that is not the beginning of this export."""

    code = "export_elsewhere"
    text = "%(folder)s holds something else. Choose an empty folder, or the one in which this export was begun."
