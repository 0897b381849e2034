"""Runs every benchmark beside it and prints one table. Run by path: `python tests/bench/run.py [PART-OF-A-NAME…]`.

A benchmark is a script `bench_NAME.py` that prints JSON objects, one a line, on standard output:
`{name, value, unit, floor?, peer?, ratio?, at_least?}`. Every other line is passed on to standard error. `at_least` is
the limit that must hold: rates (a unit that ends in "/s") and plain ratios ("×") must reach it, everything else must
stay below it.
Writes `results.json` beside itself: schema, date, machine, results. Exit 1 when a script failed; a missed limit is
marked in the table, because a busy machine is no broken one; with SPAREKEY_BENCH_STRICT=1 it counts as well.
"""

import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RESULTS = HERE / "results.json"
TIMEOUT_SECONDS = 900
MORE_IS_BETTER = ("/s", "×")

Row = dict[str, object]


def scripts(parts: list[str]) -> list[Path]:
    """All of them, or those whose name holds one of the parts."""
    return [path for path in sorted(HERE.glob("bench_*.py")) if not parts or any(part in path.stem for part in parts)]


def measured(script: Path) -> tuple[list[Row], str]:
    """The rows that a script printed, and what went wrong: nothing, when the text is empty."""
    try:
        done = subprocess.run(
            [sys.executable, str(script)], cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
            text=True, encoding="utf-8", timeout=TIMEOUT_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return [], f"not done after {TIMEOUT_SECONDS} s"
    rows = [row for row in map(row_of, done.stdout.splitlines()) if row is not None]
    if done.returncode:
        return rows, f"exit {done.returncode}"
    return rows, "" if rows else "printed no measurement"


def row_of(line: str) -> Row | None:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if isinstance(row, dict) and {"name", "value", "unit"} <= row.keys():
        return row
    print(f"    {line}", file=sys.stderr)
    return None


def holds(row: Row) -> bool | None:
    """Whether the limit holds; None where a row has none."""
    value, limit = row["value"], row.get("at_least")
    if not isinstance(value, int | float) or not isinstance(limit, int | float):
        return None
    return value >= limit if str(row["unit"]).endswith(MORE_IS_BETTER) else value <= limit


def machine() -> dict[str, object]:
    return {
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def cpu_model() -> str:
    """The model as Linux tells it, else as the platform does."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:,.3g}"
    return f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)


def show(rows: list[Row], console: Console) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("measure", overflow="fold")
    for name in ("value", "unit", "floor", "peer", "ratio", "limit", ""):
        table.add_column(name, justify="left" if name in ("unit", "") else "right", no_wrap=True)
    for row in rows:
        cells = [number(row.get(key)) for key in ("value", "unit", "floor", "peer", "ratio", "at_least")]
        table.add_row(str(row["name"]), *cells, {True: "holds", False: "MISSED", None: ""}[holds(row)])
    console.print(table)


def main(parts: list[str]) -> int:
    rows: list[Row] = []
    failed: list[str] = []
    todo = scripts(parts)
    for place, script in enumerate(todo, 1):
        started = time.perf_counter()
        print(f"[{place}/{len(todo)}] {script.stem} ...", file=sys.stderr, end=" ", flush=True)
        found, problem = measured(script)
        print(f"{problem or f'{len(found)} measurements'}, {time.perf_counter() - started:.1f} s", file=sys.stderr)
        rows += [{**row, "script": script.stem} for row in found]
        failed += [script.stem] if problem else []
    missed = [str(row["name"]) for row in rows if holds(row) is False]
    show(rows, Console(width=None if sys.stdout.isatty() else 120))
    here = machine()
    print(f"{here['cpu']}, {here['cores']} cores, {here['python']}")
    print(f"{len(rows)} measurements, {len(missed)} missed their limit, {len(failed)} of {len(todo)} scripts failed")
    if not parts:  # a part of the benchmarks does not replace the whole
        date = datetime.now(UTC).isoformat(timespec="seconds")
        whole = {"schema": 1, "date": date, "machine": here, "failed": failed, "results": rows}
        RESULTS.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", "utf-8")
        print(f"written: {RESULTS.relative_to(ROOT)}")
    strict = bool(os.environ.get("SPAREKEY_BENCH_STRICT"))
    return 1 if failed or not todo or (strict and missed) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
