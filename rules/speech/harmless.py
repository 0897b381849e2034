"""Outside text made harmless for where it is shown.

Owns one function a target. Names, paths and titles come from outside and may hold anything: control sequences for a
terminal, marks that reorder text, mentions, markup, line ends.
"""

import re
import unicodedata

MOST = 200
"""Longest piece of outside text that is shown; the rest becomes '…'."""

_LOOKED_AT = 20
"""Times as many characters as are shown: hidden ones may stand between."""

_MARKUP = re.compile(r"[\\`*_{}\[\]()<>#+!|~&-]|(?<=:)/(?=/)|(?<=www)\.", re.IGNORECASE)
"""Every mark of Markdown; in addresses what makes them links by themselves."""

_LIST = re.compile(r"^(\d{1,9})\.")
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)
"""Where an address stops being one."""

_MENTION = re.compile(r"@(?=\w)")


def plain(text: str, most: int = MOST) -> str:
    """One line without control, format, bidi or zero-width characters (Unicode C*, Zl, Zp), in NFC."""
    seen = text[: most * _LOOKED_AT]
    kept = " ".join(unicodedata.normalize("NFC", "".join(_visible(one) for one in seen)).split())
    return kept if len(kept) <= most and len(seen) == len(text) else kept[: most - 1] + "…"


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Zl", "Zp") or character in "\t\n\r\v\f":
        return " "
    return "" if category.startswith("C") else character


def unlinked(text: str, most: int = MOST) -> str:
    """Plain text in which a mail reader finds no address to make a link of."""
    return _ADDRESS.sub("\u2060", plain(text, most))


def markdown(text: str, most: int = MOST) -> str:
    """Plain text that no Markdown renderer reads as markup, and that mentions nobody."""
    escaped = _LIST.sub(r"\1\\.", _MARKUP.sub(r"\\\g<0>", plain(text, most)))
    return _MENTION.sub("@\u2060", escaped)


def code(text: str, most: int = MOST) -> str:
    """For a name between backticks: nothing in it can end them, and nobody is mentioned."""
    return _MENTION.sub("@\u2060", plain(text, most).replace("`", "'"))


def tamed(text: str) -> str:
    """Words that a person edited, for Markdown: lists and emphasis stay.

    Nobody is mentioned, and no HTML and no link comes along with a name that stood in the draft.
    """
    return _MENTION.sub("@\u2060", text).replace("<", "\\<").replace("](", "]\u2060(")
