"""What was changed in a rule, field by field, as it would be read aloud. Owns the comparison of two loaded rules."""

from dataclasses import dataclass, fields, replace

from rules.language.rule import Guards, Rule, Scope
from worker.cli import rules_text


@dataclass(frozen=True, slots=True)
class FieldChange:
    """`old` and `new` in words; '' where there was nothing."""

    field: str
    old: str
    new: str


def changed(old: Rule, new: Rule) -> list[FieldChange]:
    before, after = _words(old), _words(new)
    return [
        FieldChange(name, before.get(name, ""), after.get(name, ""))
        for name in dict.fromkeys([*before, *after])
        if before.get(name, "") != after.get(name, "")
    ]


def _words(rule: Rule) -> dict[str, str]:
    """Numbers one by one, everything else as `rules show` tells it without them."""
    said = {f"with {name}": str(value) for name, value in rule.numbers.items()}
    told = rules_text.fields(replace(rule, numbers={}))
    said |= {name: "; ".join(lines) for name, lines in told.items() if name != "sources"}
    said |= {"mode": rule.mode, "send": rule.send, "owner": rule.owner}
    if rule.good_for is not None:
        said["good_for"] = rule.good_for.text
    said |= {name: _scope(one) for name, one in (("only", rule.only), ("except", rule.excluding)) if one != Scope()}
    return said | {f"guards {one.name}": str(getattr(rule.guards, one.name)) for one in fields(Guards)}


def _scope(one: Scope) -> str:
    named = [(part.name, getattr(one, part.name)) for part in fields(Scope)]
    return "; ".join(f"{name}: {', '.join(values)}" for name, values in named if values)
