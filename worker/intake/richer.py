"""A later copy of an event that knows more: it becomes the kind's enrichment, never a second event.

Owns what counts as more: paths, and the fields that the first copy had not said. A webhook and a backfill of one
thing have one id and different fields.
"""

from msgspec.structs import replace

from rules.model.entities import Entity
from rules.model.events import KINDS, Event

ENRICHED = ":enriched"


def enrichment(known: Event, copy: Event) -> Event | None:
    """What the copy adds, as an event of its own that is folded before the known one; None where it adds nothing."""
    if copy.kind != known.kind:
        return None
    primary = KINDS[known.kind].entities[0] if KINDS[known.kind].entities else ""
    kind = f"{primary}.enriched"
    if kind not in KINDS:
        return None
    paths = copy.paths if known.paths is None else None
    added = {name: _added(getattr(known, name), getattr(copy, name)) for name in KINDS[kind].entities}
    if paths is None and not any(added.values()):
        return None
    if getattr(known, primary) is None:
        return None
    slots = {name: said or _bare(getattr(known, name)) for name, said in added.items()}
    return Event(
        id=known.id + ENRICHED,
        kind=kind,
        at=known.at,
        source=known.source,
        workspace=known.workspace,
        paths=paths,
        path_count=copy.path_count if paths is not None else 0,
        **{name: said for name, said in slots.items() if said is not None},  # type: ignore[arg-type]  # entity slots
    )


def _added(known: Entity | None, copy: Entity | None) -> Entity | None:
    """The copy with only what the known one lacks; None where that is nothing."""
    if copy is None:
        return None
    fields = [name for name in copy.__struct_fields__ if name != "id" and getattr(copy, name) is not None]
    lacking = {name: getattr(copy, name) for name in fields if known is None or getattr(known, name) is None}
    return type(copy)(id=copy.id, **lacking) if lacking else None


def _bare(known: Entity | None) -> Entity | None:
    """Only the id: says which one, and nothing of it."""
    if known is None:
        return None
    return replace(known, **{name: None for name in known.__struct_fields__ if name != "id"})
