"""Whose name stands for `{{brand}}` in articles."""

from __future__ import annotations

from bellrock.core import Transaction


async def speak_for(tx: Transaction, *, brand: str) -> None:
    """Let every article that this transaction reads name a brand in place of the default one."""
    await tx.execute("SELECT set_config('bellrock.brand', %s, TRUE)", (brand,))


async def name_default_brand(tx: Transaction, *, brand: str) -> None:
    """Let articles name this brand wherever no other is spoken for."""
    await tx.execute("UPDATE help_centre SET brand = %s WHERE brand <> %s", (brand, brand))
