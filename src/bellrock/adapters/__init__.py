"""The only code that speaks to others' services; `app` alone imports it."""
