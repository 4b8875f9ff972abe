"""Encoders of texts, behind the port `triage.port.Embedder`."""

from bellrock.triage.port import Embedder


def build_embedder() -> Embedder:
    """Return the encoder of this installation; its weights are read at the first text."""
    from bellrock.adapters.embed.use import UniversalSentenceEncoder

    return UniversalSentenceEncoder()
