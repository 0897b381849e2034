"""`sparekey explain FINDING | RULE [SUBJECT]`: why a rule did or did not fire. Owns the options, and who is asked."""

import asyncio
from pathlib import Path

import click

from rules.model.times import Instant
from worker import clock
from worker.cli import documents, explain_document, explain_history, explain_store, options
from worker.cli.clause_words import near
from worker.cli.explain_history import Asking
from worker.cli.explain_subject import Listing
from worker.cli.explain_text import listing, screen
from worker.cli.policy import guarded, guarded_list
from worker.cli.say import Say, may_name
from worker.config.between_files import SPAREKEY


@click.command("explain")
@click.argument("what")
@click.argument("subject", required=False)
@click.option(
    "--at", metavar="TIME", help="As of then: 2025-11-12, '2025-11-12 09:00', or 7d (ago). Default: the newest."
)
@options.in_path
@options.folder
@options.of_a_study
def explain_command(
    what: str,
    subject: str | None,
    at: str | None,
    path: Path | None,
    folder: Path,
    since: Instant | None,
    areas: str | None,
    rules: tuple[Path, ...],
    as_json: bool,
    names: bool,
    pseudonyms: bool,
) -> None:
    """Why a rule did or did not fire: WHAT is a finding's id, or a rule's id, and SUBJECT what that is about.

    \b
    sparekey explain area-single-carrier billing     why it did or did not, and how near it was
    sparekey explain area-single-carrier             everything that the rule met, nearest first
    sparekey explain F-7c2e…                         the chain behind a finding: `sparekey findings` lists them
    sparekey explain area-single-carrier billing --at 2025-11-12
    sparekey explain area-single-carrier billing --in PATH    of a clone or a file of events

    Without --in, in a folder with sparekey.yml, the store is asked. A subject of several parts is joined by commas. The
    history is folded again with that subject followed; nothing is changed, nothing sent.

    Exit codes: 0 it was explained; 2 no such rule, subject, finding or time.
    """
    asked_of_store = path is None and (folder / SPAREKEY).is_file()
    asking = None if asked_of_store else Asking(path or Path(), since, areas, rules, at, as_json)
    if subject is None and not what.startswith("F-"):
        _list(
            explain_history.subjects(what, asking) if asking else asyncio.run(explain_store.subjects(folder, what, at)),
            as_json,
        )
        return
    if asking is not None:
        answer = explain_history.explained(what, subject or "", asking)
    else:
        answer = asyncio.run(explain_store.explained(folder, what, subject or "", at))
    answer = guarded(answer)
    if as_json:
        say = Say(answer.people, may_name(names, pseudonyms, by_itself=False), answer.zone)
        click.echo(documents.dump(explain_document.document(answer, say)))
        return
    for line in screen(answer, Say(answer.people, may_name(names, pseudonyms), answer.zone), clock.now()):
        click.echo(line)


def _list(found: Listing, as_json: bool) -> None:
    found = guarded_list(found)
    if as_json:
        click.echo(documents.dump(explain_document.listing(found)))
        return
    for line in listing(found, [near(one.found, found.rule) for one in found.met]):
        click.echo(line)
