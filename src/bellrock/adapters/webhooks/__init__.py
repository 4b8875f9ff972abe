"""Calling addresses of integrators: resolved once, refused where they lead inside, pinned to what was resolved."""
