"""`sparekey doctor`: what works, what is missing, and which rules can fire. Owns the screen."""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from connectors.errors import ConfigError
from rules.language.rule import Rule
from rules.speech.amounts import count
from rules.speech.harmless import plain
from worker.cli import documents, options, standing_of_rules
from worker.cli.lacking import lacks
from worker.cli.standing_of_rules import RuleStanding
from worker.config import secrets
from worker.config.load import Configuration, examine
from worker.rulebook import Rulebook
from worker.runtimes import opening
from worker.runtimes.control import ask
from worker.runtimes.service import book_of
from worker.store import heads, outbox
from worker.store.database import open_for_reading
from worker.wiring.sinks import SINKS, sinks
from worker.wiring.sources import READERS, reader

FIXED_SQLITE = (3, 51, 3)


@dataclass(frozen=True, slots=True)
class Finding:
    """`level`: ok, note, or wrong."""

    level: str
    about: str
    text: str
    hint: str = ""


@click.command("doctor")
@options.folder
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def doctor_command(folder: Path, as_json: bool) -> None:
    """Configuration, sources, sinks, store and the running process; and of each rule whether it can fire, or what it
    needs.

    Exit codes: 0 nothing is wrong; 1 something is; 2 there is no sparekey.yml.
    """
    configuration, problems = examine(folder)
    found = [Finding("wrong", "configuration", str(one)) for one in problems]
    if configuration is not None:
        found += [*_sources(configuration), *_sinks(configuration), *_store(configuration), *_running(configuration)]
        book = book_of(configuration)
        standings = _standings(configuration, book)
        found += [*_rules(configuration, book, standings), *_suggestions(configuration, standings, folder)]
    wrong = any(one.level == "wrong" for one in found)
    if as_json:
        rows = [{"level": one.level, "about": one.about, "text": one.text, "hint": one.hint} for one in found]
        click.echo(documents.dump({"found": rows}))
    else:
        for one in found:
            mark = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}[one.level]
            click.echo(f"{mark}  {one.about:<14}  {plain(one.text, 400)}")
            if one.hint:
                click.echo(f"{'':<23}{plain(one.hint, 300)}")
    if wrong:
        raise SystemExit(1)


def _sources(said: Configuration) -> Iterator[Finding]:
    for name, source in said.settings.sources.items():
        about = f"source {name}"
        try:
            if source.kind in READERS:
                one = reader(source.kind, name, said.path(source.path), source.services)
                much = f", {count(one.total, 'commit')}" if one.total else ""
                yield Finding("ok", about, f"{source.kind} {source.path}{much}, read every {source.every}")
            elif source.kind == "github":
                secrets.read(source.secret_env, source.secret_file, f"sources: {name}")
                ours = ", ".join(source.repositories) or "every repository that knows the secret"
                yield Finding("ok", about, f"webhooks at /webhooks/github/{name}, of {ours}")
            else:
                yield Finding("note", about, f"'{source.kind}' is not read by this version yet")
        except ConfigError as error:
            yield Finding("wrong", about, str(error), error.hint)
    if not said.settings.sources:
        yield Finding("note", "sources", "there is none: nothing will ever come", "sources: in sparekey.yml")


def _sinks(said: Configuration) -> Iterator[Finding]:
    for name, sink in said.settings.sinks.items():
        if sink.kind not in SINKS:
            yield Finding("wrong", f"sink {name}", f"'{sink.kind}' cannot be written to by this version yet")
    try:
        for name, made in sinks(said).items():
            yield Finding("ok", f"sink {name}", made.describe())
    except ConfigError as error:
        yield Finding("wrong", "sinks", str(error), error.hint)
    if not said.settings.sinks:
        yield Finding("wrong", "sinks", "there is none: nobody would hear anything", "sinks: in sparekey.yml")


