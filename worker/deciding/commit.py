"""C2: what was decided and how far that goes, in one transaction, compared with what the head says.

Owns the order of the writes: head, findings, outbox, checkpoint. A writer that lost writes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from rules.engine.codec import digest_of
from rules.engine.state import State
from rules.model.findings import Finding
from rules.model.times import Instant
from worker import metrics
from worker.crashpoints import reach
from worker.deciding.meanings import rules_hash
from worker.deciding.memory import Memory
from worker.store import checkpoints, findings, heads, outbox, undoing
from worker.store.checkpoints import Checkpoint
from worker.store.database import Store
from worker.store.heads import Head


@dataclass(slots=True)
class Change:
    """What one commit writes. `withdrawn` are findings that a late event or an edit of the rules undid; `back` such
    ones, and resolved ones, that are open after all. `moved` are findings that stand as before but have other actions,
    or another time, and `anew` what is planned for them now.

    `drop_from`: checkpoints from this number on are void; `made` take their place.
    """

    decided_seq: int
    findings: list[tuple[Finding, int]] = field(default_factory=list)
    rows: Sequence[outbox.Row] = ()
    ended: Sequence[Finding] = ()
    back: Sequence[Finding] = ()
    withdrawn: Sequence[Finding] = ()
    moved: Sequence[Finding] = ()
    anew: Sequence[outbox.Row] = ()
    drop_from: int | None = None
    made: Sequence[Checkpoint] = ()
    status: str = ""
    stale_since: Instant | None = None


def commit(store: Store, head: Head, memory: Memory, change: Change, now: Instant) -> Head:
    """Writes it all or nothing. Raises Lost where the head moved, StoreAway where nothing can be written."""
    with store.writing("ck" if change.made else "c2") as connection:
        moved = heads.move(connection, head, **_head(head, memory, change))
        findings.put(connection, head.ws, change.findings)
        say(connection, head.ws, memory.state, change, now)
        _checkpoints(connection, head.ws, memory, change)
        reach("c2.written")
    reach("c2.committed")
    return moved


def _head(head: Head, memory: Memory, change: Change) -> dict[str, object]:
    found: dict[str, object] = {
        "decided_seq": change.decided_seq,
        "decided_at": memory.at,
        "mark": memory.mark,
        "next_due_at": memory.next_due() or 0,
        "rules_hash": rules_hash(memory.program),
    }
    if change.drop_from is not None or change.made:
        found["checkpoint"] = memory.interval
    if change.status:
        found["status"] = change.status
    if change.stale_since is not None:
        found["stale_since"] = change.stale_since
    return found


def say(connection: Connection, ws: int, state: State, change: Change, now: Instant) -> None:
    """Plans what follows from a change, and ends what is no longer to be said."""
    if change.withdrawn:
        findings.put(connection, ws, ((findings.withdrawn(one), findings.AS_BEFORE) for one in change.withdrawn))
        told = undoing.withdraw(connection, ws, [one.id for one in change.withdrawn], undoing.OTHERWISE, now)
        outbox.plan(connection, ws, [undoing.retraction(one, now) for one in told], now)
    if change.back:
        cases = {one.case for one in change.back if one.case}
        undoing.keep_tasks(connection, ws, [one.id for one in change.back], cases, now)
    if change.moved:
        undoing.renew(connection, ws, [one.id for one in change.moved], change.anew, now)
    if change.rows:
        outbox.plan(connection, ws, _untold(connection, ws, state, change.rows), now)
    if change.ended:
        open_cases = {case.id for case in state.cases.values() if case.open_findings}
        over = {one.case for one in change.ended if one.held and one.case and one.case not in open_cases}
        undoing.expire_for(connection, ws, [one.id for one in change.ended], over, open_cases, now)
        told = outbox.told_of(connection, ws, over)
        outbox.plan(connection, ws, [undoing.retraction(one, now) for one in told], now)


def _untold(connection: Connection, ws: int, state: State, rows: Sequence[outbox.Row]) -> list[outbox.Row]:
    """Without a second task about one case: a past that is folded again may give its task another key."""
    told = {case.id: case.open_findings for case in state.cases.values()}
    return [
        row
        for row in rows
        if row.planned.verb != "task"
        or not outbox.has_other_task(connection, ws, row, told.get(row.planned.case) or [row.planned.finding])
    ]


def _checkpoints(connection: Connection, ws: int, memory: Memory, change: Change) -> None:
    if change.drop_from is not None:
        checkpoints.drop_from(connection, ws, change.drop_from)
    for made in change.made:
        checkpoints.write(connection, ws, made)
        metrics.checkpoint_bytes.set(len(made.packed))
    if change.made:
        checkpoints.forget_old(connection, ws, memory.at)
        reach("checkpoint.written")


def checkpoint_of(memory: Memory, decided_seq: int, now: Instant) -> Checkpoint:
    """The memory as it is, as the next checkpoint; its interval begins with it."""
    memory.interval += 1
    memory.since = 0
    state = memory.encoded()
    return Checkpoint(
        number=memory.interval,
        at=memory.at,
        mark=memory.mark,
        decided_seq=decided_seq,
        rules_hash=rules_hash(memory.program),
        digest=digest_of(state),
        made_at=now,
        packed=checkpoints.pack(state),
    )
