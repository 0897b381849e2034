"""A roster as a table: rows of people under headers that somebody else chose.

Owns which columns mean what, and what is wrong with a row. A bad cell or row is told with its line, and the rest goes
on. Names of people are never taken: there is no field for them.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from connectors.errors import ConfigError
from rules.language.problems import Problem, nearest
from rules.language.rule import Place
from rules.speech.harmless import plain
from worker.config.people import CalendarFile

ACCOUNTS = ("github", "git", "jira", "slack", "pagerduty")
FIELDS = ("handle", "mail", "team", "manager", "buddy", "role", "level", "zone", *ACCOUNTS)
LEVELS = ("junior", "mid", "senior")
MAX_ROWS = 5000
MOST = 100
"""Characters of a cell; a mail address may have twice as many."""

HANDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
MAIL = re.compile(r"[^\s@<>\"',;:]{1,100}@[^\s@<>\"',;:]{1,100}")


@dataclass(frozen=True, slots=True)
class Row:
    """`said` has what the row gives, by field; a handle or a mail address at least."""

    line: int
    said: dict[str, str]


def columns(text: str) -> dict[str, str]:
    """'handle=Login,mail=E-mail' → field → header. Raises ConfigError."""
    found = {}
    for part in text.split(","):
        field, equals, header = (word.strip() for word in part.partition("="))
        if field == "name":
            raise ConfigError("--columns: names are not kept, only handles and accounts", "leave 'name=…' out")
        if field not in FIELDS or not equals or not header:
            hint = nearest(field, FIELDS) if field not in FIELDS else "such as handle=Login,mail=E-mail"
            raise ConfigError(f"--columns: '{part.strip()[:60]}' is no FIELD=HEADER", hint)
        found[field] = header
    return found


def read_roster(text: str, file: str, wanted: Mapping[str, str] | None = None) -> tuple[list[Row], list[Problem]]:
    """Rows that can be used, and what is wrong with others. Raises ConfigError where the header does not fit.

    `wanted`: field → header; without it, headers that are called like a field.
    """
    first = text.split("\n", 1)[0]
    table = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    problems: list[Problem] = []
    lines = _lines(table, file, problems)
    _, header = next(lines, (1, []))
    places = _places(header, file, wanted)
    rows: list[Row] = []
    seen: dict[tuple[str, str], int] = {}
    for line, cells in lines:
        if len(rows) == MAX_ROWS:
            problems.append(_wrong(file, line, f"more than {MAX_ROWS:,} people; the rest is not read"))
            break
        row = _row(cells, len(header), places, file, line, problems)
        if row and not _twice(row, seen, file, problems):
            rows.append(row)
    return rows, problems


def _lines(table: Iterator[list[str]], file: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which they begin; blank ones are nothing."""
    while True:
        line = int(getattr(table, "line_num", 0)) + 1
        try:
            cells = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            problems.append(_wrong(file, line, f"cannot be read: {error}"))
            continue
        if any(cell.strip() for cell in cells):
            yield line, [cell.strip() for cell in cells]


def _places(header: Sequence[str], file: str, wanted: Mapping[str, str] | None) -> dict[str, int]:
    """Field → column."""
    known = [name.lower() for name in header]
    asked = wanted if wanted is not None else {field: field for field in FIELDS if field in known}
    for field, name in asked.items():
        if known.count(name.lower()) != 1:
            many = "has no column" if name.lower() not in known else "has two columns"
            raise ConfigError(f"{file} {many} '{name}' (for {field})", nearest(name, [one for one in header if one]))
    if not {"handle", "mail"} & set(asked):
        there = ", ".join(plain(one, 40) for one in header[:14])
        raise ConfigError(
            f"{file}: which column holds the handle, or the mail address?", f"--columns handle=…; {there}"
        )
    return {field: known.index(name.lower()) for field, name in asked.items()}


def _row(
    cells: list[str], wide: int, places: Mapping[str, int], file: str, line: int, problems: list[Problem]
) -> Row | None:
    if len(cells) < wide or any(cells[wide:]):
        problems.append(_wrong(file, line, f"the header has {wide} cells, this row {len(cells)}"))
        return None
    said = {field: cells[place] for field, place in places.items() if cells[place]}
    wrong = {field: why for field, cell in said.items() if (why := _why_not(field, cell))}
    problems += [_wrong(file, line, f"{field} '{plain(said[field], 60)}' {why}") for field, why in wrong.items()]
    kept = {field: _clean(field, cell) for field, cell in said.items() if field not in wrong}
    if {"handle", "mail"} & set(wrong):
        return None
    if not {"handle", "mail"} & set(kept):
        problems.append(_wrong(file, line, "neither a handle nor a mail address"))
        return None
    return Row(line, kept)


def _why_not(field: str, cell: str) -> str:
    """Why a cell cannot be taken; '' where it can."""
    if plain(cell, 2 * MOST) != cell or (len(cell) > MOST and field != "mail"):
        return "is too long, or holds marks that cannot be seen"
    if field == "handle" and not HANDLE.fullmatch(cell.removeprefix("@")):
        return "is no handle (letters, digits, '.', '_' and '-')"
    if field in ("mail", "git") and not MAIL.fullmatch(cell):
        return "is no mail address"
    if field == "level" and cell.lower() not in LEVELS:
        return f"is none of {', '.join(LEVELS)}"
    if field == "zone":
        try:
            CalendarFile(zone=cell)
        except ValidationError:
            return "is no time zone, such as Europe/Berlin"
    return ""


def _clean(field: str, cell: str) -> str:
    if field in ("mail", "git", "level"):
        return cell.lower()
    return cell.removeprefix("@") if field in ("handle", "manager", "buddy", "github") else cell


def _twice(row: Row, seen: dict[tuple[str, str], int], file: str, problems: list[Problem]) -> bool:
    """A handle, address or account that an earlier row has."""
    keys = [(field, row.said[field].lower()) for field in ("handle", "mail", *ACCOUNTS) if field in row.said]
    for field, value in keys:
        if (field, value) in seen:
            where = f"stands in line {seen[field, value]} already"
            problems.append(_wrong(file, row.line, f"{field} '{plain(value, 60)}' {where}"))
            return True
    seen |= dict.fromkeys(keys, row.line)
    return False


def _wrong(file: str, line: int, why: str) -> Problem:
    return Problem(Place(file, line, 1), why)
