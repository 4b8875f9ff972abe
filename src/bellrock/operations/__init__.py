"""What the operator's Saturday needs: backups and their restore, exports, and what is deleted after its time."""

from bellrock.operations.archive import Contents
from bellrock.operations.backup import BACKED_UP, OPERATOR, back_up, check_backup, default_target
from bellrock.operations.errors import (
    ArchiveDamaged,
    ArchiveUnreadable,
    BackupOlder,
    DatabaseToolFailed,
    ExportElsewhere,
    ExportNotAllowed,
    HouseNotEmpty,
    KeysMissing,
    NotProven,
    PassphraseWrong,
    PolicyForged,
    TargetExists,
)
from bellrock.operations.keys import PASSPHRASE_LENGTH_MIN, SECRETS_FILE, back_up_keys, check_keys, restore_keys
from bellrock.operations.restore import RESTORED, Restored, report_lines, restore

__all__ = [
    "BACKED_UP",
    "OPERATOR",
    "PASSPHRASE_LENGTH_MIN",
    "RESTORED",
    "SECRETS_FILE",
    "ArchiveDamaged",
    "ArchiveUnreadable",
    "BackupOlder",
    "Contents",
    "DatabaseToolFailed",
    "ExportElsewhere",
    "ExportNotAllowed",
    "HouseNotEmpty",
    "KeysMissing",
    "NotProven",
    "PassphraseWrong",
    "PolicyForged",
    "Restored",
    "TargetExists",
    "back_up",
    "back_up_keys",
    "check_backup",
    "check_keys",
    "default_target",
    "report_lines",
    "restore",
    "restore_keys",
]
