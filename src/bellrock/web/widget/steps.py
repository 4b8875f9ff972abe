"""A protective step by a tap: asked for in one transaction, carried out by the exchange, said in the thread in another.

And the simplest one: leaving.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from bellrock import people, triage
from bellrock.core import clock
from bellrock.house import House
from bellrock.web.widget.session import require


class Step(msgspec.Struct):
    """Which step, and the message that offers it."""

    message_id: UUID
    step: str


@post("/widget/steps", name="widget.steps", status_code=HTTP_200_OK)
async def take_step(request: Request[Any, Any, Any], data: JSONBody[Step]) -> Response[dict[str, str]]:
    """Carry out a protective step for the customer. What became of it stands in the thread; tapped again, it is the same one."""
    house: House = request.app.state.house
    async with house.database.transaction() as tx:
        session = await require(tx, request)
        house.rates.take("customer", session.customer.id, "step")
        await people.refuse_blocked(tx, customer=session.customer, now=clock.now())
        begun = await triage.begin_step(
            tx, house.vault, session=session, message_id=data.message_id, step=data.step, now=clock.now()
        )
    result = triage.StepResult.BEFORE
    if begun is not None:
        result = await triage.carry_out_step(house.exchange, begun)
        async with house.database.transaction() as tx:
            await triage.finish_step(
                tx, house.vault, exchange=house.exchange, begun=begun, result=result, now=clock.now()
            )
    return Response({"result": result.value}, headers={"Cache-Control": "no-store"})


@post("/widget/session/end", name="widget.session_end", status_code=HTTP_204_NO_CONTENT)
async def end_session(request: Request[Any, Any, Any]) -> None:
    """End the session: the customer signed out. Whatever was proven in it is proven no more."""
    house: House = request.app.state.house
    async with house.database.transaction() as tx:
        session = await require(tx, request)
        await people.end_widget_session(tx, session_id=session.id, now=clock.now())


step_routes: list[Any] = [take_step, end_session]
