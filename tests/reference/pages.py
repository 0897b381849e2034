"""Makes docs/reference anew: `python tests/reference/pages.py [OUT]`, from the tables and commands that run.

One page for events and the names of fields, one for commands, one for the rules of the catalogue. A page holds
nothing that is not in the code; what needs an explanation is in docs/rules.md and docs/catalogue.md.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from rules.language.listens import LISTENABLE
from rules.model.events import KINDS
from rules.model.vocabulary import ENTITIES, FUNCTIONS, ON_THEIR_EVENTS_ONLY, Field
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
    yield from ("", "## Events", "", "| event | about | from |", "|---|---|---|")
    for kind in LISTENABLE:
        spec = KINDS[kind]
        yield f"| `{kind}` | {', '.join(spec.entities)} | {', '.join(spec.sources)} |"
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


PAGES = {"events.md": events, "commands.md": commands, "catalogue.md": catalogue}


def make(out: Path) -> list[str]:
    """Writes every page; gives the names."""
    out.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (out / name).write_text("\n".join(page()) + "\n", encoding="utf-8")
    return sorted(PAGES)


if __name__ == "__main__":
    print("\n".join(make(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "reference")))
