"""What commands ask of a workspace: each a function of the service and its arguments, whoever calls it.

Owns the literal table. The running process calls them for the socket; without one the command itself does, holding
the lock. Arguments and results are plain JSON values.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from sqlalchemy import Connection

from connectors.errors import ConfigError
from rules.language.problems import nearest
from rules.model.times import DAY
from worker.dispatch.review import NotADraft, Review
from worker.intake import answers, nudge_answers
from worker.runtimes import nightly, turns
from worker.runtimes.service import Service
from worker.store import audit, backup, dead_letters, heads, outbox, rule_modes
from worker.wiring.sources import reader

Asked = Mapping[str, object]
Told = Callable[[dict[str, object]], None]
Operation = Callable[[Service, Asked, Told], Awaitable[dict[str, object]]]


def _text(asked: Asked, name: str) -> str:
    return str(asked.get(name) or "")


def _whole(asked: Asked, name: str) -> int:
    found = asked.get(name) or 0
    if not isinstance(found, int):
        raise ConfigError(f"'{name}' is no whole number")
    return found


# reading --------------------------------------------------------------------------------------------------------


async def backfill(service: Service, asked: Asked, told: Told) -> dict[str, object]:
    """Reads a source's history quietly: live events wait for it, and nothing about the past is sent."""
    kind, path = _text(asked, "kind"), Path(_text(asked, "path"))
    name = _text(asked, "name") or f"{kind}:{path}"
    said = service.configuration.settings.sources.get(name)
    found = reader(kind, name, path, said.services if said is not None and said.kind == kind else ())
    since = _whole(asked, "since") or service.now() - turns.HISTORY

    def more(n: int) -> None:
        told({"read": n, "total": found.total})

    async with service.warming:
        await service.decider.set_status("warming", f"reading {name}")
        try:
            read = await turns.read(service, found, found.stamp(), since, more)
        finally:
            await service.decider.set_status("quiet")
    told({"deciding": read.new})
    await service.decide_all()
    bad = [f"{place}: {reason}" for place, reason in read.reading.malformed[:20]]
    return {"new": read.new, "known": read.known, "malformed": read.reading.malformed_count, "examples": bad}


async def rebuild(service: Service, asked: Asked, told: Told) -> dict[str, object]:
    """Folds the journal anew with the rules as they are; what was told stands until that is done."""
    found = await service.decider.rebuild()
    with service.store.writing("admin") as connection:
        audit.note(connection, service.now(), _text(asked, "who"), "rebuild")
    return {
        "events": found.outcome.events,
        "findings_new": len(found.new),
        "findings_withdrawn": len(found.change.withdrawn),
    }


async def night(service: Service, asked: Asked, told: Told) -> dict[str, object]:
    await nightly.work(service)
    return {}


async def retry(service: Service, asked: Asked, told: Told) -> dict[str, object]:
    """Takes a dead letter's delivery again, as if it came now."""
    letter_id = _text(asked, "letter")
    with service.store.reading() as connection:
        letter = dead_letters.get(connection, letter_id)
    if letter is None or letter.ws != service.ws:
        raise ConfigError(f"no dead letter {letter_id}", "`sparekey dead-letters` lists them")
    again = service.retry
    if letter.payload is None or again is None:
        raise ConfigError(f"{letter_id} has no payload to try again", "mend what it came from, and read that again")
    answer = await again(letter.source, letter.ref, letter.payload)
    with service.store.writing("admin") as connection:
        dead = _dead_again(connection, letter)
        if dead != letter_id:
            dead_letters.set_status(connection, letter_id, "retried")
        audit.note(connection, service.now(), _text(asked, "who"), "retry", letter_id)
    return {"letter": letter_id, "answer": answer, "dead": dead}


def _dead_again(connection: Connection, letter: dead_letters.DeadLetter) -> str:
    """The letter that the same delivery became once more; '' where it was taken."""
    newest = dead_letters.newest(connection, letter.ws, most=20)
    same = (one.id for one in newest if (one.source, one.ref) == (letter.source, letter.ref) and one.at > letter.at)
    return next(same, "")


# deciding and answering -----------------------------------------------------------------------------------------


async def mode(service: Service, asked: Asked, told: Told) -> dict[str, object]:
    """Sets the mode of a rule, as long as it means what it means now."""
    rule_id, wanted, who = _text(asked, "rule"), _text(asked, "mode"), _text(asked, "who")
    rule = service.book.rules.get(rule_id)
    if rule is None:
        raise ConfigError(f"no rule '{rule_id}' here", nearest(rule_id, list(service.book.rules)))
    if rule.mode == "off":
        raise ConfigError(f"'{rule_id}' is off in its file", "the file wins over this command: edit it there")
    with service.store.writing("admin") as connection:
        rule_modes.put(connection, service.ws, rule, wanted, who, service.now())  # type: ignore[arg-type]  # by click
        audit.note(connection, service.now(), who, f"mode {wanted}", rule_id)
    return {"rule": rule_id, "mode": wanted}


