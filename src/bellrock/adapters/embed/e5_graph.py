"""multilingual-e5-small as a graph for onnxruntime: a BERT of 12 layers (Devlin et al., 2019) whose weights stay in 4 bits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bellrock.adapters.embed.e5_file import BLOCK, Weights, opened
from bellrock.adapters.embed.onnx import MICROSOFT, Graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROWS, MASK = "rows", "mask"
_WHOLE_NUMBERS = 4
"""Of onnxruntime's `accuracy_level`: activations are rounded to 8 bits a block, and all is multiplied in whole numbers."""


def graph(weights: Weights) -> bytes:
    """Return the model: from `rows` (texts, tokens, width) and `mask` (texts, tokens; 1 for a token) to rows like these."""
    import numpy as np

    found, sizes = Graph(), weights.sizes
    shape = ("texts", "tokens", sizes.width)
    parts = found.constant("parts", np.array([sizes.width] * 3, dtype=np.int64))
    found.input(ROWS, "float32", shape)
    found.input(MASK, "int32", shape[:2])
    level: dict[str, Any] = {"epsilon": float(weights.epsilon)}

    def vectors(*names: str) -> list[str]:
        return [found.constant(name, weights.vector(name)) for name in names]

    flow = found.node("LayerNormalization", [ROWS, *vectors("emb.ln.w", "emb.ln.b")], axis=-1, **level)
    for layer in (f"l{number}." for number in range(sizes.layers)):
        joined = _multiplied(found, weights, flow, [f"{layer}{name}" for name in "qkv"], sizes.width, sizes.width)
        asked, keys, values = found.node("Split", [joined, parts], outputs=3, axis=-1)
        seen = found.node(
            "MultiHeadAttention", [asked, keys, values, "", MASK], domain=MICROSOFT, num_heads=sizes.heads
        )
        seen = _multiplied(found, weights, seen, [f"{layer}ao"], sizes.width, sizes.width)
        norm = vectors(f"{layer}aln.w", f"{layer}aln.b")
        flow = found.node("SkipLayerNormalization", [flow, seen, *norm], domain=MICROSOFT, **level)
        between = _multiplied(found, weights, flow, [f"{layer}fi"], sizes.between, sizes.width)
        between = found.node("Gelu", [between], domain=MICROSOFT)
        between = _multiplied(found, weights, between, [f"{layer}fo"], sizes.width, sizes.between)
        norm = vectors(f"{layer}oln.w", f"{layer}oln.b")
        flow = found.node("SkipLayerNormalization", [flow, between, *norm], domain=MICROSOFT, **level)
    found.output(flow, shape)
    return found.model()


def _multiplied(found: Graph, weights: Weights, flow: str, names: Sequence[str], rows: int, columns: int) -> str:
    """Add a product with one or several tensors of 4 bits side by side, and their biases."""
    import numpy as np

    blocks = np.concatenate([weights.blocks(f"{name}.w", rows, columns) for name in names])
    quarters, scales = opened(blocks)
    # Here neighbours share a byte; in the file the first half of a block shares its bytes with the second.
    packed: NDArray[Any] = quarters[..., 0::2] | quarters[..., 1::2] << 4
    bias = np.concatenate([weights.vector(f"{name}.b") for name in names])
    name = names[0]
    inputs = [flow, found.constant(f"{name}.w", packed), found.constant(f"{name}.s", scales)]
    settings: dict[str, Any] = {"K": columns, "N": rows * len(names), "bits": 4, "block_size": BLOCK}
    inputs += ["", "", found.constant(f"{name}.b", bias)]
    product: str = found.node("MatMulNBits", inputs, domain=MICROSOFT, accuracy_level=_WHOLE_NUMBERS, **settings)
    return product
