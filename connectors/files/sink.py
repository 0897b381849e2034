"""Messages as Markdown files in a folder: `tasks/`, `nudges/`, `digests/`, one file a message.

Owns the layout of a file and its comments. What is written once stays as people change it: a note is put under it, and
closing changes one line above it. `folder.py` writes.
"""

import json
import re
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from threading import Lock

from connectors.base import Markup, Message, Sink, Told
from connectors.errors import Rejected
from connectors.files.folder import Folder
from rules.model.times import Instant, instant, iso, moment

LONGEST_NAME = 60
FOLDERS: dict[Told, str] = {"task": "tasks", "nudge": "nudges", "digest": "digests"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_TASK = re.compile(rf"tasks/({_NAME.pattern})\.md")
_WHEN = re.compile(r"^when: (\S+)", re.MULTILINE)
_HEAD = r"\A(---\r?\n(?:(?!---\r?\n).*\n)*?)"
_OPEN, _CLOSED = re.compile(_HEAD + r"status: open(\r?\n)"), re.compile(_HEAD + r"status: closed\r?\n")
"""In the front matter only: a person may write such a line further down."""


def sink(path: Path) -> Sink:
    """`path` is made where its parent exists."""
    return Files(path)


class Files:
    markup: Markup = "markdown"
    takes: frozenset[Told] = frozenset(FOLDERS)
    lists = True
    timeout = 30.0

    def __init__(self, path: Path) -> None:
        self._folder = Folder(path)
        self._one = Lock()  # a note and a closing of one task are two changes of one file

    def send(self, message: Message) -> str:
        """The id at the remote is the path inside the folder, made of the key alone."""
        folder, name = FOLDERS[message.what], f"{_name(message.key)}.md"
        with self._one:
            if self._folder.read(folder, name) is None:
                self._folder.write(folder, name, _written(message))
        return f"{folder}/{name}"

    def find(self, key: str, since: Instant) -> list[str]:
        """A file whose time somebody took out may be of any time: better found than written twice."""
        name, found = f"{_name(key)}.md", []
        for folder in FOLDERS.values():
            text = self._folder.read(folder, name)
            when = _when(text) if text is not None else 0
            if text is not None and (when is None or when >= since):
                found.append((when or 0, f"{folder}/{name}"))
        return [path for _, path in sorted(found)]

    def note(self, remote: str, message: Message) -> None:
        self._add(remote, message, "Note", close=False)

    def close(self, remote: str, message: Message) -> None:
        self._add(remote, message, "Closed", close=True)

    def describe(self) -> str:
        return f"Markdown files in {self._folder.path}"

    def _add(self, remote: str, message: Message, heading: str, close: bool) -> None:
        task = _TASK.fullmatch(remote)
        if task is None:
            raise Rejected(f"{remote[:80]!r} is no task of this folder")
        with self._one:
            text = self._folder.read("tasks", f"{task[1]}.md")
            if text is None:
                raise Rejected(f"{remote} is not there any more")
            mark = f"<!-- {_name(message.key)} -->"
            if mark in text or (close and _CLOSED.search(text)):
                return
            text = _OPEN.sub(r"\1status: closed\2", text) if close else text
            said = [f"## {heading}, {moment(message.at):%a %d %b %Y}", mark, *_parts(message)]
            self._folder.write("tasks", f"{task[1]}.md", "\n\n".join([text.rstrip("\n"), *said]) + "\n")


def _name(key: str) -> str:
    """The key itself where it is a plain word; else a mark of it. No key leads out of the folder."""
    return key if _NAME.fullmatch(key) else "k_" + blake2b(key.encode("utf-8", "replace"), digest_size=12).hexdigest()


def _when(text: str) -> Instant | None:
    found = _WHEN.search(text)
    try:
        return instant(datetime.fromisoformat(found[1])) if found else None
    except ValueError:
        return None


# the text of a file -------------------------------------------------------------------------------------------


def _written(message: Message) -> str:
    """Front matter is JSON, which is YAML: no name can end it."""
    to = [_line(one.name or one.person)[:LONGEST_NAME] for one in message.to]
    head = ["---", f"key: {json.dumps(_line(message.key))}", f"kind: {message.what}", f"when: {iso(message.at)}"]
    head += [f"to: {json.dumps(to)}", *["status: open"] * (message.what == "task"), "---"]
    said = ["\n".join(head), f"# {_line(message.title)}", *_parts(message)]
    said += ["**Answer** " + _whole(message.answers).replace("\n", "  \n")] if message.answers else []
    said += [f"*{_whole(message.footer)}*"] if message.footer else []
    return "\n\n".join(said) + "\n"


def _parts(message: Message) -> list[str]:
    pieces = [[f"## {_line(heading)}"] * bool(heading) + [_whole(text)] for heading, text in message.parts]
    return [one for piece in pieces for one in piece]


def _line(text: str) -> str:
    """One line without control characters: a name has not been through anybody's hands yet."""
    return _whole("".join(one for one in " ".join(text.split()) if one.isprintable() or one == "\u2060"))


def _whole(text: str) -> str:
    """Without half characters, which no file can hold."""
    return text.encode("utf-8", "replace").decode()
