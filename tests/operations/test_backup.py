"""Backups and restores: whole or not at all, keys apart, proven against checkpoints that lie elsewhere."""

# ruff: noqa: ASYNC240 - a test may wait for its disk

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from bellrock import channels, conversations, guard, operations
from bellrock.app import build_files, open_house
from bellrock.core import SYSTEM, Settings, clock, journal, migrate, new_id
from bellrock.house import House
from bellrock.operations import archive, tools
from bellrock.people.sessions import Device, open_session
from tests.operations.conftest import CANARY, PNG, Life, audit, settle, tables_of


async def restore(settings: Settings, source: Path, **options: Any) -> operations.Restored:
    return await operations.restore(
        settings, source, open_house=open_house, files_at=build_files, now=clock.now(), **options
    )


@pytest.fixture
async def backup(house: House, life: Life, tmp_path: Path) -> Path:
    target = tmp_path / "backups" / "one.tar"
    await operations.back_up(house, target, now=clock.now())
    return target


async def _say(house: House, life: Life, words: str) -> None:
    async with house.database.transaction() as tx:
        await conversations.receive(
            tx, house.vault, customer=life.other, conversation_id=life.other_case, text=guard.screen(words),
            client_key=str(new_id()), now=clock.now(),
        )  # fmt: skip
    await settle(house)


def _is_untouched(settings: Settings) -> bool:
    left = [path for path in settings.data.rglob("*") if path.is_file()] if settings.data.exists() else []
    return tables_of(settings.database_url) == set() and left == [] and not settings.checkpoints_folder.exists()


async def test_everything_comes_back_and_is_proven(house: House, life: Life, backup: Path, elsewhere: Settings) -> None:
    restored = await restore(elsewhere, backup, checkpoints=house.settings.checkpoints_folder)
    assert restored.report.holds
    assert restored.proven["records"].is_outside
    assert restored.proven["records"].lost == restored.proven["access"].lost == 0
    assert any("outside the backup" in line for line in operations.report_lines(restored))
    async with open_house(elsewhere) as again:
        async with again.database.transaction() as tx:
            entries = await conversations.timeline(tx, again.vault, viewer=SYSTEM, conversation_id=life.case)
            _, content = await channels.open_attachment(
                tx, again.vault, again.files, viewer=SYSTEM, file_id=life.file_id
            )
        assert any(CANARY in repr(entry.words) for entry in entries)
        assert content == PNG
        await settle(again)
        assert (await audit(again)).holds
        async with again.database.transaction() as tx:
            newest = (await journal.read(tx, limit=10_000))[-1]
        assert newest.kind == operations.RESTORED
        assert newest.data["records_lost"] == 0
        assert await _say_again(again, life)


async def _say_again(house: House, life: Life) -> bool:
    await _say(house, life, "I write on in the restored house")
    return (await audit(house)).holds


async def test_no_key_is_in_a_backup_and_no_word_can_be_read(house: House, backup: Path) -> None:
    content = backup.read_bytes()
    for key in house.settings.keys.rglob("*.key"):
        assert key.read_bytes().strip() not in content
    assert CANARY.encode() not in content
    assert backup.stat().st_mode & 0o077 == 0
    with tarfile.open(backup) as tar:
        names = tar.getnames()
    assert names[0] == archive.HEAD
    assert names[-1] == archive.END
    assert {name.split("/")[0] for name in names[1:-1]} == {"settings.json", "checkpoints", "database", "files"}


async def test_a_backup_is_a_fact_and_never_overwrites(house: House, backup: Path) -> None:
    async with house.database.transaction() as tx:
        rows = await (await tx.execute("SELECT * FROM backups")).fetchall()
    assert len(rows) == 1
    assert rows[0]["bytes"] == backup.stat().st_size
    with pytest.raises(operations.TargetExists):
        await operations.back_up(house, backup, now=clock.now())
    await settle(house)
    assert (await audit(house)).holds


async def test_it_goes_on_while_customers_write(house: House, life: Life, tmp_path: Path, elsewhere: Settings) -> None:
    target = tmp_path / "b.tar"
    words: list[str] = []

    class Talkative:
        def __call__(self, line: str) -> None:
            words.append(line)

    await _say(house, life, "before")
    made = await operations.back_up(house, target, now=clock.now(), say=Talkative())
    await _say(house, life, "after")
    assert words
    assert made.files == 1
    with pytest.raises(operations.BackupOlder) as refusal:
        await restore(elsewhere, target, checkpoints=house.settings.checkpoints_folder)
    assert refusal.value.values["lost"] == 2  # the word after, and the fact that the backup was made
    assert _is_untouched(elsewhere)


