"""Commands of an operator's Saturday: doctor, backup, restore."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bellrock.cli.frame import app, group, load_settings, run_in_house

if TYPE_CHECKING:
    from bellrock.core import Settings

backup_app = group(None, does_something=True)
app.add_typer(backup_app, name="backup")
restore_app = group(None, does_something=True)
app.add_typer(restore_app, name="restore")

_To = Annotated[Path | None, typer.Option("--to", help="The file to write; it must not exist.", dir_okay=False)]
_From = Annotated[Path | None, typer.Option("--from", help="The file to read.", exists=True, dir_okay=False)]
_Passphrase = Annotated[
    Path | None, typer.Option("--passphrase-file", help="Read the passphrase from this file instead of asking.")
]


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but a list of findings.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 2 when something will be wrong soon.")] = False,
) -> None:
    """Look at everything that can be wrong; say what it is, why, and what to do.

    \b
    Exit code: 0 nothing is wrong; 1 something is; with --strict 2 when something will be.

    \b
    Examples:
      bellrock doctor
      bellrock doctor --json | jq '.[] | select(.state != "ok")'
    """
    from bellrock import checkup
    from bellrock.app import build_chains, exchange_declaration

    settings = load_settings()
    findings = checkup.examine(settings, chains=build_chains(settings), exchange=exchange_declaration(settings))
    if as_json:
        print(checkup.findings_as_json(findings))
    else:
        for line in checkup.finding_lines(findings):
            print(line)
    sys.exit(checkup.exit_code(findings, strict=strict))


@backup_app.callback(invoke_without_command=True)
def backup(context: typer.Context, to: _To = None) -> None:
    """Back up everything but the keys, while serving: database, files, checkpoints, settings.

    What people wrote stays sealed in the backup: without the keys nobody reads it. Keep the keys' backup elsewhere.

    \b
    Examples:
      bellrock backup                              into BELLROCK_BACKUPS, named by the time
      bellrock backup --to /mnt/nas/bellrock.tar
      bellrock backup check /mnt/nas/bellrock.tar  read it from end to end
      bellrock backup keys --to /mnt/safe/keys.json
    """
    if context.invoked_subcommand is not None:
        return
    from bellrock import operations
    from bellrock.core import clock

    settings = load_settings()
    now = clock.now()
    target = to or operations.default_target(settings, now=now)
    made = run_in_house(lambda house: operations.back_up(house, target, now=now, say=print), settings)
    print(f"{target}: {made.bytes / 1e6:.1f} MB, {made.files} files, SHA-256 over all {made.digest.hex()}")


@backup_app.command("keys")
def backup_keys(to: _To = None, passphrase_file: _Passphrase = None) -> None:
    """Back up the keys and the secret settings, sealed under a passphrase (argon2id, AES-256-GCM).

    Whoever has this file, the passphrase and a backup reads everything: keep the three in three places.

    \b
    Examples:
      bellrock backup keys --to /mnt/safe/bellrock-keys.json
      bellrock backup keys --to keys.json --passphrase-file /run/secrets/passphrase
    """
    from bellrock import operations
    from bellrock.core import clock

    settings = load_settings()
    target = to or _default_keys_target(settings, clock.now())
    passphrase = _passphrase(passphrase_file, confirm=True)
    count = operations.back_up_keys(settings, target, passphrase=passphrase, now=clock.now())
    print(f"{target}: {count} files of keys. Try the passphrase now: bellrock restore keys --check --from {target}")


@backup_app.command("check")
def check(file: Annotated[Path, typer.Argument(help="The backup.", exists=True, dir_okay=False)]) -> None:
    """Read a backup from end to end: whether it is whole, and signed with this house's keys where they are there.

    \b
    Example:
      bellrock backup check /mnt/nas/bellrock-20261122T030000Z.tar
    """
    from bellrock import operations

    found = operations.check_backup(file, settings=load_settings())
    head = found.head
    print(
        f"Whole. Made {head.made_at} by Bellrock {head.bellrock}, revision {head.revision}, PostgreSQL {head.postgres}."
    )
    print(f"{found.bytes / 1e6:.1f} MB, {found.files} files, {found.checkpoints} files of checkpoints.")


@restore_app.callback(invoke_without_command=True)
def restore(
    context: typer.Context,
    source: _From = None,
    checkpoints: Annotated[
        Path | None,
        typer.Option(help="A folder with checkpoints that were kept elsewhere.", exists=True, file_okay=False),
    ] = None,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Restore although later facts are known to be lost.")
    ] = False,
) -> None:
    """Fill an empty house from a backup, and prove its record against the checkpoints that lie outside.

    The keys must be back first. Nothing is kept unless all of it holds. Stop `serve` before; start it after.

    \b
    Examples, on a new machine:
      bellrock restore keys --from /mnt/safe/bellrock-keys.json
      bellrock restore --from bellrock-20261122T030000Z.tar --checkpoints /mnt/witness/checkpoints
      bellrock serve
    """
    if context.invoked_subcommand is not None:
        return
    import asyncio

    from bellrock import operations
    from bellrock.app import build_files, open_house
    from bellrock.core import clock

    restored = asyncio.run(
        operations.restore(
            load_settings(),
            _given(source),
            open_house=open_house,
            files_at=build_files,
            checkpoints=checkpoints,
            accept_loss=accept_loss,
            now=clock.now(),
            say=print,
        )
    )
    for line in operations.report_lines(restored):
        print(line)


@restore_app.command("keys")
def restore_keys(
    source: _From = None,
    passphrase_file: _Passphrase = None,
    check_only: Annotated[bool, typer.Option("--check", help="Only try whether they open; write nothing.")] = False,
) -> None:
    """Put the keys back into an empty BELLROCK_KEYS, with the secret settings beside them.

    \b
    Examples:
      bellrock restore keys --from /mnt/safe/bellrock-keys.json
      bellrock restore keys --from keys.json --check
    """
    from bellrock import operations

    settings = load_settings()
    file = _given(source)
    passphrase = _passphrase(passphrase_file, confirm=False)
    if check_only:
        print(f"They open: {operations.check_keys(file, passphrase=passphrase)} files.")
        return
    keyring = operations.restore_keys(settings, file, passphrase=passphrase)
    print(f"The keys are in {keyring.folder}.")
    if (keyring.folder / operations.SECRETS_FILE).exists():
        print(
            f"The secret settings are in {keyring.folder / operations.SECRETS_FILE}: move them to where yours belong."
        )


def _given(source: Path | None) -> Path:
    if source is None:
        raise typer.BadParameter("name the file to read", param_hint="--from")
    return source


def _default_keys_target(settings: Settings, now: datetime) -> Path:
    """Return a place for the keys' backup that is not the folder of backups."""
    return settings.keys.absolute().parent / f"bellrock-keys-{now:%Y%m%dT%H%M%SZ}.json"


def _passphrase(file: Path | None, *, confirm: bool) -> str:
    if file is not None:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm))
