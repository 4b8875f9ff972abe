"""Who takes the next case: plain assignment to the least loaded person of the right team and language."""

from bellrock.routing.choice import Candidate, choose
from bellrock.routing.leaving import Leaving, give_back_of_absent, leave, leaving
from bellrock.routing.queue import assign_waiting

__all__ = ["Candidate", "Leaving", "assign_waiting", "choose", "give_back_of_absent", "leave", "leaving"]
