"""Habits that no linter checks: short files, a docstring on every module, nothing left for later."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("worker", "connectors", "rules")
MAX_LINES = 320
LEFT_FOR_LATER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")  # in two pieces: this file is looked at as well


def modules(*folders: str) -> Iterator[Path]:
    return (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))


def names(paths: Iterator[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def test_there_is_something_to_check() -> None:
    """A wrong root would make every other check here pass."""
    assert all(any(modules(package)) for package in PACKAGES)


def test_files_of_the_packages_are_short() -> None:
    """A longer file owns two things."""
    assert names(path for path in modules(*PACKAGES) if len(path.read_text("utf-8").splitlines()) > MAX_LINES) == []


def test_every_module_says_what_it_owns() -> None:
    """Tests and benchmarks too: the docstring is where a reader starts."""
    everywhere = modules(*PACKAGES, "tests")
    assert names(path for path in everywhere if not ast.get_docstring(ast.parse(path.read_text("utf-8")))) == []


def test_nothing_is_left_for_later() -> None:
    """What is missing belongs into an issue, where somebody looks for it."""
    everywhere = modules(*PACKAGES, "tests")
    assert names(path for path in everywhere if LEFT_FOR_LATER.search(path.read_text("utf-8"))) == []


def test_decision_records_have_one_number_each() -> None:
    """Two records of one number come from two branches; the later one takes the next number."""
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert all(number.isdigit() for number in numbers)
    assert len(numbers) == len(set(numbers))
