"""Encoders of texts, behind the port `triage.port.Embedder`."""

from bellrock.triage.port import Embedder


def build_embedder() -> Embedder:
    """Return the encoders of this installation; their weights are read at the first text."""
    from bellrock.adapters.embed.both import BothEncoders

    return BothEncoders()
