"""git as a program: one argument list, one pipe, bounded memory.

Owns calling git safely (no shell, no hooks, no configuration that could run a program, nothing written) and cutting its
output into commits. Must not know what a commit means.
"""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors.errors import ConfigError

MAX_TOKEN = 1_000_000
"""Longest commit message or path that is looked at; the rest is dropped unread."""
MAX_PATHS = 200
_CHUNK = 1 << 16
_NO_PROGRAMS = (
    "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "core.quotePath=false", "diff.external=",
    "log.showSignature=false", "core.attributesFile=/dev/null", "core.sshCommand=false", "uploadpack.packObjectsHook=",
    "protocol.allow=never", "log.mailmap=true", "diff.renameLimit=400", "core.commitGraph=true",
)  # fmt: skip
_FORMAT = "%x00%x01%H%x00%P%x00%ct%x00%aN%x00%aE%x00%B%x00"
_FIELDS = 6


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit on the mainline. `paths` has at most MAX_PATHS new names; `files` counts all of them."""

    sha: str
    parents: tuple[str, ...]
    at: int  # committer time, seconds
    name: str
    mail: str
    message: str
    paths: tuple[str, ...]
    files: int
    additions: int
    renames: int


@dataclass(frozen=True, slots=True)
class Clone:
    """What a path turned out to be. `commits` are those on the mainline."""

    path: Path
    commits: int
    shallow: bool
    bare: bool
    merges: bool


def _arguments(path: Path, *words: str) -> list[str]:
    options = [word for setting in (*_NO_PROGRAMS, f"safe.directory={path}") for word in ("-c", setting)]
    return ["git", "--no-pager", "--no-optional-locks", *options, "-C", str(path), *words]


def _environment() -> dict[str, str]:
    """Nothing of the caller's git configuration, and no variable that could name a program."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    quiet = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_TERMINAL_PROMPT": "0"}
    return {
        **kept,
        **quiet,
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ATTR_NOSYSTEM": "1",
        "LC_ALL": "C",
        "HOME": os.devnull,
    }


def run(path: Path, *words: str) -> tuple[int, str]:
    """Exit code and output of a short git command."""
    try:
        found = subprocess.run(
            _arguments(path, *words),
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=False,
        )
    except FileNotFoundError:
        raise ConfigError("git is not installed", "install git and try again") from None
    return found.returncode, found.stdout.decode("utf-8", "replace").strip()


def probe(path: Path) -> Clone:
    """What is there. Raises ConfigError with one clear sentence where no history can be read."""
    if not path.exists():
        raise ConfigError(f"{path} does not exist")
    folder = path if path.is_dir() else path.parent
    code, answer = run(folder, "rev-parse", "--is-bare-repository", "--is-shallow-repository")
    if code != 0:
        raise ConfigError(f"{path} is not a git clone", "give the folder of a clone, or a history file (.jsonl)")
    bare, shallow = (word == "true" for word in answer.split())
    code, count = run(folder, "rev-list", "--first-parent", "--count", "HEAD", "--")
    if code != 0 or not count.isdigit() or count == "0":
        raise ConfigError(f"{path} has no commits yet", "there is nothing to read before the first commit")
    merges = bool(run(folder, "rev-list", "--first-parent", "--merges", "-n", "1", "HEAD", "--")[1])
    return Clone(folder, int(count), shallow, bare, merges)


