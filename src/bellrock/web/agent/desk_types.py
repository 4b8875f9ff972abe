"""What every handler of the console is given, by name: the house, and the agent who is signed in."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request
from litestar.params import Dependency

from bellrock import people
from bellrock.house import House

AnyRequest = Request[Any, Any, Any]
HouseHere = Annotated[House, Dependency(skip_validation=True)]
AgentHere = Annotated[people.Agent, Dependency(skip_validation=True)]
