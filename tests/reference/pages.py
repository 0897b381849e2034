"""Makes docs/reference anew: `python tests/reference/pages.py [OUT]`, from the tables and commands that run.

One page for events and the names of fields, one for the keys of files, one for commands, one for the rules of the
catalogue. A page holds
nothing that is not in the code; what needs an explanation is in docs/rules.md and docs/catalogue.md.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from rules.language.listens import LISTENABLE
from rules.language.schema import Schema, rules_schema
from rules.model.events import KINDS
from rules.model.kinds import ABOUT
from rules.model.vocabulary import ENTITIES, FUNCTIONS, ON_THEIR_EVENTS_ONLY, Field
from rules.testing.schema import schema_of_tests
from worker.cli import rules_text
from worker.cli.main import cli
from worker.cli.rules_files import catalogue as shipped

ROOT = Path(__file__).resolve().parents[2]
MADE = "Made from the code by `make examples`; do not edit."
_FROM = {
    "payload": "the event",
    "enriched": "a second call of the source",
    "configured": "configuration",
    "folded": "earlier events",
    "derived": "the event",
}


def events() -> Iterator[str]:
    yield from ("# Events, entities and fields", "", MADE, "")
    yield "A rule names what it listens to (`on: pull_request.merged`) and walks typed fields (`pull_request.author.team`)."
    yield "A field without a value is its *zero* where there is one, and *unknown* where there is none: unknown is never true."
    yield from ("", "## Events", "", "| event | what happened | about | from |", "|---|---|---|---|")
    for kind in LISTENABLE:
        spec = KINDS[kind]
        yield f"| `{kind}` | {ABOUT[kind]} | {', '.join(spec.entities)} | {', '.join(spec.sources)} |"
    yield from (
        "",
        "`engine` and `answers` need no connector: they follow from what sparekey did and what people answered.",
    )
    for entity, fields in ENTITIES.items():
        yield from ("", f"## {entity}", "")
        if entity in ON_THEIR_EVENTS_ONLY:
            yield from ("Only on its own events: nothing of it is kept.", "")
        yield from ("| field | type | from | zero | |", "|---|---|---|---|---|")
        for name, field in fields.items():
            yield f"| `{name}` | {field.type} | {_FROM[field.origin]} | {_zero(field)} | {field.about} |"
    yield from ("", "## Functions", "", "| function | gives |", "|---|---|")
    for name, (takes, gives) in FUNCTIONS.items():
        yield f"| `{name}({', '.join(takes)})` | {gives} |"


def _zero(field: Field) -> str:
    zero = field.zero
    if zero is None:
        return "unknown"
    return "empty" if zero in ("", ()) else str(zero).lower()


def commands() -> Iterator[str]:
    yield from ("# Commands", "", MADE, "")
    yield "Exit codes: 0 fine, 1 ran and found something wrong, 2 wrong use or configuration. Each command has `--help`."
    for name, command in cli.commands.items():
        yield from _command(f"sparekey {name}", command)


def _command(name: str, command: click.Command) -> Iterator[str]:
    if isinstance(command, click.Group):
        for inner, one in command.commands.items():
            yield from _command(f"{name} {inner}", one)
        return
    context = click.Context(command, info_name=name, terminal_width=100, max_content_width=100)
    yield from ("", f"## {name}", "", "```", command.get_help(context).strip(), "```")


def catalogue() -> Iterator[str]:
    found = shipped()
    yield from (
        "# Every rule of the catalogue",
        "",
        MADE,
        "The ideas behind them: [../catalogue.md](../catalogue.md).",
        "",
    )
    yield from rules_text.table(found.loaded.rules, found.codes())
    for rule in found.loaded.rules:
        yield from ("", f"## {rule.id}", "", "```", *rules_text.screen(rule, rule.place.file), "```")


def form() -> Iterator[str]:
    yield from ("# Every key of a rules file and of a file of tests", "", MADE, "")
    yield "From the schemas that editors use (`sparekey rules schema`). How they are used: [../rules.md](../rules.md)."
    for title, schema in (("A rules file", rules_schema()), ("A file of tests", schema_of_tests())):
        yield from (
            "",
            f"## {title}",
            "",
            "`.*` is a name that you choose, `[]` one of a list. The keys of `defaults` are those of a",
        )
        yield from ("rule, the keys of `on` stand wherever events are named, and steps in a step have its keys.", "")
        yield from ("| key | value | meaning | such as |", "|---|---|---|---|")
        told: set[str] = set()
        for path, one in _keys(schema, schema, ""):
            if path not in told:
                told.add(path)
                examples = "; ".join(f"`{json.dumps(example)}`" for example in one.get("examples", ()))
                said = str(one.get("description", "")).replace("|", "\\|")
                yield f"| `{path}` | {_values(one, schema)} | {said} | {examples} |"


def _keys(schema: Schema, root: Schema, path: str) -> Iterator[tuple[str, Any]]:
    """Every key with its path. What several alternatives have comes several times."""
    whole = _whole(schema, root)
    for name, one in whole.get("properties", {}).items():
        inner = f"{path}.{name}".lstrip(".")
        yield inner, one
        if inner not in SAID and (inner == "rules.*.on" or "$ref" not in one):
            yield from _keys(one, root, inner)
    if isinstance(whole.get("items"), dict):
        yield from _keys(whole["items"], root, path + "[]" * path.endswith(LISTS))
    if isinstance(whole.get("additionalProperties"), dict):
        yield from _keys(whole["additionalProperties"], root, path + ".*")
    for one in whole.get("anyOf", ()):
        yield from _keys(one, root, path)


LISTS = ("cases", "steps")
"""Keys that are always lists; elsewhere a single value needs none."""

SAID = ("defaults", "cases[].steps[].steps")
"""Their keys are those of a rule, and of a step; those of `on` stand wherever events are named."""


def _whole(schema: Schema, root: Schema) -> Any:
    """With what it refers to, which does not come with words of its own."""
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return {**root["$defs"][name], **schema} if name else schema  # type: ignore[index]  # a schema's definitions


def _values(schema: Schema, root: Schema) -> str:
    """What can stand there, in a few words."""
    whole = _whole(schema, root)
    if "enum" in whole:
        words = whole["enum"]
        return "an event" if len(words) > 12 else ", ".join(f"`{word}`" for word in words)
    if "anyOf" in whole and "type" not in whole:
        return " or ".join(dict.fromkeys(_values(one, root) for one in whole["anyOf"]))
    if "pattern" in whole:
        return (
            "a moment" if "d{4}" in whole["pattern"] else "hours" if "-[0-9]{1,2}$" in whole["pattern"] else "a length"
        )
    kinds = whole.get("type", ())
    return " or ".join(TYPES[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds))


TYPES = {
    "string": "a text",
    "integer": "a number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "keys",
    "null": "nothing",
}

PAGES = {"events.md": events, "commands.md": commands, "catalogue.md": catalogue, "format.md": form}


def make(out: Path) -> list[str]:
    """Writes every page; gives the names."""
    out.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (out / name).write_text("\n".join(page()) + "\n", encoding="utf-8")
    return sorted(PAGES)


if __name__ == "__main__":
    print("\n".join(make(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "reference")))
