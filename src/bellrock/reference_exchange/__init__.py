"""An exchange to try everything against: seeded accounts, a price path, a liquidation engine, deposits on real chains."""

from bellrock.reference_exchange.service import Faults, Service, parse_faults
from bellrock.reference_exchange.serving import serve
from bellrock.reference_exchange.stories import STORIES
from bellrock.reference_exchange.venue import NAME, Venue, as_exchange

__all__ = ["NAME", "STORIES", "Faults", "Service", "Venue", "as_exchange", "parse_faults", "serve"]
