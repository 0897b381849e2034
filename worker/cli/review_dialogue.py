"""The dialogue of `review`: one draft after the other, a key each. Owns its questions and their order.

What somebody else decided in the meantime is said, and the next one comes. Leaving in the middle loses nothing.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from connectors.errors import ConfigError
from rules.model.times import DAY
from rules.speech.amounts import listed
from rules.speech.harmless import plain
from worker import clock
from worker.cli import drafts, review_text
from worker.cli.desk import desk
from worker.cli.drafts import Draft
from worker.cli.operate import Result, is_running, operate
from worker.config.load import load
from worker.dispatch.review import REFUSALS

_KEYS = "y file it   e edit   n not   s snooze   k keep for now   q quit"


@dataclass(slots=True)
class Dialogue:
    folder: Path
    zone: str
    waiting: Sequence[Draft]
    done: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        for number, one in enumerate(self.waiting, start=1):
            click.echo(f"\nDRAFT {number} of {len(self.waiting)}\n" + "\n".join(review_text.shown(one)))
            try:
                if not self._asked(one):
                    break
            except click.Abort:  # Ctrl-C, Ctrl-D
                click.echo()
                break
        self._end()

    def _end(self) -> None:
        left = len(self.waiting) - sum(self.done.values())
        told = [f"{n} {what}" for what, n in self.done.items()]
        told += [f"{left} left as {'it was' if left == 1 else 'they were'}"] if left else []
        click.echo(f"\n{listed(told)}.")
        if self.done["let out"] and not is_running(load(self.folder)):
            click.echo(review_text.not_running(self.folder))

    def _asked(self, one: Draft) -> bool:
        """False: enough for today."""
        while True:
            said = click.prompt(
                f"\n{_KEYS}\n", type=click.Choice(list("yenskq")), show_choices=False, prompt_suffix="> "
            )
            try:
                if said in "qk":
                    return bool(said == "k")
                if said != "e":
                    self._decided(one, said)
                    return True
                one = self._edited(one)
            except ConfigError as error:
                click.echo("  ".join([f"{plain(str(error), 500)}.", plain(error.hint, 300)]).rstrip())
                if said != "e":
                    self.done["decided by somebody else"] += 1
                    return True

    def _decided(self, one: Draft, said: str) -> None:
        key = one.entry.action
        if said == "y":
            gone = str(self._operate(one, "approve").get("gone") or "")
            click.echo(review_text.approved(one, gone, clock.now(), self.zone))
            self.done["let go: too late" if gone else "let out"] += 1
        elif said == "n":
            why = click.prompt("Why not", type=click.Choice(REFUSALS))
            self._operate(one, "refuse", why=why)
            click.echo(review_text.refused(key, why))
            self.done["refused"] += 1
        else:
            days = click.prompt("For how many days", type=click.IntRange(1, 365), default=7)
            until = clock.now() + days * DAY
            self._operate(one, "snooze", until=until)
            click.echo(review_text.put_off(key, until, self.zone))
            self.done["put off"] += 1

    def _edited(self, one: Draft) -> Draft:
        """With somebody's own words, shown again before it is decided."""
        click.echo(review_text.HOW_TO_EDIT)
        changed = click.edit(review_text.editable(one), extension=".md")
        if changed is None:
            click.echo("Nothing was changed.")
            return one
        title, parts = review_text.parts_of(changed)
        self._operate(one, "edit", title=title, parts=[list(part) for part in parts])
        with desk(self.folder) as found:
            one = asyncio.run(drafts.named(found, one.entry.action, found.say(True), clock.now()))
        click.echo("\n".join(review_text.shown(one)))
        return one

    def _operate(self, one: Draft, does: str, **said: object) -> Result:
        return operate(self.folder, "review", {"action": one.entry.action, "does": does, **said})
