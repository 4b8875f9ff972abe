"""Check that every text a person sees stands in every catalogue: complete, translated, whole, in the script of its language.

scripts/check_texts.py                    fail, naming what is missing
scripts/check_texts.py --missing ar [X]   print what is missing in a language as a catalogue, of sources that contain X
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from bellrock import language as languages

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "bellrock"
LOCALE = SOURCE / "locale"
# Each language but the source: its code for Babel, and how many plural forms it has.
LANGUAGES = {
    tag: (tag.replace("-", "_"), int(re.findall(r"nplurals=(\d)", language.plurals)[0]))
    for tag, language in languages.LANGUAGES.items()
    if tag != languages.SOURCE
}
# What only operators read at a terminal or in a log is in English.
OPERATORS = {"cli.py", "supervisor.py", "checkup.py", "bench", "migrations"}
OPERATORS_CORE = {"core/postgres.py", "core/pg_process.py", "core/migrate.py", "core/settings.py"}
Keywords = Mapping[str, tuple[int | tuple[int, int] | tuple[int, str], ...] | None]
PYTHON: Keywords = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "translate": (2,),
    "translate_plural": (2, 3),
}
TEMPLATE: Keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
SCRIPT: Keywords = {"t": None, "tn": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
KNOWN_SCRIPTS = {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "THAI", "CJK", "HIRAGANA", "KATAKANA", "HANGUL"}
LOOK_ALIKE = set("aceiopxyABCEHKMOPTX")
ABOUT = tomllib.loads(Path(__file__).with_name("texts.toml").read_text(encoding="utf-8"))

Text = tuple[str, ...]  # one msgid, or singular and plural


def main() -> int:
    """Run the check and return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--missing", metavar="LANGUAGE")
    parser.add_argument("within", nargs="?", default="")
    given = parser.parse_args()
    texts = gather()
    if given.missing:
        print_missing(texts, given.missing, given.within)
        return 0
    problems = [problem for language in LANGUAGES for problem in check(texts, language)]
    for problem in problems[:60]:
        print(problem, file=sys.stderr)
    if problems:
        print(f"texts: {len(problems)} problems of {len(texts)} texts", file=sys.stderr)
    return 1 if problems else 0


def gather() -> dict[Text, list[str]]:
    """Return every text with the places where it stands."""
    found: dict[Text, list[str]] = {}
    for path in sorted(SOURCE.rglob("*")):
        inside = path.relative_to(SOURCE)
        if inside.parts[0] in OPERATORS or str(inside) in OPERATORS_CORE or "dist" in inside.parts:
            continue
        for line, text in texts_of(path):
            found.setdefault(text, []).append(f"{inside}:{line}")
    return found


def texts_of(path: Path) -> Iterator[tuple[int, Text]]:
    """Yield (line, text) of one file."""
    if path.suffix == ".py":
        yield from extracted(path, "python", PYTHON)
        yield from error_texts(path)
    elif path.suffix == ".html":
        yield from extracted(
            path, "jinja2.ext:babel_extract", TEMPLATE, {"extensions": "jinja2.ext.do", "trimmed": "true"}
        )
    elif path.suffix in {".js", ".jsx"} and "static" in path.parts:
        yield from extracted(path, "javascript", SCRIPT)


def extracted(
    path: Path, method: str, keywords: Keywords, options: dict[str, str] | None = None
) -> Iterator[tuple[int, Text]]:
    with path.open("rb") as stream:
        for line, message, _comments, _context in extract(method, stream, keywords, options=options or {}):
            text = (message,) if isinstance(message, str) else tuple(message)
            if all(text):
                yield line, text


