"""Keys: what a finding is about. Owns when there is one."""

from collections.abc import Sequence

from rules.engine.frame import Frame, Key
from rules.engine.readers import Get
from rules.model.accounts import OTHER


def key_of(frame: Frame, parts: Sequence[Get]) -> Key | None:
    """The key, or None where a part is unknown, empty, a list or the anonymous other person."""
    if len(parts) == 1:
        value = parts[0](frame)
        return (value,) if isinstance(value, str) and value and value != OTHER else None
    key: list[str] = []
    for get in parts:
        value = get(frame)
        if not isinstance(value, str) or not value or value == OTHER:
            return None
        key.append(value)
    return tuple(key)
