"""Error answers: each failure is shown once, as a page, as a fragment or as RFC 9457 JSON."""

from __future__ import annotations

from typing import Any

import msgspec
import structlog
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from bellrock import core
from bellrock.core import N_, BellrockError
from bellrock.web.shared.languages import language_of
from bellrock.web.shared.templating import render

_log = structlog.get_logger(__name__)
_JSON_PATHS = ("/api/", "/widget/")
_HEADINGS = {
    400: N_("This request could not be read"),
    401: N_("Please sign in"),
    403: N_("This is not open to you"),
    404: N_("There is nothing here"),
    405: N_("This cannot be done here"),
    409: N_("This changed in the meantime"),
    413: N_("This is too large"),
    422: N_("Please check what you entered"),
    429: N_("One moment, please"),
    500: N_("This failed on our side"),
    503: N_("Not available right now"),
}
_TEXTS = {
    400: N_("The request was incomplete or damaged. Go back and try again."),
    401: N_("You were signed out, or this needs an account."),
    403: N_("You are not allowed to see or do this. If you came from a form, load it again and send once more."),
    404: N_("The address is mistyped, or what stood here has moved."),
    405: N_("Go back and use the buttons of the page."),
    429: N_("That was too fast. Please wait a moment and try again."),
    500: N_("We have noted it. Nothing you sent before is lost. Please try again in a moment."),
    503: N_("Nothing was lost; please try again in a moment."),
}


def handle_bellrock_error(request: Request[Any, Any, Any], error: BellrockError) -> Response[Any]:
    """Show an expected failure, or send the browser where the failure says (to sign in)."""
    if location := getattr(error, "location", ""):
        return Redirect(location, status_code=303)
    text = core.i18n.translate(language_of(request), error.text, **error.values)
    wait: int | None = getattr(error, "retry_after_seconds", None)
    headers = {"Retry-After": str(wait)} if wait is not None else None
    return _answer(request, error.status, error.code, text, headers=headers)


def handle_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Show what the framework refuses: no such address, wrong method, damaged input, missing CSRF token."""
    status = error.status_code
    text = core.i18n.translate(language_of(request), _TEXTS.get(status, _TEXTS[400 if status < 500 else 500]))
    return _answer(request, status, f"http_{status}", text, headers=error.headers)


def handle_bug(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Log what nobody expected once, by kind and place; show that nothing is lost."""
    _log.error("request_failed", path=request.scope["path"], error=type(error).__name__, exc_info=error)
    return _answer(request, 500, "internal", core.i18n.translate(language_of(request), _TEXTS[500]))


problem_handlers: dict[Any, Any] = {
    BellrockError: handle_bellrock_error,
    HTTPException: handle_http_exception,
    Exception: handle_bug,
}


def wants_fragment(request: Request[Any, Any, Any]) -> bool:
    """Return whether a script of ours asks for a piece of a page."""
    return "hx-request" in request.headers or request.headers.get("x-requested-with") == "fragment"


def _answer(
    request: Request[Any, Any, Any], status: int, code: str, text: str, headers: dict[str, str] | None = None
) -> Response[Any]:
    heading = core.i18n.translate(language_of(request), _HEADINGS.get(status, _HEADINGS[400 if status < 500 else 500]))
    if _wants_json(request):
        body = {"type": "about:blank", "title": heading, "status": status, "detail": text, "code": code}
        return Response(
            msgspec.json.encode(body),
            status_code=status,
            media_type="application/problem+json",
            headers=headers,
        )
    if request.method == "HEAD":
        return Response("", status_code=status, media_type=MediaType.HTML)
    name = "shared/problem_fragment.html" if wants_fragment(request) else "shared/problem.html"
    return render(request, name, status=status, headers=headers, heading=heading, text=text, **_home(request))


def _home(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Return where "to the start" leads from the desk; customers' pages have their own."""
    return {"home": "/desk"} if request.url.path.startswith("/desk") else {}


def _wants_json(request: Request[Any, Any, Any]) -> bool:
    accept = request.headers.get("accept", "")
    if "application/problem+json" in accept:
        return True
    return request.url.path.startswith(_JSON_PATHS) or ("json" in accept and "html" not in accept)
