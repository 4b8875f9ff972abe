"""Looks at what lies between this machine and people: mail, TLS, the proxy in front."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from bellrock.checkup.findings import Finding
from bellrock.core import Settings

_SECONDS_MAX = 5.0
_CERTIFICATE_SOON = timedelta(days=14)


def look_outside(settings: Settings, *, now: datetime) -> list[Finding]:
    """Look at mail, the public address with its certificate, and what the proxy passes on."""
    return [_mail(settings), _public(settings, now=now), *_proxy(settings)]


def _mail(settings: Settings) -> Finding:
    if not settings.smtp_url:
        says = f"written to {settings.data / 'outbox'}"
        if settings.demo:
            return Finding("mail", says)
        cause = "No server is set, so nobody is told of answers, invitations or forgotten passwords."
        return Finding("mail", says, "soon", cause, "Set BELLROCK_SMTP_URL.")
    parts = urlsplit(settings.smtp_url)
    host, port = parts.hostname or "", parts.port or (465 if parts.scheme == "smtps" else 587)
    cure = "Check BELLROCK_SMTP_URL, the firewall, and whether the provider lets this machine in."
    try:
        with socket.create_connection((host, port), timeout=_SECONDS_MAX) as plain:
            plain.settimeout(_SECONDS_MAX)
            if parts.scheme == "smtps":
                with ssl.create_default_context().wrap_socket(plain, server_hostname=host) as wrapped:
                    greeting = wrapped.recv(512)
            else:
                greeting = plain.recv(512)
    except (OSError, ssl.SSLError) as error:
        return Finding("mail", f"{host}:{port} does not answer", "bad", f"{type(error).__name__}: {error}", cure)
    if not greeting.startswith(b"220"):
        return Finding("mail", f"{host}:{port} answers, but not as a mail server", "bad", repr(greeting[:60]), cure)
    return Finding("mail", f"{host}:{port} answers")


def _public(settings: Settings, *, now: datetime) -> Finding:
    parts = urlsplit(settings.base_url)
    host = parts.hostname or ""
    if parts.scheme != "https":
        if _is_here(host):
            return Finding("TLS", f"{settings.base_url}, on this machine only")
        cause = "Without https anybody on the way reads sign-ins and conversations, and cookies are sent unprotected."
        cure = "Put a proxy with a certificate in front and set BELLROCK_PUBLIC_URL=https://… (docs/proxy.md)."
        return Finding("TLS", f"{settings.base_url} is not encrypted", "bad", cause, cure)
    if settings.demo:
        cause = "In the demo anybody can play any customer and colleagues' passwords lie in a file."
        return Finding("TLS", f"{settings.base_url} shows the demo", "bad", cause, "Set BELLROCK_DEMO=0.")
    try:
        with (
            socket.create_connection((host, parts.port or 443), timeout=_SECONDS_MAX) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as wrapped,
        ):
            certificate = wrapped.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        cure = "Renew the certificate, and serve it with its chain."
        return Finding("TLS", f"the certificate of {host} is not accepted", "bad", error.verify_message, cure)
    except OSError as error:
        cause = f"From here it does not answer ({type(error).__name__}); from outside it may."
        return Finding("TLS", settings.base_url, "soon", cause, "Look from another machine; check the proxy and DNS.")
    left = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC) - now
    if left < _CERTIFICATE_SOON:
        cause = "Whatever renews it has not done so."
        return Finding(
            "TLS", f"the certificate ends in {left.days} days", "soon", cause, "Renew it; look at the proxy's log."
        )
    return Finding("TLS", f"the certificate of {host} is good for {left.days} days")


def _proxy(settings: Settings) -> list[Finding]:
    """Ask through the public address what arrives: a proxy whose word counts, and the scheme."""
    parts = urlsplit(settings.base_url)
    if parts.scheme != "https" or _is_here(parts.hostname or ""):
        return []
    if not settings.trusted_proxies:
        cause = "Every request seems to come from the proxy: limits for people without a name hit all of them together."
        cure = "Set BELLROCK_TRUSTED_PROXIES to the proxy's address, such as 127.0.0.1."
        return [Finding("proxy", "its word on addresses is not taken", "soon", cause, cure)]
    try:
        connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=_SECONDS_MAX)
        connection.request("GET", "/health/proxy")
        answer = connection.getresponse()
        seen = msgspec.json.decode(answer.read(4_096), type=dict[str, bool])
    except (OSError, http.client.HTTPException, msgspec.DecodeError) as error:
        cause = f"{settings.base_url}/health/proxy did not answer from here ({type(error).__name__})."
        return [Finding("proxy", "not seen", "soon", cause, "Look from another machine; check the proxy.")]
    if not seen.get("trusted"):
        cause = (
            "It does not send X-Forwarded-For."
            if not seen.get("forwarded")
            else "BELLROCK_TRUSTED_PROXIES does not name the address it comes from."
        )
        cure = "See docs/proxy.md for both sides."
        return [Finding("proxy", "the real address of clients is not known", "soon", cause, cure)]
    return [Finding("proxy", "names the real client")]


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
