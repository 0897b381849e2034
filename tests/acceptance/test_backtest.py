"""`rules backtest` and `rules diff` as a rule author types them: over a clone, files, and the store."""

import json
from pathlib import Path

import msgspec
import pytest
from command_kit import SECRETS_OF_NAMES, Team
from git_kit import Repository

PACK = """extends: [catalog/start-small@1]
rules:
  area-single-carrier: {with: {min_changes: %d}, mode: live}
"""


@pytest.fixture(scope="module")
def payments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two rulebooks, and the events of a clone in which one person carries each of four parts."""
    folder = tmp_path_factory.mktemp("payments")
    clone = Repository(folder / "clone")
    for n in range(40):
        for part, who in (("web", f"u{n % 3}"), ("billing", "ana"), ("search", "ben")):
            clone.commit(
                f"{part} {n}", {f"{part}/{n}.py": str(n)}, author=f"{who} <{who}@example.org>", at=n * 9 * 1440
            )
    events = clone.events()[0]
    (folder / "all.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, events)))
    (folder / "old.yml").write_text(PACK % 8)
    (folder / "new.yml").write_text(PACK % 12)
    (folder / "wrong.yml").write_text((PACK % 8).replace("min_changes", "min_chnages"))
    return folder


def test_the_store_is_read_beside_sparekey_yml_and_nothing_is_stored(shop: Team) -> None:
    before = {file.name: file.read_bytes() for file in shop.folder.iterdir() if file.is_file()}
    found = json.loads(shop.sparekey("rules", "backtest", "--json"))
    after = {file.name: file.read_bytes() for file in shop.folder.iterdir() if file.is_file()}
    assert {name: after[name] for name in before} == before
    assert found["schema"] == 1
    assert found["rules"]["area-single-carrier"]["findings"] == 4
    assert found["managers"]["tasks"]["worst"] == 1
    assert [one["name"] for one in found["workspaces"]] == ["shop"]


def test_the_screen_tells_areas_and_weeks_and_no_names(shop: Team) -> None:
    said = shop.sparekey("rules", "backtest")
    for text in ("area-single-carrier", "billing", "WHAT A MANAGER WOULD HAVE GOT A WEEK", "another mattered more"):
        assert text in said
    assert not [name for name in SECRETS_OF_NAMES if name in said]
    assert "names nobody" in shop.sparekey("rules", "backtest", "--names", "--json", code=2)


def test_a_clone_and_a_file_of_its_events_give_the_same(shop: Team, payments: Path) -> None:
    rules, since = str(payments / "old.yml"), "--since=300d"
    of_clone = json.loads(shop.sparekey("rules", "backtest", rules, "--in", str(payments / "clone"), since, "--json"))
    of_file = json.loads(shop.sparekey("rules", "backtest", rules, str(payments / "all.jsonl"), since, "--json"))
    assert [one["subject"] for one in of_clone["findings"]] == [one["subject"] for one in of_file["findings"]]
    assert {one["subject"][0] for one in of_clone["findings"]} == {"billing", "search"}
    assert of_clone["weeks"] == of_file["weeks"]


def test_workspaces_apart_are_decided_on_cores_of_their_own(shop: Team, payments: Path) -> None:
    both = ["--events", str(payments / "all.jsonl"), "--in", str(payments / "clone")]
    rules = str(payments / "old.yml")
    found = json.loads(shop.sparekey("rules", "backtest", rules, *both, "--apart", "--since=300d", "--json"))
    one, other = found["workspaces"]
    assert (one["name"], other["name"]) == ("all", "clone")
    assert one["findings"] == other["findings"] > 0
    assert found["managers"]["managers"] == 2
    assert found["events"] == one["events"] + other["events"]


def test_wrong_rules_and_nothing_to_read_are_wrong_use(shop: Team, payments: Path, tmp_path: Path) -> None:
    clone = str(payments / "clone")
    assert "min_changes" in shop.sparekey("rules", "backtest", str(payments / "wrong.yml"), "--in", clone, code=2)
    assert "--in CLONE" in shop.sparekey("rules", "backtest", "--config", str(tmp_path), code=2)
    assert "a day such as" in shop.sparekey("rules", "backtest", "--in", clone, "--since", "yesterday", code=2)
    assert "after the end" in shop.sparekey("rules", "backtest", "--in", clone, "--since", "2099-01-01", code=2)
    assert "no workspace" in shop.sparekey("rules", "backtest", "--workspace", "other", code=2)


def test_a_diff_tells_what_an_edit_loses_and_which_condition_fails(shop: Team, payments: Path) -> None:
    old, new = str(payments / "old.yml"), str(payments / "new.yml")
    history = ["--in", str(payments / "clone"), "--since=300d"]
    found = json.loads(shop.sparekey("rules", "diff", old, new, *history, "--json"))
    rule = found["rules"]["area-single-carrier"]
    assert rule["status"] == "changed"
    assert rule["fields"] == {"with min_changes": {"old": "8", "new": "12"}}
    (first, *_) = found["findings"]["moved"] + found["findings"]["lost"]
    failed = [one for one in first["why"]["clauses"] if not one["held"]]
    assert failed[0]["text"] == "changes.n >= min_changes"
    said = shop.sparekey("rules", "diff", old, new, *history)
    assert "with min_changes: 8 -> 12" in said and "min_changes 12   false" in said
    assert not [name for name in ("ana@", "ben@", " ana", "u0") if name in said]


def test_a_diff_of_the_same_or_of_shipped_packs_over_the_store(shop: Team, payments: Path) -> None:
    old = str(payments / "old.yml")
    assert "Nothing is different." in shop.sparekey("rules", "diff", old, old)
    found = json.loads(shop.sparekey("rules", "diff", "catalog/start-small", "catalog/core@1", "--json"))
    assert found["rules"]["area-single-reviewer"]["status"] == "added"
    assert found["rules"]["area-single-carrier"]["same"] == 4


def test_a_diff_with_a_wrong_rule_is_wrong_use(shop: Team, payments: Path) -> None:
    old, wrong = str(payments / "old.yml"), str(payments / "wrong.yml")
    assert "min_changes" in shop.sparekey("rules", "diff", old, wrong, code=2)
    assert "one workspace" in shop.sparekey(
        "rules",
        "diff",
        old,
        old,
        "--apart",
        "--in",
        str(payments / "clone"),
        "--events",
        str(payments / "all.jsonl"),
        code=2,
    )
