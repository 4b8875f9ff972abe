"""Every address of the customer pages."""

from __future__ import annotations

from typing import Any

from bellrock.web.customer.cases import case_routes
from bellrock.web.customer.form import form_routes
from bellrock.web.customer.receipts import receipt_routes

routes: list[Any] = [*form_routes, *case_routes, *receipt_routes]
