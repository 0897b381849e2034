"""What `explain` found out, wherever from: what it says on a screen and in JSON is made of this alone.

Owns the shape, and finding an event by its id in either place.
"""

from dataclasses import dataclass

from rules.engine.chain import Chain
from rules.engine.explain import Explanation
from rules.language.rule import Rule
from rules.model.findings import Finding
from rules.model.times import Instant
from worker.cli.findings_text import Became
from worker.cli.say import Named


@dataclass(frozen=True, slots=True)
class Answer:
    """`now` is as of the time asked for. Of a finding, `opened` is as it opened, with the chain of that; else None.

    `watched_since`: events before it were not looked at again, None where all were. `became`: what was planned and sent
    about the finding; None where nothing is stored. `secret`: the rule follows what people say for themselves;
    `personal`: it is about a person.
    """

    rule: Rule
    now: Explanation
    chain: Chain
    people: Named
    zone: str
    opened: Explanation | None = None
    finding: Finding | None = None
    watched_since: Instant | None = None
    became: Became | None = None
    mode: str = ""
    secret: bool = False
    personal: bool = False

    @property
    def shown(self) -> Explanation:
        return self.opened or self.now
