"""What things are called on screen: priorities, channels, reasons, topics, fields of a form."""

from __future__ import annotations

from collections.abc import Callable

from bellrock import triage
from bellrock.core import N_

PRIORITIES = {"urgent": N_("Urgent"), "high": N_("High"), "normal": N_("Normal"), "low": N_("Low")}
PRESENCES = {"online": N_("Online"), "busy": N_("Busy"), "away": N_("Away"), "offline": N_("Offline")}
CHANNELS = {"widget": N_("Widget"), "web": N_("Form"), "email": N_("E-mail")}
PROOF_STEPS = (N_("No proof"), N_("Signed in"), N_("Step-up"))
CHANNEL_ICONS = {"widget": "widget", "web": "form", "email": "email"}

REASONS = {
    "asked_for_person": N_("The customer asked for a person"),
    "secret_shared": N_("The customer shared a secret; it was masked"),
    "money_at_risk": N_("Money or the account may be at risk"),
    "topic_needs_person": N_("This needs a person"),
    "not_sure": N_("The first line was not sure enough"),
    "not_helped": N_("The answer did not help"),
    "third_turn": N_("Still open after several answers"),
    "legal": N_("A legal matter"),
    "first_line_off": N_("The first line is switched off"),
    "colleague": N_("Handed over by a colleague"),
}

FIELDS = {
    "txid": N_("Transaction (TxID)"),
    "tx_id": N_("Transaction (TxID)"),
    "transaction": N_("Transaction (TxID)"),
    "order": N_("Order"),
    "order_id": N_("Order"),
    "asset": N_("Asset"),
    "coin": N_("Asset"),
    "position": N_("Position"),
    "error": N_("Error code"),
    "country": N_("Country"),
    "url": N_("Link"),
    "case": N_("Case"),
    "request": N_("API call"),
    "amount": N_("Amount"),
    "network": N_("Network"),
    "address": N_("Address"),
    "device": N_("Device"),
    "app_version": N_("App version"),
    "topic": N_("Topic"),
    "language": N_("Language"),
    "bank": N_("Bank"),
    "date": N_("Date"),
    "email": N_("E-mail"),
    "subject": N_("Subject"),
    "urgent": N_("Marked urgent by the customer"),
    "description": N_("Description"),
    "masked": N_("Masked"),
    "tried": N_("Already tried"),
    "article": N_("Article sent"),
    "also": N_("Also about"),
    "tone": N_("Tone"),
}

TONES = {
    "money_at_risk": N_("money at risk"),
    "distress": N_("in distress"),
    "deadline": N_("has a deadline"),
    "repeated": N_("wrote before"),
    "hardship": N_("in need or afraid"),
    "haste": N_("in a hurry"),
    "anger": N_("angry"),
    "shouting": N_("shouting"),
    "sounds_urgent": N_("sounds urgent"),
    "sounds_pressing": N_("sounds pressing"),
    "sounds_distressed": N_("sounds desperate"),
    "sounds_angry": N_("sounds angry"),
    "sounds_worried": N_("sounds worried"),
}


def topic_name(topic: str | None, language: str) -> str:
    """Return what a topic is called in a language; empty for none, its own words for one that nobody knows."""
    if not topic:
        return ""
    intent = topic.split(".")[-1]
    try:
        return triage.topic_name(intent, language)
    except (KeyError, triage.TopicUnknown):
        plain = intent.replace("_", " ")
        return plain[:1].upper() + plain[1:]


def fact_value(name: str, value: str, *, language: str, gettext: Callable[[str], str]) -> str:
    """Return a collected fact as colleagues read it: codes of topics and of the tone in their words, all else as it is."""
    if name == "also":
        return ", ".join(topic_name(code, language) for code in value.split(", "))
    if name == "tone":
        return ", ".join(gettext(TONES[code]) if code in TONES else code for code in value.split(", "))
    return value


def field_name(name: str, gettext: Callable[[str], str]) -> str:
    """Return the label of a collected fact."""
    known = FIELDS.get(name)
    if known:
        return gettext(known)
    plain = name.replace("_", " ").replace("-", " ")
    return plain[:1].upper() + plain[1:]
