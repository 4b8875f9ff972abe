"""The incidents behind a year's bad hours, as they were announced."""

from __future__ import annotations

from datetime import timedelta

from bellrock import guard, incidents
from bellrock.core import SYSTEM
from bellrock.demo_year.calendar import Calendar
from bellrock.demo_year.making import Plan
from bellrock.house import House

_TEXTS = {
    "withdrawal_pending": ("Withdrawals are slow", "Withdrawals wait longer than usual. No funds are at risk."),
    "deposit_not_credited": ("Deposits are late", "Deposits are credited with a delay. Nothing is lost."),
    "login_failed": ("Login codes are late", "Some login codes arrive minutes late. Please do not ask for many."),
    "order_not_filled": ("Trading is slow", "Orders are taken with a delay. Please check before you order again."),
    "fiat_deposit": ("Bank transfers are late", "A partner bank credits transfers a few hours late."),
    "api_error": ("The API fails at times", "A part of all API calls fails. We are on it."),
}


async def add_incidents(house: House, plan: Plan) -> None:
    """Write each incident of the plan's year with its end."""
    calendar = Calendar(end=plan.end, days=plan.days, seed=plan.seed)
    async with house.database.transaction() as tx:
        for bad in sorted(calendar.bad, key=lambda bad: bad.hour):
            title, text = _TEXTS[bad.topic]
            at = calendar.start + timedelta(hours=bad.hour, minutes=20)
            incident_id = await incidents.open_incident(
                tx,
                house.vault,
                texts={"en": incidents.Text(guard.screen(title), guard.screen(text))},
                topics=[bad.topic],
                by=SYSTEM,
                now=at,
            )
            for state, share in ((incidents.State.IDENTIFIED, 0.3), (incidents.State.RESOLVED, 1.0)):
                await incidents.change_state(
                    tx,
                    house.vault,
                    incident_id=incident_id,
                    state=state,
                    by=SYSTEM,
                    now=at + timedelta(hours=bad.hours * share),
                )
