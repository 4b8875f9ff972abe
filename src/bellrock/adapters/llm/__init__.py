"""Language models, behind the port `language.port.LanguageModel`."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from bellrock.core.settings import Settings, SettingsWrong
from bellrock.language.port import LanguageModel, Use


def build_llm(settings: Settings) -> LanguageModel | None:
    """Return the model that the settings name; None without one. Raises SettingsWrong."""
    if not settings.llm_url:
        return None
    if not settings.llm_model:
        raise SettingsWrong(name="llm_model", why="the address in llm_url needs the name of a model")
    unknown = sorted(set(settings.llm_uses) - set(Use))
    if unknown:
        raise SettingsWrong(name="llm_uses", why=f"it takes {', '.join(Use)}, not {unknown[0]}")
    from bellrock.adapters.llm.openai import OpenAICompatible

    return OpenAICompatible(
        _address(settings.llm_url),
        model=settings.llm_model,
        key=_key(settings),
        uses=frozenset(Use(use) for use in settings.llm_uses),
    )


def _address(url: str) -> str:
    """Return the address without a slash at its end: https, or http where the words do not leave the house."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or parts.username:
        raise SettingsWrong(name="llm_url", why="it takes an address such as https://llm.example.com/v1")
    if parts.scheme == "http" and not _is_near(host):
        raise SettingsWrong(
            name="llm_url", why="http is for this machine and private networks; elsewhere it takes https"
        )
    return url.rstrip("/")


def _is_near(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".internal", ".local"))


def _key(settings: Settings) -> str:
    if settings.llm_key_file is None:
        return settings.llm_key
    try:
        return settings.llm_key_file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise SettingsWrong(name="llm_key_file", why=type(error).__name__) from error
