"""What can go wrong with people, tokens and sign-in."""

from __future__ import annotations

from bellrock.core import N_, Conflict, Invalid, NotFound, NotSignedIn, Refused, TooMany


class TokenRefused(NotSignedIn):
    """The customer token is not one that we accept. `why` is for the integrator; it never repeats the token."""

    code = "token_refused"
    text = N_("Your sign-in could not be confirmed. Please open support again from the app.")

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


class SignInStale(Refused):
    """The exchange vouched for this customer too long ago for what was asked: a new token is needed."""

    code = "sign_in_stale"
    text = TokenRefused.text


class SignInFailed(NotSignedIn):
    """E-mail, password or both are wrong, or there is no such agent: one text for all."""

    code = "sign_in_failed"
    text = N_("The e-mail or the password is not right.")


class CodeRefused(NotSignedIn):
    """The code of the authenticator is wrong, too old, or was used before."""

    code = "code_refused"
    text = N_("That code does not work. Please wait for the next one and try again.")


class SignInPaused(TooMany):
    """Too many failures for this account; the wait grows with each."""

    code = "sign_in_paused"
    text = N_("Too many attempts for this account. Please wait %(minutes)s min and try again.")

    @property
    def retry_after_seconds(self) -> int:
        return 60 * int(self.values["minutes"])


class LinkRefused(NotFound):
    """The link was used, is too old, or never existed."""

    code = "link_refused"
    status = 410
    text = N_("This link was used or has expired. Please ask for a new one.")


class PasswordWeak(Invalid):
    """The password is too short, too long, or easily guessed."""

    code = "password_weak"
    text = N_("Please choose a password of at least 12 characters that is not easy to guess.")


class EmailTaken(Conflict):
    """Another agent has this e-mail address."""

    code = "email_taken"
    text = N_("Somebody with this e-mail address is already here.")


class LastAdmin(Conflict):
    """Without this agent nobody could manage people."""

    code = "last_admin"
    text = N_("This is the last person who can manage people. Give that role to somebody else first.")


class BeyondOwn(Refused):
    """Nobody gives what they do not have, nor changes somebody who may do more than they."""

    code = "beyond_own"
    text = N_("You can only give what you may do yourself, and only change people who may do no more than you.")


class RoleInUse(Conflict):
    """Somebody holds this role."""

    code = "role_in_use"
    text = N_("Somebody still has this role. Give them another one first.")


class TeamInUse(Conflict):
    """Conversations would be stranded in this team."""

    code = "team_in_use"
    text = N_("This team still has open conversations. Give them to another team first.")


class DefaultTeam(Conflict):
    """Somebody must take what no other team does."""

    code = "default_team"
    text = N_("This team takes what no other team does. Choose another one for that first.")
