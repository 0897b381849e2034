"""How ids become harmless words for one reader, and the shape of what is said to them.

Owns what a composer of texts may ask for, and the voice of the sinks; the terminal's own is `worker/cli/say.py`.
Who may be named to whom is the caller's to decide.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from rules.model.accounts import OTHER
from rules.speech.harmless import code, markdown, unlinked

LONGEST_NAME, LONGEST_AREA = 40, 60
_LINK = re.compile(r"https://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~%#?=&/-]*)?")
"""What a link of ours may hold: nothing that ends it, or that any markup reads."""


@dataclass(frozen=True, slots=True)
class Text:
    """A task, nudge, digest or note in words: what a sink's message is made of. `parts` are (heading, text)."""

    title: str
    parts: tuple[tuple[str, str], ...]
    answers: str = ""
    footer: str = ""


class Voice(Protocol):
    """Everything that it gives is harmless where its reader sees it."""

    @property
    def zone(self) -> str:
        """Of the reader's calendar."""
        ...

    def person(self, person: str | None) -> str: ...

    def area(self, area: str) -> str:
        """An area, or any other id."""
        ...

    def safe(self, text: str) -> str:
        """A sentence from outside, on one line."""
        ...

    def link(self, url: str) -> str:
        """'' for what is no plain https address."""
        ...

    def quoted(self) -> "Voice":
        """The same for words that stand between backticks."""
        ...


@dataclass(frozen=True, slots=True)
class Speaker:
    """The voice of a sink. `name` gives somebody's name as the people tables have it, '' for nobody known."""

    name: Callable[[str], str]
    markup: Literal["plain", "markdown"] = "plain"
    zone: str = "UTC"
    in_code: bool = False

    def person(self, person: str | None) -> str:
        if not person:
            return "nobody"
        return (self._harmless(self.name(person), LONGEST_NAME) if person != OTHER else "") or "somebody unknown"

    def area(self, area: str) -> str:
        return "(top level)" if area == "." else self._harmless(area, LONGEST_AREA)

    def safe(self, text: str) -> str:
        return self._harmless(text, 300)

    def link(self, url: str) -> str:
        if len(url) > 300 or not _LINK.fullmatch(url):
            return ""
        label = url.rstrip("/").rpartition("/")[2]
        return url if self.markup == "plain" else f"[{markdown(label, 12)}]({url})"

    def quoted(self) -> "Speaker":
        return replace(self, in_code=True)

    def _harmless(self, text: str, most: int) -> str:
        if self.markup == "plain":
            return unlinked(text, most)
        return code(text, most) if self.in_code else markdown(text, most)
