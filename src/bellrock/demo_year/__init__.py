"""A past for a house that has none: a year of invented conversations in 18 languages, made by the thousand."""

from bellrock.demo_year.calendar import LANGUAGES
from bellrock.demo_year.heavy import analyse, without_indexes
from bellrock.demo_year.making import Plan
from bellrock.demo_year.outages import add_incidents
from bellrock.demo_year.year import ServingNow, fill, grow, has_past, settle

__all__ = [
    "LANGUAGES",
    "Plan",
    "ServingNow",
    "add_incidents",
    "analyse",
    "fill",
    "grow",
    "has_past",
    "settle",
    "without_indexes",
]
