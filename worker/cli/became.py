"""What became of findings, as the store has it: the actions planned about each, the task of its case, answers.

Owns reading that for `findings` and `explain`; their words are `findings_text.py`'s.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from rules.model.findings import Finding
from worker.cli.desk import Desk
from worker.cli.findings_text import Became
from worker.store import outbox, rule_modes
from worker.store.outbox import Entry
from worker.store.schema import tasks

MOST_ACTIONS = 100_000


def became(found: Desk, every: Iterable[Finding]) -> dict[str, Became]:
    """Of each finding: its own actions, the task of its case, and why there is nothing where there is nothing."""
    ws = found.head.ws
    with found.store.reading() as connection:
        rows = outbox.ended_or_waiting(connection, ws, *outbox.STATUSES, most=MOST_ACTIONS)
        answered = _answered(connection, ws)
        modes = rule_modes.modes(connection, ws, found.book.rules)
    silent = {rule for rule, mode in modes.items() if mode == "silent"}
    own: dict[str, list[Entry]] = {}
    of_case: dict[str, Entry] = {}
    for row in rows:
        own.setdefault(row.finding, []).append(row)
        if row.verb == "task" and row.case_id:
            of_case[row.case_id] = row
    alone = _alone(every)
    return {
        one.id: Became(
            tuple(own.get(one.id, ())),
            of_case.get(one.case or ""),
            answered,
            silent=one.mode == "silent" or one.rule in silent,
            alone=(one.case or "") in alone,
        )
        for one in every
    }


def _answered(connection: Connection, ws: int) -> dict[str, str]:
    query = select(tasks.c.task, tasks.c.answer).where(tasks.c.ws == ws, tasks.c.answer != "")
    return {str(task): str(answer) for task, answer in connection.execute(query)}


def _alone(every: Iterable[Finding]) -> set[str]:
    """Cases that wait for a second sign: all that was ever found is of low confidence and of one rule."""
    rules: dict[str, set[str]] = {}
    for one in every:
        if one.case:
            rules.setdefault(one.case, set()).update({one.rule} if one.confidence == "low" else {one.rule, ""})
    return {case for case, found in rules.items() if len(found) == 1}
