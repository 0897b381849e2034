"""Errors named by how to recover. Owns nothing else."""


class SourceError(Exception):
    """Something outside is not as it should be. The text is one clear sentence for a person."""


class ConfigError(SourceError):
    """The way we were set up cannot work; only a person can mend it. `hint` says how."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class BadPayload(SourceError):
    """One delivery, line or document is malformed; its neighbours are fine."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(f"{place}: {reason}" if place else reason)
        self.reason = reason
        self.place = place


class RetryLater(SourceError):
    """Nothing happened; the same may work later. `after`: seconds, where the other side said how long."""

    def __init__(self, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.after = after


class Rejected(SourceError):
    """The other side said no, and will say no again."""


class Ambiguous(SourceError):
    """It may have happened: the answer was lost. Look before you try again."""
