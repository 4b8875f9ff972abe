"""What the first line says. It never pretends to be a person, and says what happens next."""

from __future__ import annotations

from bellrock import guard
from bellrock.core import N_, i18n
from bellrock.triage.decisions import HandOver, Why

GREETING = N_(
    "Hello, I am the first line of support: a bot. I answer what I am sure of, and a person is always one tap away. "
    "We never ask for a password, a code or a recovery phrase."
)
WHICH_TOPIC = N_("I want to be sure that I understand you. Which of these is it about?")
MENU = N_(
    "I am here, and you have all the time you need. Is it one of these? Otherwise write in a few words what it is about, or "
    "ask for a person."
)
HERE = N_(
    "I am here. If something is still open, write it in a sentence; a person is always one tap away. If everything is settled: "
    "you are welcome, and all the best."
)
WHAT_ABOUT = N_("Thank you, it has arrived. Please tell me in a sentence what it is about.")

_PERSON_ASKED = N_("Of course. A person takes over from here and reads everything you wrote. You can go on writing.")
_PERSON_BETTER = N_(
    "I am a bot, and this is better answered by a person. I have passed on what you wrote, so you need not repeat it. "
    "You can add details at any time."
)
_PERSON_UNSURE = N_(
    "I am a bot and not sure of the right answer, so a person takes over. I have passed on what you wrote, so you need not "
    "repeat it."
)
_PERSON_NOT_HELPED = N_("I am sorry that this did not help. A person takes over and sees what we have tried so far.")
_PERSON_LEGAL = N_(
    "Thank you for telling us. I have passed this to the colleagues who deal with such matters; a bot does not answer it."
)
_PERSON_DISTRESS = N_(
    "I am a bot, and I am glad you wrote. A person will read this first. If you may be in danger now, please call the "
    "emergency number of your country or somebody close to you."
)
_PROTECT = N_(
    "Your money comes first, so a person of our security team will read this before anything else. Please do this now, in "
    "the app or on our own site:\n"
    "1. Lock your account: Profile, Security, Lock account.\n"
    "2. Change your password and sign out of all devices.\n"
    "3. Delete API keys that you do not know.\n"
    "4. If somebody has control of your device, disconnect it from the internet and use another one.\n"
    "Do not send money or codes to anybody, whoever they say they are. We never ask for them."
)
_PLACE = N_("You are number %(place)s in the queue.")

_BY_REASON = {
    "asked_for_person": _PERSON_ASKED,
    "legal": _PERSON_LEGAL,
    "not_helped": _PERSON_NOT_HELPED,
    "topic_needs_person": _PERSON_BETTER,
    "first_line_off": _PERSON_BETTER,
}


def greeting(language: str) -> str:
    """Return what stands above an empty conversation."""
    return i18n.translate(language, GREETING)


def of_hand_over(decision: HandOver, *, masked: tuple[str, ...], place: int | None, language: str) -> str:
    """Return what the customer reads at a hand-over: what to do now, who comes next, and the place in the queue."""
    parts = [i18n.translate(language, guard.advice(guard.Kind(kind))) for kind in masked if kind in set(guard.Kind)]
    is_desperate = bool({Why.DISTRESS, Why.DESPAIR} & set(decision.reasons))
    if is_desperate:
        parts.insert(0, i18n.translate(language, _PERSON_DISTRESS))
    if decision.is_protective:
        parts.append(i18n.translate(language, _PROTECT))
    elif not is_desperate:
        parts.append(i18n.translate(language, _BY_REASON.get(decision.reason, _PERSON_UNSURE)))
    if place is not None:
        parts.append(i18n.translate(language, _PLACE, place=place))
    return "\n\n".join(parts)
