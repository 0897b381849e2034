"""Finds what belongs to one machine: absolute paths of a home or working folder, and hosts of package registries.

Run by path, from anywhere: `python .ci/committed_texts.py`. Looks at every text file that git holds or would add.
Prints `file:line: what: text` and exits 1 when something was found. Needs git and nothing else.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FROM_OUTSIDE = ("tests/fixtures/", "worker/demo/postmortems/")
"""Texts that others wrote and that are kept as they came."""

PATTERNS = {
    "a path of one machine": re.compile(r"(?<![\w.*:/~}-])/(?:home|root|Users|work|mnt|opt)/[\w.~-]"),
    "the host of a registry": re.compile(
        r"\bhttps?://[\w.-]*(?:pypi|pythonhosted|artifactory|nexus|registry|npmjs|mirror)[\w.-]*"
        r"|\bhttps?://\S+/simple\b"
        r"|^\s*(?:--(?:extra-)?index-url|--find-links|--trusted-host)\b",
        re.IGNORECASE,
    ),
}


def files() -> list[str]:
    listed = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    out = subprocess.run(listed, check=True, capture_output=True, stdin=subprocess.DEVNULL).stdout
    return sorted(name for name in out.decode().split("\0") if name and not name.startswith(FROM_OUTSIDE))


def text_of(path: Path) -> str:
    """Empty for what is not text, and for a file that is deleted but still listed."""
    try:
        return path.read_text("utf-8")
    except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
        return ""


def found(name: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        for what, pattern in PATTERNS.items():
            if match := pattern.search(line):
                yield f"{name}:{number}: {what}: {line[match.start() :].strip()[:80]}"


def main() -> int:
    listed = files()
    problems = [problem for name in listed for problem in found(name, text_of(ROOT / name))]
    text = "\n".join(problems) or f"committed texts: {len(listed)} files, nothing of one machine in them"
    sys.stdout.write(text + "\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
