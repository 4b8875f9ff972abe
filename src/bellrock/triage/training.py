"""Training: a line over meaning and letters, known examples beside it, temperature and thresholds; and the head for tone."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from bellrock.triage import sounding, thresholds
from bellrock.triage.corpus import Example, Toned, corpus, toned_to_learn
from bellrock.triage.features import BUCKETS, plain, runs, spoken
from bellrock.triage.fitting import STRENGTH, fit, one_thread
from bellrock.triage.model import LETTERS_WEIGHT, NEIGHBOURS_WEIGHT, Model, Thresholds, versioned
from bellrock.triage.port import Embedder
from bellrock.triage.rules import signs
from bellrock.triage.sounding import Sounding
from bellrock.triage.tone import COLUMNS, words
from bellrock.triage.topics import Gate, topics

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

TRUSTED_EXAMPLES = 100
"""With so many examples a label, letters and known examples count in full."""
ORDINARY = 14
"""So many everyday messages of a language teach what calm is: without any, a fourth of such messages sound angry."""
QUIET_COUNTS = 0.5
"""How much a message of the part `quiet` counts: one in full, they are so many that more of what is calm sounds of danger."""
# Of wide margins: strength, letters and known examples, chosen on the parts of CLINC150 to learn from and to validate on.
_MARGINS = (1.0, 0.67, 0.05)
_MARKS = re.compile(r"[^\w\s']")
_NEVER = Thresholds(2.0, 1.0, 1.0, 0.0, 1.0)
# Of these languages, every so many-th message is learnt without its marks, too.
_UNMARKED = {"vi": 1, "pl": 3, "tr": 3}
_LETTERS = str.maketrans("đĐłŁıİ", "dDlLiI")


def train(embedder: Embedder) -> tuple[Model, Sounding]:
    """Train on the parts `train` and `quiet`, then set temperature and thresholds on `calibration`; then the head for tone.

    Deterministic.
    """
    import numpy as np

    examples, held_back, dangers = corpus("train"), half_unmarked(corpus("calibration")), quiet_dangers()
    toned, quiet = toned_to_learn() + ordinary(examples), corpus("quiet")
    examples += unmarked(examples)
    quiet += unmarked(quiet)
    counts = [1.0] * len(examples) + [QUIET_COUNTS] * len(quiet)
    examples += quiet
    with one_thread(), ThreadPoolExecutor(1) as aside:
        half = len(examples) // 2
        first = aside.submit(_read, examples[:half], embedder)
        rest = _read(examples[half:], embedder)
        meaning = np.concatenate([first.result(), rest])
        # The line takes one core; on the other, what is held back is encoded, and what tone is learnt from.
        held_back_meaning = aside.submit(_read, held_back, embedder)
        dangers_meaning = aside.submit(_read, dangers, embedder)
        toned_meaning = aside.submit(_read, toned, embedder)
        head = learn_from(examples, meaning, embedder, counts=counts)
        known = held_back_meaning.result(), dangers_meaning.result()
        tuned = versioned(thresholds.tuned_on(head, embedder, held_back, known[0], dangers, known[1]))
        return tuned, listen_from(toned, toned_meaning.result(), tuned, embedder)


def quiet_dangers() -> list[Example]:
    """Return the held-back messages in which danger is told in passing, without the calm ones beside them."""
    protected = {name for name, found in topics().items() if found.gate is Gate.PROTECT}
    return [each for each in corpus("quiet_held_back") if each.topic in protected]


def ordinary(examples: Sequence[Example]) -> list[Toned]:
    """Return some messages of each language as calm ones: what the first line may answer, with no word in it that presses."""
    answered = {name for name, found in topics().items() if found.gate is Gate.ANSWER and not found.is_urgent}
    chosen = []
    for language in sorted({example.language for example in examples}):
        own = [each for each in examples if each.language == language and each.topic in answered]
        starts = (place * len(own) // ORDINARY for place in range(ORDINARY))
        chosen += [next(each for each in own[start:] if not _words(each)) for start in starts]
    return [Toned(each.text, each.language, sounding.URGENCIES[0], sounding.MOODS[0]) for each in chosen]


def listen(messages: Sequence[Toned], head: Model, embedder: Embedder) -> Sounding:
    """Learn the head for tone that goes with a head for topics. Deterministic; needs the extra `train`."""
    return listen_from(messages, _read(messages, embedder), head, embedder)


def listen_from(messages: Sequence[Toned], meaning: NDArray[float32], head: Model, embedder: Embedder) -> Sounding:
    """Learn as `listen`, from vectors that are there already: one row a message, as the encoder gives them."""
    found = [_words(each) for each in messages]
    centred = head.centred(meaning, [each.language for each in messages], embedder.compared)
    with one_thread():
        return sounding.learn(messages, centred, found, columns=COLUMNS, fits=sounding.fits_of(head))


def learn(examples: Sequence[Example], embedder: Embedder) -> Model:
    """Learn a head for any labels from examples; it answers nothing before its thresholds are set. Needs the extra `train`."""
    return learn_from(examples, _read(examples, embedder), embedder)


def _words(example: Example | Toned) -> frozenset[str]:
    return words(example.text, language=example.language, signs=signs(example.text, language=example.language))


def _read(examples: Sequence[Example] | Sequence[Toned], embedder: Embedder) -> NDArray[float32]:
    return embedder.embed([spoken(example.text) for example in examples])


def retyped(example: Example) -> Example:
    """Return an example as it is typed in haste: small letters, no marks.

    Beside a few examples of a label these teach what of a vector is typing alone (three draws of ten examples from the questions
    of Banking77 to learn from: .003 more are right, and more in each).
    """
    return replace(example, text=_MARKS.sub(" ", example.text.lower()))


def without_marks(text: str) -> str:
    """Return a text as it is typed without the marks of its letters: "rút tiền" as "rut tien"."""
    split = unicodedata.normalize("NFD", text.translate(_LETTERS))
    return unicodedata.normalize("NFC", "".join(each for each in split if unicodedata.category(each) != "Mn"))


def unmarked(examples: Sequence[Example]) -> list[Example]:
    """Return the examples that people also type without marks, typed so: all of Vietnamese, some of Polish and Turkish.

    Learnt with marks alone, the head understood two of five such Vietnamese messages. Those without any mark are left out.
    """
    return [replace(each, text=bare) for each, bare in _bare(examples, _UNMARKED) if bare != each.text]


def half_unmarked(held_back: Sequence[Example]) -> list[Example]:
    """Return held-back examples, some of them without their marks, so that the thresholds are learnt for both ways to type."""
    bare = {id(each): text for each, text in _bare(held_back, {"vi": 2, "pl": 4, "tr": 4})}
    return [replace(each, text=bare.get(id(each), each.text)) for each in held_back]


def _bare(examples: Sequence[Example], steps: Mapping[str, int]) -> list[tuple[Example, str]]:
    """Return every so many-th example of some languages, and its text without marks."""
    return [
        (each, without_marks(each.text))
        for language, step in steps.items()
        for each in [one for one in examples if one.language == language][::step]
    ]


def learn_from(
    examples: Sequence[Example],
    meaning: NDArray[float32],
    embedder: Embedder,
    *,
    has_margins: bool = False,
    said: int | None = None,
    counts: Sequence[float] | None = None,
) -> Model:
    """Learn a head as `learn`, from vectors that are there already: one row an example, as the encoder gives them.

    `has_margins` takes the widest margins instead of the likeliest labels: often more is right, but taught heads build on shares.
    `said` is how many of the examples say something, where others are the same ones retyped; all of them if it is not given.
    `counts` says how much each counts beside the others; all the same if it is not given.
    """
    import numpy as np

    labels = tuple(sorted({example.topic for example in examples}))
    languages = tuple(sorted({example.language for example in examples}))
    # Label by label: then the known examples of one are neighbours in memory at work.
    order = sorted(range(len(examples)), key=lambda place: (examples[place].topic, place))
    examples, meaning = [examples[place] for place in order], meaning[order]
    tags = [example.language for example in examples]
    texts = [plain(example.text) for example in examples]
    places = np.array([labels.index(example.topic) for example in examples], dtype=np.int16)
    counted = [runs(text) for text in texts]
    idf = _idf(counted)
    empty = Model(
        version="",
        encoder=embedder.name,
        labels=labels,
        languages=languages,
        temperature=1.0,
        thresholds=_NEVER,
        means=_means(meaning, tags, languages, embedder.compared),
        of_meaning=np.zeros((len(labels), embedder.width), dtype=np.float16),
        of_letters=np.zeros((BUCKETS, len(labels)), dtype=np.int8),
        letters_scales=np.ones(len(labels), dtype=np.float32),
        bias=np.zeros(len(labels), dtype=np.float32),
        idf=idf,
        examples=np.zeros((0, embedder.width), dtype=np.int8),
        example_labels=places,
    )
    centred = empty.centred(meaning, tags, embedder.compared)
    share = trust((len(examples) if said is None else said) / len(labels))
    strength, spelling, near = _MARGINS if has_margins else (STRENGTH, 1.0, NEIGHBOURS_WEIGHT)
    weight = np.float32(spelling * share)
    rows = _letter_rows(counted, idf.astype(np.float32)) * weight
    shares = None
    if counts is not None:
        shares = np.array([counts[place] for place in order], dtype=np.float32)
        shares /= shares.mean()
    line = fit(centred, rows, places, len(labels), strength=strength / share, has_margins=has_margins, counts=shares)
    head = replace(empty, neighbours_weight=near * share)
    return rounded(head, line.dense, line.sparse * weight, line.bias, centred[:, embedder.compared])


def trust(examples: float) -> float:
    """Return how much letters and known examples count beside meaning, from 0 to 1, with so many examples a label.

    From a few examples, meaning says more than spelling. Chosen on parts of Banking77 to learn from, ten examples a label.
    """
    return float(min(1.0, (examples / TRUSTED_EXAMPLES) ** 0.5))


def rounded(
    empty: Model, dense: NDArray[float32], sparse: NDArray[float32], bias: NDArray[float32], known: NDArray[float32]
) -> Model:
    """Return the head with its weights, rounded as they are shipped: thresholds are learnt on what is shipped."""
    import numpy as np

    scales = np.maximum(np.abs(sparse).max(axis=0) / 127, 1e-9).astype(np.float32)
    return replace(
        empty,
        of_meaning=dense.T.astype(np.float16),
        of_letters=np.round(sparse / scales).astype(np.int8),
        letters_scales=scales,
        bias=bias.astype(np.float32),
        examples=np.round(known * 127).astype(np.int8),
    )


def _means(meaning: NDArray[float32], tags: Sequence[str], languages: Sequence[str], compared: slice) -> NDArray[Any]:
    """Return the mean vector of each language in the columns that are compared, and nought in the others."""
    import numpy as np

    means = np.zeros((len(languages), meaning.shape[1]), dtype=np.float32)
    for place, language in enumerate(languages):
        means[place, compared] = meaning[[tag == language for tag in tags]][:, compared].mean(axis=0)
    return means.astype(np.float16)


def _letter_rows(counted: Sequence[Counter[int]], idf: NDArray[float32]) -> Any:
    """Return what `features.letters` does, for all texts at once: shape (texts, BUCKETS)."""
    import numpy as np
    from scipy.sparse import csr_matrix

    sizes = [len(each) for each in counted]
    places = np.fromiter(chain.from_iterable(counted), dtype=np.int64, count=sum(sizes))
    counts = np.fromiter(chain.from_iterable(each.values() for each in counted), dtype=np.float32, count=sum(sizes))
    weights = (1.0 + np.log(counts)) * idf[places]
    owners = np.repeat(np.arange(len(counted)), sizes)
    lengths = np.sqrt(np.bincount(owners, weights=weights.astype(np.float64) ** 2, minlength=len(counted)))
    weights = LETTERS_WEIGHT * (weights / np.maximum(lengths, 1e-9)[owners])
    return csr_matrix((weights, places, np.cumsum([0, *sizes])), shape=(len(counted), BUCKETS), dtype=np.float32)


def _idf(counted: Sequence[Counter[int]]) -> NDArray[Any]:
    import numpy as np

    seen: Counter[int] = Counter()
    for each in counted:
        seen.update(each.keys())
    counts = np.zeros(BUCKETS, dtype=np.float32)
    for bucket, count in seen.items():
        counts[bucket] = count
    return (np.log((1 + len(counted)) / (1 + counts)) + 1).astype(np.float16)
