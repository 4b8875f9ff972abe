"""A past for a house that has none: a year of invented conversations in 18 languages, made by the thousand."""

from bellrock.demo_year.heavy import analyse, without_indexes
from bellrock.demo_year.making import Plan
from bellrock.demo_year.year import ServingNow, fill, grow, settle

__all__ = ["Plan", "ServingNow", "analyse", "fill", "grow", "settle", "without_indexes"]