def _store(said: Configuration) -> Iterator[Finding]:
    version = ".".join(map(str, sqlite3.sqlite_version_info))
    safe = "" if sqlite3.sqlite_version_info >= FIXED_SQLITE else "; let no other program open the file for writing"
    path = opening.store_path(said)
    if not path.exists():
        yield Finding("ok", "store", f"{path} does not exist yet, SQLite {version}{safe}")
        return
    try:
        store = open_for_reading(path)
    except ConfigError as error:
        yield Finding("wrong", "store", str(error), error.hint)
        return
    try:
        with store.reading() as connection:
            head = heads.load(connection, said.settings.workspace)
            counts = outbox.counts(connection, head.ws) if head else {}
    finally:
        store.close()
    yield Finding("ok", "store", f"{path}, {path.stat().st_size / 1_000_000:.1f} MB, SQLite {version}{safe}")
    if head is not None:
        yield from _workspace(head, counts)
    free = shutil.disk_usage(path.parent).free
    if free < said.settings.reserve.megabytes * 1_000_000:
        yield Finding("wrong", "disk", f"only {free // 1_000_000} MB are free: nothing more is taken", "make room")


def _workspace(head: heads.Head, counts: dict[str, int]) -> Iterator[Finding]:
    told = ", ".join(f"{n} {status}" for status, n in sorted(counts.items())) or "no actions yet"
    level = "wrong" if head.status == "paused" else "ok"
    why = f": {head.status_why}" if head.status_why else ""
    yield Finding(level, "workspace", f"{head.name} is {head.status}{why}; {head.appended_seq:,} events; {told}")
    if head.stale_since:
        yield Finding("note", "workspace", "some events came too late; the night's rebuild takes them")


def _running(said: Configuration) -> Iterator[Finding]:
    """Asked directly: the files may be broken while it runs with what it had before."""
    try:
        answers = [one["result"] for one in ask(opening.socket_path(said), "status", {}) if "result" in one]
    except OSError:
        answers = []
    status = answers[0] if answers else None
    if not isinstance(status, dict):
        yield Finding("note", "service", "it does not run", "`sparekey run`")
    elif status.get("broken"):
        yield Finding("wrong", "service", f"runs with the rules it had before: {status['broken']}")
    else:
        anew = (
            "; rules changed: their state is built anew, what was found before stands"
            if status.get("rebuilding")
            else ""
        )
        yield Finding("ok", "service", f"runs, {status.get('status')}, {status.get('rules')} rules{anew}")


def _rules(said: Configuration, book: Rulebook, standings: dict[str, RuleStanding]) -> Iterator[Finding]:
    for rule in book.rules.values():
        missing = _missing(rule, said, book)
        about = f"rule {rule.id}"
        if rule.mode == "off":
            yield Finding("note", about, "is off in its file")
        elif missing:
            yield Finding("note", about, f"cannot speak yet: needs {'; '.join(missing)}")
        else:
            known = standings.get(rule.id)
            yield Finding("ok", about, f"can fire, mode {known.mode if known is not None else rule.mode}")


def _standings(said: Configuration, book: Rulebook) -> dict[str, RuleStanding]:
    """{} where there is no store yet, or it cannot be opened: that is told already."""
    path = opening.store_path(said)
    try:
        return standing_of_rules.of_store(path, said.settings.workspace, book.rules) if path.exists() else {}
    except ConfigError:
        return {}


def _suggestions(said: Configuration, standings: dict[str, RuleStanding], folder: Path) -> Iterator[Finding]:
    """Rules whose mode is not what their answers ask for."""
    zone = said.settings.calendar.zone
    for rule, so, command in standing_of_rules.suggestions(standings, zone, folder):
        yield Finding("note", f"rule {rule}", so, command)


def _missing(rule: Rule, said: Configuration, book: Rulebook) -> list[str]:
    found = [f"{lack.text} ({lack.hint})" for lack in lacks(rule, said)]
    return found + [f"a template '{do.template}'" for do in rule.do if do.template not in book.templates]