async def answer(service: Service, asked: Asked, told: Told) -> dict[str, object]:
    """To a task or to a nudge, whichever has this key."""
    key = _text(asked, "task")
    with service.store.reading() as connection:
        nudge = nudge_answers.sent(outbox.like(connection, service.ws, key), key)
    return await (_to_nudge(service, nudge, asked) if nudge is not None else _to_task(service, asked))


async def _to_nudge(service: Service, nudge: outbox.Entry, asked: Asked) -> dict[str, object]:
    person = nudge_answers.receiver_of(nudge, _person(service, _text(asked, "by")) or None)
    says = _text(asked, "says")
    await nudge_answers.journal(
        service.store, service.receiver, service.directory, service.ws, service.journal.workspace, nudge, person, says,
        service.now(),
    )  # fmt: skip
    service.look_at_rules()
    return {"nudge": nudge.action, "rule": nudge.rule, "says": says}


async def _to_task(service: Service, asked: Asked) -> dict[str, object]:
    if _text(asked, "by"):
        raise ConfigError("--by belongs to an answer to a nudge", "leave it away")
    mentor, learner = (_person(service, _text(asked, name)) for name in ("mentor", "learner"))
    said = answers.answer_of(_text(asked, "says"), _whole(asked, "until"), mentor, learner, _text(asked, "why"))
    with service.store.reading() as connection:
        task = answers.task_of(connection, service.ws, _text(asked, "task"))
    if task.status == "closed":
        raise ConfigError(f"{task.task} is closed", "nothing more follows from an answer to it")
    who = _text(asked, "who")
    events = await answers.journal(
        service.store, service.receiver, service.ws, task, said, who, service.directory.named(who), service.now(),
        service.journal.workspace,
    )  # fmt: skip
    service.look_at_rules()
    return {"task": task.task, "area": task.area, "says": said.says, "events": events}


def _person(service: Service, name: str) -> str:
    if not name:
        return ""
    found = service.directory.named(name.removeprefix("@"))
    if found is None:
        raise ConfigError(f"nobody here is called '{name}'", "use a handle of people.yml")
    return found


async def review(service: Service, asked: Asked, told: Told) -> dict[str, object]:
    """One person's decision about one draft."""
    desk = Review(service.store, service.ws, service.standing)
    key, who, does, now = _text(asked, "action"), _text(asked, "who"), _text(asked, "does"), service.now()
    try:
        if does == "approve":
            return {"gone": desk.approve(key, who, now)}
        if does == "refuse":
            desk.refuse(key, who, _text(asked, "why"), now)
            service.look_at_rules()
        elif does == "snooze":
            desk.snooze(key, who, _whole(asked, "until") or now + 7 * DAY, now)
        elif does == "edit":
            desk.edit(key, who, _text(asked, "title"), _parts(asked), now)
        else:
            raise ConfigError(f"a draft cannot be '{does}'")
    except (NotADraft, ValueError) as error:
        raise ConfigError(str(error)) from None
    return {}


def _parts(asked: Asked) -> tuple[tuple[str, str], ...]:
    said = asked.get("parts")
    return tuple((str(one[0]), str(one[1])) for one in said if len(one) == 2) if isinstance(said, list) else ()


# the store ------------------------------------------------------------------------------------------------------


async def save(service: Service, asked: Asked, told: Told) -> dict[str, object]:
    """A copy of the store that can be restored, made while it runs."""
    path = Path(_text(asked, "path"))
    size = await asyncio.to_thread(backup.write, service.store.path, path)
    with service.store.writing("admin") as connection:
        audit.note(connection, service.now(), _text(asked, "who"), "backup", path.name)
    return {"path": str(path), "bytes": size}


async def status(service: Service, asked: Asked, told: Told) -> dict[str, object]:
    """What only the running process knows."""
    with service.store.reading() as connection:
        head = heads.load(connection, service.journal.workspace)
    assert head is not None  # made at the start
    return {
        "status": head.status,
        "why": head.status_why,
        "broken": service.broken,
        "rules": len(service.book.rules),
        "rebuilding": service.decider.rebuilding,
    }


OPERATIONS: dict[str, Operation] = {
    "backfill": backfill,
    "rebuild": rebuild,
    "night": night,
    "retry": retry,
    "mode": mode,
    "answer": answer,
    "review": review,
    "backup": save,
    "status": status,
}