async def test_a_loss_is_accepted_by_name_kept_as_proof_and_on_record(
    house: House, life: Life, backup: Path, elsewhere: Settings
) -> None:
    await _say(house, life, "after the backup")
    shutil.copytree(house.settings.checkpoints_folder, elsewhere.checkpoints_folder)
    restored = await restore(elsewhere, backup, accept_loss=True)
    assert restored.proven["records"].lost == 2
    assert any("LOST" in line for line in operations.report_lines(restored))
    superseded = list(elsewhere.checkpoints_folder.glob("superseded-records-*.jsonl"))
    assert len(superseded) == 1
    async with open_house(elsewhere) as again:
        for words in ("one", "two", "three", "four"):
            await _say(again, life, words)
        assert (await audit(again)).holds


async def test_a_cut_a_changed_and_a_foreign_archive_are_refused(
    house: House, backup: Path, elsewhere: Settings, tmp_path: Path
) -> None:
    content = backup.read_bytes()
    wrong: dict[str, tuple[bytes, type[Exception], str]] = {
        "cut": (content[: len(content) // 2], operations.ArchiveDamaged, "breaks off"),
        "no end": (_without_end(backup), operations.ArchiveDamaged, "its end is missing"),
        "changed": (content.replace(b"PGDMP", b"PGDMQ", 1), operations.ArchiveDamaged, "SHA-256"),
        "text": (b"hello" * 1000, operations.ArchiveUnreadable, "no backup"),
        "empty": (b"", operations.ArchiveUnreadable, "no backup"),
        "newer": (_with_head(backup, format=2), operations.ArchiveUnreadable, "format 2"),
        "unknown revision": (
            _resigned(house, _with_head(backup, revision="9999_x"), tmp_path),
            operations.ArchiveUnreadable,
            "9999_x",
        ),
        "newer server": (
            _resigned(house, _with_head(backup, postgres=99), tmp_path), operations.ArchiveUnreadable, "PostgreSQL 99",
        ),
    }  # fmt: skip
    for name, (bytes_, error, words) in wrong.items():
        path = tmp_path / f"{name}.tar"
        path.write_bytes(bytes_)
        with pytest.raises(error, match=words):
            await restore(elsewhere, path)
        assert _is_untouched(elsewhere), name


async def test_somebody_who_changes_it_and_sums_anew_is_found(
    backup: Path, elsewhere: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "forged.tar"
    path.write_bytes(_rewritten(backup, lambda name, content: content + b" " if name == "settings.json" else content))
    with pytest.raises(operations.ArchiveUnreadable, match="not signed with the keys"):
        await restore(elsewhere, path)
    assert _is_untouched(elsewhere)


async def test_an_edited_record_in_a_signed_backup_is_not_proven(
    house: House, life: Life, elsewhere: Settings, tmp_path: Path
) -> None:
    async with house.database.transaction() as tx:
        await tx.execute("UPDATE conversations SET priority = 'urgent' WHERE id = %s", (life.case,))
    await operations.back_up(house, tmp_path / "b.tar", now=clock.now())
    with pytest.raises(operations.NotProven, match="says something else"):
        await restore(elsewhere, tmp_path / "b.tar")
    assert _is_untouched(elsewhere)


async def test_only_an_empty_house_is_filled(house: House, backup: Path, elsewhere: Settings) -> None:
    with pytest.raises(operations.HouseNotEmpty, match="holds tables"):
        await restore(replace(elsewhere, database_url=house.database.url), backup)
    with pytest.raises(operations.HouseNotEmpty, match="holds files"):
        await restore(replace(elsewhere, data=house.settings.data), backup)
    with pytest.raises(operations.KeysMissing):
        await restore(replace(elsewhere, keys=elsewhere.data.parent / "nokeys"), backup)


async def test_a_restore_that_was_killed_begins_anew(
    backup: Path, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a kill would leave it: the mark in the database, half the tables, files moved already."""
    with psycopg.connect(elsewhere.database_url) as connection:
        connection.execute(f"CREATE TABLE {migrate.RESTORING} ()")
        connection.execute("CREATE TABLE customers (id uuid)")
    staging = elsewhere.data / ".restoring"
    (staging / "postgres").mkdir(parents=True)
    (staging / "moving").touch()
    (elsewhere.data / "files" / "files").mkdir(parents=True)
    (elsewhere.data / "files" / "files" / "half").write_bytes(b"half")
    with pytest.raises(migrate.RestoreUnfinished):
        migrate.upgrade(elsewhere.database_url)
    assert (await restore(elsewhere, backup)).report.holds
    assert not staging.exists()
    assert not (elsewhere.data / "files" / "files" / "half").exists()
    assert migrate.is_at_head(elsewhere.database_url)


async def test_a_failing_backup_leaves_nothing(house: House, life: Life, tmp_path: Path) -> None:
    shutil.rmtree(house.settings.data / "files")
    (house.settings.data / "files").write_text("no folder")
    with pytest.raises(Exception, match=r".*"):
        await operations.back_up(house, tmp_path / "b.tar", now=clock.now())
    assert not list(tmp_path.glob("*b.tar*"))


async def test_a_dump_that_fails_says_why(tmp_path: Path, postgres_url: str) -> None:
    with pytest.raises(operations.DatabaseToolFailed, match="pg_dump failed"):
        async for _piece in tools.dump(f"{postgres_url}_none", pg_bin=None, piece_bytes=1_000):
            pass


async def test_a_restore_leaves_no_session_alive(house: House, life: Life, elsewhere: Settings, tmp_path: Path) -> None:
    async with house.database.transaction() as tx:
        await open_session(tx, agent_id=life.agent.id, stage="open", device=Device("", ""), now=clock.now())
    await operations.back_up(house, tmp_path / "b.tar", now=clock.now())
    await restore(elsewhere, tmp_path / "b.tar")
    with psycopg.connect(elsewhere.database_url) as connection:
        alive = connection.execute("SELECT count(*) FROM agent_sessions WHERE ended_at IS NULL").fetchone()
    assert alive == (0,)


def test_keys_travel_under_a_passphrase(house: House, tmp_path: Path) -> None:
    target = tmp_path / "keys.json"
    settings = replace(
        house.settings, smtp_url="smtp://user:secret@mail.example", customer_token_keys={"k": 'HS256:"x"'}
    )
    with pytest.raises(operations.PassphraseWrong, match="12 signs"):
        operations.back_up_keys(settings, target, passphrase="short", now=clock.now())
    assert operations.back_up_keys(
        settings, target, passphrase="correct horse battery", now=clock.now(), memory_kib=1_024
    )
    assert b"secret" not in target.read_bytes()
    there = replace(settings, keys=tmp_path / "there" / "keys")
    with pytest.raises(operations.PassphraseWrong, match="another one"):
        operations.restore_keys(there, target, passphrase="wrong horse battery")
    assert not there.keys.exists()
    keyring = operations.restore_keys(there, target, passphrase="correct horse battery")
    assert keyring.ids == house.vault.keyring.ids
    from bellrock.core import settings as declared

    again = declared.load({"BELLROCK_SETTINGS": str(there.keys / operations.SECRETS_FILE)})
    assert (again.smtp_url, dict(again.customer_token_keys)) == (settings.smtp_url, {"k": 'HS256:"x"'})
    with pytest.raises(operations.HouseNotEmpty):
        operations.restore_keys(there, target, passphrase="correct horse battery")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda text: text.replace('"passes": 4', '"passes": 3'), operations.PassphraseWrong),
        (lambda text: text.replace('"memory_kib": 1024', '"memory_kib": 99999999'), operations.ArchiveDamaged),
        (lambda text: text.replace("bellrock-keys/1", "bellrock-keys/9"), operations.ArchiveUnreadable),
        (lambda text: text[:-40], operations.ArchiveUnreadable),
    ],
)
def test_a_changed_file_of_keys_does_not_open(
    house: House, tmp_path: Path, change: Callable[[str], str], error: type[Exception]
) -> None:
    target = tmp_path / "keys.json"
    operations.back_up_keys(
        house.settings, target, passphrase="correct horse battery", now=clock.now(), memory_kib=1_024
    )
    changed = change(target.read_text())
    assert changed != target.read_text()
    target.write_text(changed)
    with pytest.raises(error):
        operations.restore_keys(
            replace(house.settings, keys=tmp_path / "k"), target, passphrase="correct horse battery"
        )
    assert not (tmp_path / "k").exists()


def _rewritten(source: Path, change: Callable[[str, bytes], bytes | None], signing: Any = None) -> bytes:
    """Return the archive with members changed and summed anew; signed anew with a key, else with the old signature."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    target = source.with_name(f"rewritten-{new_id()}.tar")
    members: list[tuple[str, bytes]] = []
    with tarfile.open(source) as tar:
        for member in tar:
            stream = tar.extractfile(member)
            assert stream is not None
            content = change(member.name, stream.read())
            if content is not None and member.name != archive.END:
                members.append((member.name, content))
    head = msgspec.json.decode(members[0][1])
    writer = archive.Writer.__new__(archive.Writer)
    archive.Writer.__init__(writer, target, head)
    for name, content in members[1:]:
        writer.add(name, content)
    writer.finish(signing or Ed25519PrivateKey.generate())
    content = target.read_bytes()
    target.unlink()
    return content


def _with_head(source: Path, **changes: Any) -> bytes:
    def change(name: str, content: bytes) -> bytes:
        return msgspec.json.encode({**msgspec.json.decode(content), **changes}) if name == archive.HEAD else content

    return _rewritten(source, change)


def _resigned(house: House, content: bytes, folder: Path) -> bytes:
    path = folder / f"resign-{new_id()}.tar"
    path.write_bytes(content)
    return _rewritten(path, lambda _name, each: each, house.vault.keyring.signing)


def _without_end(source: Path) -> bytes:
    out = io.BytesIO()
    with tarfile.open(source) as tar, tarfile.open(fileobj=out, mode="w") as kept:
        for member in tar:
            if member.name != archive.END:
                kept.addfile(member, tar.extractfile(member))
    return out.getvalue()
