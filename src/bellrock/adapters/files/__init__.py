"""Stores of sealed files."""
