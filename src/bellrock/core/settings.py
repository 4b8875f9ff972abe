"""Settings: from the environment (`BELLROCK_…`), else from a TOML file, else the default written here."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any, get_type_hints

from bellrock.core.errors import BellrockError


class SettingsWrong(BellrockError):
    """A setting cannot be used; the text names it and says what it takes."""

    code = "settings_wrong"
    text = "The setting %(name)s cannot be used: %(why)s"


def _setting(default: Any, doc: str, *, secret: bool = False) -> Any:
    """Declare one setting with the sentence that documents it."""
    meta = {"doc": doc, "secret": secret}
    if callable(default):
        return field(default_factory=default, metadata=meta)
    return field(default=default, metadata=meta)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator can set. Each field is also the variable `BELLROCK_` + its name in capitals."""

    data: Path = _setting(Path("data"), "Folder for the embedded database, files and logs.")
    backups: Path | None = _setting(
        None, "Folder to which `bellrock backup` writes. Default: `backups` beside keys. Copy it to another machine."
    )
    keys: Path = _setting(
        Path("keys"), "Folder of the key-encryption and signing keys. Keep it apart from data and back it up apart."
    )
    checkpoints: Path | None = _setting(
        None, "Folder outside the database to which signed checkpoints are written. Default: `checkpoints` beside keys."
    )
    database_url: str = _setting(
        "", "A PostgreSQL server, version 18 or later. Empty: the embedded one is started.", secret=True
    )
    pg_bin: Path | None = _setting(None, "Folder with initdb and pg_ctl of a PostgreSQL to use as the embedded one.")
    host: str = _setting("127.0.0.1", "Address to listen on.")
    port: int = _setting(8080, "Port to listen on.")
    web_workers: int = _setting(2, "Number of web processes.")
    public_url: str = _setting("", "The address customers see, such as https://support.example.com.")
    brand: str = _setting("Northwick", "Name of the exchange, as customers read it.")
    origins: tuple[str, ...] = _setting((), "Origins of the exchange's pages that may embed the widget.")
    trusted_proxies: tuple[str, ...] = _setting(
        (), "Addresses or networks of reverse proxies whose `X-Forwarded-For` names the real client, such as 127.0.0.1."
    )
    metrics_from: tuple[str, ...] = _setting(
        ("127.0.0.1", "::1"), "Addresses or networks that may read `/metrics`; never through a proxy."
    )
    demo: bool = _setting(False, "Show the demo exchange, with demo customers and demo sign-in. Never in production.")
    customer_token_keys: Mapping[str, str] = _setting(
        dict,
        "Keys that sign customer tokens, by key id: `HS256:<base64url secret>` or `EdDSA:<base64url public key>`.",
        secret=True,
    )
    smtp_url: str = _setting(
        "", "smtp://user:password@host:587 or smtps://…; empty: mail is written to data/outbox.", secret=True
    )
    mail_from: str = _setting("support@northwick.example", "Sender address of notices.")
    ledger_origin: str = _setting("bellrock.example/records", "Origin line of this installation's checkpoints.")
    log_format: str = _setting("json", "`json` or `console`.")
    log_level: str = _setting("info", "debug, info, warning or error.")
    upload_mb_max: int = _setting(20, "Largest file a customer or agent may send, in megabytes.")
    translator_url: str = _setting(
        "",
        "Address of a LibreTranslate server of your own, such as http://127.0.0.1:5000. Empty: nothing is translated.",
    )
    translator_key: str = _setting("", "Key of that server, if it wants one.", secret=True)
    llm_url: str = _setting(
        "",
        "Address of a language model that speaks the API of OpenAI, such as http://127.0.0.1:8000/v1. Over http on this machine "
        "or a private network only. Nothing else is ever asked. Empty: nothing is drafted or summed up.",
    )
    llm_model: str = _setting("", "Name of the model there.")
    llm_key: str = _setting("", "Key for that address, if it wants one.", secret=True)
    llm_key_file: Path | None = _setting(None, "File with that key, instead of the setting.")
    llm_uses: tuple[str, ...] = _setting(
        ("draft", "summary"),
        "What the model may be used for: draft, summary, translation (where no translator is set up), phrasing.",
    )
    first_line: bool = _setting(True, "Whether the first line answers. Off: every conversation goes to a person.")
    teaching_by_one: bool = _setting(
        False,
        "Let one person alone put a taught version of the first line live. Off: one proposes it, another one confirms.",
    )
    chain_nodes: Mapping[str, str] = _setting(
        dict,
        "Nodes of blockchains, by CAIP-2 name: `eip155:1=evm+https://user:key@host`. Kinds: evm, core, esplora, solana, tron, "
        "xrpl. Nothing else is asked. Empty: deposits are judged by the exchange's word alone.",
        secret=True,
    )
    exchange_url: str = _setting(
        "",
        "Address of the exchange's service for support (the contract of docs/exchange.md), https unless on this machine. Empty: "
        "no account is looked up; in the demo, the reference exchange is started and asked.",
    )
    exchange_token: str = _setting("", "Bearer token that this service wants.", secret=True)
    exchange_can: tuple[str, ...] = _setting(
        (),
        "Parts and protective measures that this service has, such as account,funds,freeze_withdrawals. Empty: all of the "
        "contract. `bellrock exchange conform` prints them.",
    )
    webhook_private: bool = _setting(
        False, "Let webhooks go to this machine and to private networks, and over http. For tests and intranets."
    )

    @property
    def checkpoints_folder(self) -> Path:
        return self.checkpoints or self.keys.parent / "checkpoints"

    @property
    def backups_folder(self) -> Path:
        return self.backups or self.keys.parent / "backups"

    @property
    def base_url(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")


def load(environ: Mapping[str, str] | None = None, *, file: Path | None = None) -> Settings:
    """Return the settings of this process.

    `BELLROCK_SETTINGS` names the TOML file (default `bellrock.toml` where it exists). Raises SettingsWrong for a name that
    does not exist or a value that does not fit, so that a typing error never passes silently.
    """
    env = os.environ if environ is None else environ
    path = file or Path(env.get("BELLROCK_SETTINGS", "bellrock.toml"))
    given: dict[str, Any] = {}
    if path.exists():
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise SettingsWrong(name=str(path), why=str(error)) from error
    elif file or "BELLROCK_SETTINGS" in env:
        raise SettingsWrong(name=str(path), why="there is no such file")
    hints = get_type_hints(Settings)
    names = {item.name for item in fields(Settings)}
    for name in given:
        if name not in names:
            raise SettingsWrong(name=name, why="there is no setting of this name")
    values: dict[str, Any] = {}
    for name in names:
        variable = f"BELLROCK_{name.upper()}"
        if variable in env:
            values[name] = _parse(name, hints[name], env[variable])
        elif name in given:
            values[name] = _parse(name, hints[name], given[name])
    return Settings(**values)


def table() -> list[tuple[str, str, str, str]]:
    """Return (name, variable, default, sentence) of every setting, for docs and `bellrock settings`."""
    rows = []
    for item in fields(Settings):
        default = item.default if item.default is not MISSING else "{}"
        rows.append((item.name, f"BELLROCK_{item.name.upper()}", str(default), str(item.metadata["doc"])))
    return rows


def _parse(name: str, hint: Any, value: Any) -> Any:
    try:
        if hint is bool:
            return _parse_bool(value)
        if hint is int:
            number = int(value)
            if number < 0:
                raise ValueError("it must not be negative")
            return number
        if hint is Path:
            return Path(str(value))
        if hint == Path | None:
            return Path(str(value)) if value else None
        if hint == tuple[str, ...]:
            parts = value.split(",") if isinstance(value, str) else list(value)
            found = tuple(part.strip() for part in parts if part.strip())
            if name in ("trusted_proxies", "metrics_from"):
                for part in found:
                    ip_network(part, strict=False)
            return found
        if hint == Mapping[str, str]:
            return _parse_mapping(value)
        return str(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise SettingsWrong(name=name, why=str(error)) from error


def _parse_bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    word = str(value).strip().lower()
    if word not in words:
        raise ValueError("it takes 1 or 0")
    return words[word]


def _parse_mapping(value: Any) -> dict[str, str]:
    """Read `kid=HS256:secret,kid2=EdDSA:key` or a TOML table."""
    if isinstance(value, Mapping):
        return {str(key): str(item) for key, item in value.items()}
    pairs = [part.split("=", 1) for part in str(value).split(",") if part.strip()]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError("it takes name=value pairs with commas between")
    return {key.strip(): item.strip() for key, item in pairs}
