"""Makes docs/examples anew: `python tests/examples/make.py [OUT]`. Times that vary are replaced by words.

The shared histories are read from SPAREKEY_SHARED or ../shared; what is not there is left as it is.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HISTORIES = ("kafka", "kv_engine", "lustre")
_SECONDS = re.compile(r"\d+\.\d s")


def shared() -> Path:
    return Path(os.environ.get("SPAREKEY_SHARED", ROOT.parent / "shared"))


def run(*words: str, cwd: Path = ROOT) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    out = subprocess.run(
        [sys.executable, "-m", "worker.cli.main", *words],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return _SECONDS.sub("… s", out.stdout)


def make(out: Path) -> list[str]:
    """Writes what can be made here; gives the names."""
    made = {"demo.txt": run("demo")}
    folder = shared() / "data" / "histories"
    for name in HISTORIES:
        if (folder / f"{name}.jsonl.xz").exists():
            made[f"try-{name}.txt"] = run("try", f"{name}.jsonl.xz", cwd=folder)
    out.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (out / name).write_text(text, encoding="utf-8")
    return sorted(made)


if __name__ == "__main__":
    print("\n".join(make(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "examples")))
