"""What can go wrong with tokens, repeated requests and webhooks."""

from bellrock.core import N_, Conflict, Invalid, NotFound, NotSignedIn, Refused


class TokenUnknown(NotSignedIn):
    """No token was shown, or one that is unknown, expired or revoked: one text for all."""

    code = "token_refused"
    text = N_("This token is unknown, has expired, or was revoked.")


class ScopeMissing(Refused):
    """The token is not for this."""

    code = "scope_missing"
    text = N_("This token lacks the scope %(scope)s.")


class BadToken(Invalid):
    """A token needs a name, at least one scope, and an end within two years."""

    code = "token_wrong"
    text = N_("Give the token a name, at least one scope, and an end within two years.")


class BeyondKeeper(Refused):
    """Whoever makes a token or a webhook, or answers for it, may not do that themselves."""

    code = "beyond_keeper"
    text = N_("This would reach further than you do yourself: %(scopes)s.")


class TokenNotFound(NotFound):
    """There is no such token."""

    code = "token_not_found"
    text = N_("We could not find this token.")


class KeyReused(Invalid):
    """The same idempotency key came with another request."""

    code = "idempotency_key_reused"
    text = N_("This idempotency key belongs to another request.")


class ResultGone(Conflict):
    """The request was done, and its answer has been erased since."""

    code = "result_erased"
    text = N_("This was done before, and its answer has been erased since.")


class CursorWrong(Invalid):
    """A page cursor that we did not give for this list."""

    code = "cursor_wrong"
    status = 400
    text = N_("This cursor does not belong to this list. Begin again without one.")


class BadEndpoint(Invalid):
    """A webhook needs an address that may be called, and at least one kind of event."""

    code = "webhook_wrong"
    text = N_("Give an https address without user name and port tricks, and choose at least one kind of event.")


class EndpointUnknown(NotFound):
    """There is no such webhook, or no such delivery."""

    code = "webhook_not_found"
    text = N_("We could not find this webhook.")


class EventUnknown(Invalid):
    """A kind of event that there is not."""

    code = "event_unknown"
    status = 400
    text = N_("There is no event of this kind.")
