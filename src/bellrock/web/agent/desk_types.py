"""What every handler of the console is given, by name: the house, and the agent who is signed in."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from bellrock import people
from bellrock.house import House

AnyRequest = Request[Any, Any, Any]
HouseHere = NamedDependency[SkipValidation[House]]
AgentHere = NamedDependency[SkipValidation[people.Agent]]