@contextmanager
def _pipe(path: Path, *words: str) -> Iterator[Iterator[bytes]]:
    """The NUL-separated tokens that git prints."""
    process = subprocess.Popen(
        _arguments(path, *words), env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield _tokens(process.stdout.fileno())
        process.stdout.close()
        code = process.wait()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()
    if code not in (0, -13):
        raise ConfigError(f"git could not read the history of {path}", "try `git fsck` in that clone")


def _tokens(stream: int) -> Iterator[bytes]:
    rest = b""
    while chunk := os.read(stream, _CHUNK):
        *whole, rest = (rest + chunk).split(b"\0") if rest else chunk.split(b"\0")
        yield from whole
        if len(rest) > MAX_TOKEN:
            rest = rest[:MAX_TOKEN]
    if rest:
        yield rest


def mainline(clone: Clone, since: str | None = None) -> Iterator[Commit]:
    """Commits of the mainline (first parents), oldest first, each with its diff against the first parent."""
    words = [
        "log", "--first-parent", "--diff-merges=first-parent", "--reverse", "-z", "--numstat", "-M", "--no-ext-diff",
        "--no-textconv", "--no-color", "--no-show-signature", f"--format={_FORMAT}",
    ]  # fmt: skip
    if since:
        words.append(f"--since-as-filter={since}")
    with _pipe(clone.path, *words, "HEAD", "--") as tokens:
        yield from _commits(tokens)


def _commits(tokens: Iterator[bytes]) -> Iterator[Commit]:
    head: list[bytes] = []
    files = _Files()
    for token in tokens:
        if token.startswith(b"\x01") and not files.expects_names:
            if head:
                yield _commit(head, files)
            head, files = [token[1:]], _Files()
        elif not head:
            continue
        elif len(head) < _FIELDS:
            head.append(token[:MAX_TOKEN])
        else:
            files.take(token)
    if head:
        yield _commit(head, files)


class _Files:
    """Collects `--numstat -z`: 'added<TAB>deleted<TAB>path'; for a rename no path there, and two names after it."""

    __slots__ = ("additions", "expects_names", "files", "paths", "renames")

    def __init__(self) -> None:
        self.paths: list[bytes] = []
        self.files = self.additions = self.renames = self.expects_names = 0

    def take(self, token: bytes) -> None:
        if self.expects_names:
            self.expects_names -= 1
            if not self.expects_names:
                self._path(token)
            return
        parts = token.lstrip(b"\n").split(b"\t", 2)
        if len(parts) != 3:
            return
        added, _, path = parts
        self.additions += int(added) if added.isdigit() else 0
        if path:
            self._path(path)
        else:
            self.expects_names = 2
            self.renames += 1

    def _path(self, path: bytes) -> None:
        self.files += 1
        if len(self.paths) < MAX_PATHS:
            self.paths.append(path[:4096])


def _commit(head: Sequence[bytes], files: _Files) -> Commit:
    fields = [part.decode("utf-8", "replace") for part in head] + [""] * (_FIELDS - len(head))
    sha, parents, at, name, mail, message = fields[:_FIELDS]
    return Commit(
        sha=sha,
        parents=tuple(parents.split()),
        at=int(at) if at.lstrip("-").isdigit() else 0,
        name=name,
        mail=mail,
        message=message,
        paths=tuple(path.decode("utf-8", "backslashreplace") for path in files.paths),
        files=files.files,
        additions=files.additions,
        renames=files.renames,
    )


def branch_authors(clone: Clone) -> dict[str, tuple[tuple[str, str], ...]]:
    """For each merge on the mainline: (name, mail) of everybody whose commits it brought, most commits first."""
    parents: dict[bytes, tuple[bytes, ...]] = {}
    authors: dict[bytes, tuple[str, str]] = {}
    people: dict[tuple[bytes, bytes], tuple[str, str]] = {}
    with _pipe(clone.path, "log", "-z", "--format=%H%x00%P%x00%aN%x00%aE", "HEAD", "--") as tokens:
        for sha, above, name, mail in zip(tokens, tokens, tokens, tokens, strict=False):
            key = bytes.fromhex(sha.decode())
            parents[key] = tuple(bytes.fromhex(one.decode()) for one in above.split())
            who = (name[:200], mail[:200])
            authors[key] = people.setdefault(
                who, (who[0].decode("utf-8", "replace"), who[1].decode("utf-8", "replace"))
            )
    return _brought(clone, parents, authors)


def _brought(
    clone: Clone, parents: dict[bytes, tuple[bytes, ...]], authors: dict[bytes, tuple[str, str]]
) -> dict[str, tuple[tuple[str, str], ...]]:
    _, head = run(clone.path, "rev-parse", "HEAD")
    line: list[bytes] = []
    current: bytes | None = bytes.fromhex(head)
    while current is not None and current in parents:
        line.append(current)
        above = parents[current]
        current = above[0] if above else None
    taken = set(line)
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for sha in reversed(line):
        counts: dict[tuple[str, str], int] = {}
        waiting = list(parents[sha][1:])
        while waiting:
            one = waiting.pop()
            if one in taken or one not in parents:
                continue
            taken.add(one)
            if len(parents[one]) < 2:
                counts[authors[one]] = counts.get(authors[one], 0) + 1
            waiting += parents[one]
        if counts:
            found[sha.hex()] = tuple(sorted(counts, key=lambda who: (-counts[who], who)))
    return found


def text_at_head(clone: Clone, *names: str, most: int = MAX_TOKEN) -> str:
    """The text of the first of these files that the newest commit has; '' where it has none."""
    for name in names:
        code, text = run(clone.path, "cat-file", "blob", f"HEAD:{name}")
        if code == 0:
            return text[:most]
    return ""


def head(path: Path) -> str:
    """The newest commit's id; '' where there is none."""
    code, text = run(path if path.is_dir() else path.parent, "rev-parse", "HEAD")
    return text if code == 0 else ""
