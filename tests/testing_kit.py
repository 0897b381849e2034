"""A rules text and a test text, played: what passed, and what was said where it did not."""

from pathlib import Path

from rules.language.load import Source, load_rules
from rules.speech.templates import parse
from rules.testing.bench import Bench
from rules.testing.document import Document
from rules.testing.reading import read_document
from rules.testing.running import Result, run_case
from worker import catalog
from worker.cli.testing_command import Prepared, prepare

CATALOGUE = Path(__file__).resolve().parents[1] / "rules" / "catalog"
TEMPLATE = {
    "t": parse(
        "t",
        "A change waits\nYour change {pull_request} waits. Does {pull_request.author.buddy} know?\n## junior\nA first look is enough. Would you?",
    )
}
HEAD = "rules: r.yml\nstart: 2025-10-02 16:00 Europe/Berlin\n"  # a Thursday


def bench(rules: str) -> Bench:
    loaded = load_rules([Source("r.yml", f"defaults: {{mode: live}}\nrules:\n{rules}")], catalog.packs())
    assert not loaded.problems, "\n".join(map(str, loaded.problems))
    return Bench(loaded.rules, TEMPLATE)


def document(text: str) -> Document:
    found, problems = read_document("x.test.yml", text)
    assert found is not None, "\n".join(map(str, problems))
    return found


def problems_of(text: str) -> list[str]:
    return [str(one) for one in read_document("x.test.yml", text)[1]]


def played(rules: str, text: str, shuffle: bool = True) -> list[Result]:
    """One result a case, also out of order. `text` without rules and start."""
    found, on = document(HEAD + text), bench(rules)
    return [run_case(found, case, on, shuffle) for case in found.cases]


def one(rules: str, steps: str, more: str = "") -> Result:
    """The result of one case of these steps; `more`: other keys of the file."""
    (found,) = played(rules, f"{more}cases:\n  - name: it\n    steps:\n{steps}")
    return found


def said(result: Result) -> str:
    """Everything that was said about what differs."""
    return "\n".join(line for found in result.differences for line in (f"{found.place} {found.line}", *found.because))


def shipped() -> list[Prepared]:
    """The tests of the catalogue."""
    return prepare(sorted(CATALOGUE.glob("*.test.yml")))
