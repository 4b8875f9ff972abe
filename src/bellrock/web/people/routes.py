"""Every route of this area."""

from __future__ import annotations

from typing import Any

from bellrock.web.people import account, directory, disclosure, joining, roles, sign_in, teams

routes: list[Any] = [
    *sign_in.routes,
    *joining.routes,
    *account.routes,
    *directory.routes,
    *teams.routes,
    *roles.routes,
    *disclosure.routes,
]
