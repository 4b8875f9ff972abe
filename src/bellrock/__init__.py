"""Bellrock: customer support for a crypto exchange."""

__version__ = "0.1.0"
