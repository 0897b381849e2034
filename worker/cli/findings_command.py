"""`sparekey findings`: what was concluded, and what became of it. Owns the list and its JSON."""

from collections.abc import Sequence
from pathlib import Path

import click

from rules.language.rule import Rule
from rules.model.findings import Finding
from rules.speech.amounts import count, day
from worker.cli import documents, options
from worker.cli.desk import desk
from worker.cli.say import Say, cut, may_name, typed
from worker.store import findings, outbox
from worker.store.outbox import Entry

STATUSES = ("open", "resolved", "withdrawn")
_DONE = {"sent": "filed", "draft": "draft", "planned": "planned", "unknown": "being looked up", "leased": "being sent"}


@click.command("findings")
@options.folder
@click.option("--status", type=click.Choice([*STATUSES, "all"]), default="open", help="Default: what is open.")
@click.option("--rule", "rule_id", default="", help="Only of this rule.")
@click.option("--area", default="", help="Only about this area.")
@options.json
@options.names
@options.pseudonyms
def findings_command(
    folder: Path, status: str, rule_id: str, area: str, as_json: bool, names: bool, pseudonyms: bool
) -> None:
    """Findings with what became of each: a draft, a task, a digest, or nothing yet.

    \b
    sparekey findings                       what is open
    sparekey findings --status all --json   everything, for a script
    """
    with desk(folder) as found:
        with found.store.reading() as connection:
            wanted = STATUSES if status == "all" else (status,)
            every = findings.every(connection, found.head.ws, *wanted)
            rows = outbox.ended_or_waiting(connection, found.head.ws, *outbox.STATUSES, most=100_000)
        chosen = [one for one in every if rule_id in ("", one.rule) and area in ("", one.area)]
        by_finding: dict[str, list[Entry]] = {}
        for row in rows:
            by_finding.setdefault(row.finding, []).append(row)
        if as_json:
            say = found.say(may_name(names, pseudonyms, by_itself=False))
            click.echo(documents.dump({"findings": [_document(one, by_finding, say) for one in chosen]}))
            return
        say = found.say(may_name(names, pseudonyms))
        for one in chosen:
            click.echo(_line(one, found.book.rules.get(one.rule), by_finding.get(one.id, ()), say))
        click.echo(_end(chosen, status))


def _line(one: Finding, rule: Rule | None, rows: Sequence[Entry], say: Say) -> str:
    subject = cut(_subject(one, rule, say), 28)
    since = f"since {day(one.opened_at)}" if one.held else f"on {day(one.opened_at)}"
    told = "; ".join(_told(row) for row in rows) or "told nobody"
    return f"{one.id}  {cut(one.rule, 26):<26}  {subject:<28}  {since}, {one.confidence}; {told}"


def _subject(one: Finding, rule: Rule | None, say: Say) -> str:
    types = [path.type for path in rule.per] if rule is not None else ["area"] * len(one.key)
    parts = zip(one.key, types, strict=False)
    return ", ".join(say.person(part) if type_ == "person" else say.area(part) for part, type_ in parts)


def _told(row: Entry) -> str:
    what = _DONE.get(row.status, row.status)
    why = f" ({row.why})" if row.why and row.status not in ("sent", "draft") else ""
    return f"{row.verb} {row.action} {what}{why}"


def _document(one: Finding, rows: dict[str, list[Entry]], say: Say) -> dict[str, object]:
    told = [
        {"action": row.action, "verb": row.verb, "status": row.status, "why": row.why, "remote": row.remote}
        for row in rows.get(one.id, ())
    ]
    return {**documents.finding(one, say), "actions": told}


def _end(chosen: Sequence[Finding], status: str) -> str:
    if not chosen:
        return (
            f"Nothing is {'there' if status == 'all' else status}. `{typed('doctor', [])}` says which rules can fire."
        )
    return f"{count(len(chosen), 'finding')}. Why: {typed('explain', [], chosen[0].id)}"