def error_texts(path: Path) -> Iterator[tuple[int, Text]]:
    """Yield the `text` of error classes: they are shown to people and need no mark."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ClassDef):
            continue
        for item in node.body:
            if not isinstance(item, ast.Assign) or ast.unparse(item.targets[0]) != "text":
                continue
            if isinstance(item.value, ast.Constant) and isinstance(item.value.value, str):
                yield item.lineno, (item.value.value,)


def check(texts: dict[Text, list[str]], language: str, folder: Path = LOCALE) -> Iterator[str]:
    """Yield what is wrong with the catalogues of a language."""
    known = catalogue(language, folder)
    for text, places in texts.items():
        _, message = known.get(text[0], ("", None))
        where = f"{language}: {places[0]}: {text[0]!r}"
        if message is None:
            yield f"{where} is missing"
        else:
            yield from (f"{where} {fault}" for fault in faults(text, message, language))
    used = {text[0] for text in texts}
    for id_, (file, _) in known.items():
        if id_ not in used:
            yield f"{language}: {file}: {id_!r} is not used any more"
    for path in sorted((folder / language).glob("*.po")):
        with path.open("rb") as stream:
            given = read_po(stream).num_plurals
        if given != LANGUAGES[language][1]:
            yield f"{language}: {path.name} says {given} plural forms, not {LANGUAGES[language][1]}"


def faults(text: Text, message: Message, language: str) -> Iterator[str]:
    """Yield what is wrong with one translation."""
    forms = LANGUAGES[language][1]
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    if len(text) == 2 and (not message.pluralizable or len([string for string in strings if string]) != forms):
        yield f"needs {forms} plural forms"
        return
    if message.fuzzy or not all(strings):
        yield "is not translated"
        return
    wanted = placeholders(text[-1])
    # A form for one or two may leave the number out.
    if any(placeholders(string) - wanted or wanted - placeholders(string) - {"count"} for string in strings):
        yield f"has other placeholders than {sorted(wanted)}"
    if any(is_broken(string) for string in strings) and not is_broken(text[-1]):
        yield "has a broken placeholder"
    if any(string in text for string in strings) and not is_common(text[0], language):
        yield "is the same as in English"
    for string in strings:
        yield from script_faults(string, " ".join(text), language)


def is_broken(text: str) -> bool:
    """Return whether something is left that began or ended as a placeholder."""
    return bool(re.search(r"%\s*\(|[{}]", PLACEHOLDER.sub("", text).replace("{}", "")))


def is_common(text: str, language: str) -> bool:
    """Return whether a text has only words that the language has in common with English."""
    common = {*ABOUT["all"]["same"], *ABOUT.get(language, {}).get("same", ())}
    words = [word.lower() for word in WORD.findall(PLACEHOLDER.sub(" ", text))]
    return all(len(word) == 1 or word in common for word in words)


def script_faults(string: str, text: str, language: str) -> Iterator[str]:
    """Yield letters that do not belong: of another script, two scripts in a word, or simplified in traditional Chinese."""
    own = scripts_of(languages.LANGUAGES[language].name) | {*ABOUT.get(language, {}).get("scripts", ())} | {"LATIN"}
    bare = PLACEHOLDER.sub(" ", string)
    strange = scripts_of(bare) - own - scripts_of(text)
    if strange:
        yield f"has letters of another script: {', '.join(sorted(strange))}"
    for word in WORD.findall(bare):
        is_alone = word in LOOK_ALIKE and "CYRILLIC" in own and word not in WORD.findall(text)
        if is_alone or scripts_of(word) >= {"LATIN", "CYRILLIC"}:
            yield f"mixes Latin and Cyrillic letters in {word!r}"
    never = {*ABOUT.get(language, {}).get("never", "")} & {*bare} - {*text}
    if never:
        yield f"has characters that this script does not have: {''.join(sorted(never))}"


def scripts_of(text: str) -> set[str]:
    return {unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha()} & KNOWN_SCRIPTS


def catalogue(language: str, folder: Path = LOCALE) -> dict[str, tuple[str, Message]]:
    """Return the messages of all areas by msgid, each with the name of its file."""
    found: dict[str, tuple[str, Message]] = {}
    for path in sorted((folder / language).glob("*.po")):
        with path.open("rb") as stream:
            for message in read_po(stream, locale=LANGUAGES[language][0], abort_invalid=True):
                if message.id:
                    found[message.id if isinstance(message.id, str) else message.id[0]] = (path.name, message)
    return found


def placeholders(text: str) -> set[str]:
    return {name for match in PLACEHOLDER.finditer(text) for name in match.groups() if name}


def print_missing(texts: dict[Text, list[str]], language: str, within: str) -> None:
    """Print what is missing as a catalogue to fill in."""
    code, _forms = LANGUAGES[language]
    known = catalogue(language)
    left = Catalog(locale=code)
    for text, places in texts.items():
        if text[0] not in known and any(within in place for place in places):
            files = [(place.rpartition(":")[0], 0) for place in places]
            left.add(text if len(text) == 2 else text[0], locations=files)
    write_po(sys.stdout.buffer, left, omit_header=True, include_lineno=False)


if __name__ == "__main__":
    sys.exit(main())
