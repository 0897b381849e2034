"""Commands that change something: by the running process if there is one, else by this one, with the lock held.

Owns that choice and the bar that shows progress. What an operation does is `worker/runtimes/operations.py`'s.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from connectors.errors import ConfigError
from worker.cli.progress import Bars
from worker.config.load import Configuration, load
from worker.runtimes import opening
from worker.runtimes.control import answered, ask
from worker.runtimes.operations import Told

Result = dict[str, object]


def operate(folder: Path, operation: str, arguments: Mapping[str, object], shown: Bars | None = None) -> Result:
    """The result of an operation. Raises ConfigError with what the other process said went wrong."""
    configuration = load(folder)
    arguments = {**arguments, "who": opening.who()}
    told = _bar(shown)
    answer = _by_the_running(configuration, operation, arguments, told)
    if answer is None:
        answer = asyncio.run(_here(configuration, operation, arguments, told))
    if "error" in answer:
        raise ConfigError(str(answer["error"]), str(answer.get("hint") or ""))
    result = answer.get("result")
    return result if isinstance(result, dict) else {}


def is_running(configuration: Configuration) -> bool:
    try:
        return any("result" in said for said in ask(opening.socket_path(configuration), "status", {}))
    except OSError:
        return False


def _by_the_running(
    configuration: Configuration, operation: str, arguments: Mapping[str, object], told: Told
) -> Result | None:
    """None where nobody listens: then no process runs, or it is just about to stop."""
    last: Result | None = None
    try:
        for said in ask(opening.socket_path(configuration), operation, arguments):
            more = said.get("progress")
            if isinstance(more, dict):
                told(more)
            else:
                last = said
    except OSError:
        return None
    return last or {"error": "the running process went away before it answered", "hint": "look at its log"}


async def _here(configuration: Configuration, operation: str, arguments: Mapping[str, object], told: Told) -> Result:
    with opening.opened(configuration, at_once=True) as service:
        await service.configure()
        await service.decide_all()
        result = await answered(service, operation, arguments, told)
        await service.decide_all()
        return result


def _bar(shown: Bars | None) -> Told:
    def told(more: dict[str, object]) -> None:
        if shown is None:
            return
        total = more.get("total")
        if "read" in more:
            shown.tell("reading", int(str(more["read"])), total if isinstance(total, int) else None)
        elif "deciding" in more:
            shown.tell("deciding", 0, None)

    return told
