"""`sparekey rules report`, and what review and doctor say of rules that may go live or silenced themselves."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

from command_kit import SECRETS_OF_NAMES, Team, Typist, copied, team

CARRIED = "area-single-carrier"


def of(shop: Team, rule: str = CARRIED, *words: str) -> dict[str, object]:
    rows = cast("list[dict[str, object]]", shop.json("rules", "report", *words)["rules"])
    return next(row for row in rows if row["rule"] == rule)


def approved_before(shop: Team, times: int) -> None:
    """Drafts of long ago: this team finds four things only."""
    with closing(sqlite3.connect(shop.folder / "sparekey.db")) as connection:
        for n in range(times):
            connection.execute(
                "INSERT INTO judgements SELECT ?, 'reviewer', ws, rule, meaning, 'approved', opened_at FROM findings"
                " WHERE rule = ? LIMIT 1",
                (f"A-before{n}", CARRIED),
            )
        connection.commit()


def test_a_report_tells_what_a_rule_was_asked_found_and_kept_quiet(read: Team) -> None:
    told = read.sparekey("rules", "report")
    assert re.search(rf"{CARRIED}  ask \(by default\)\n  asked       [0-9,]+ events, [0-9,]+ matched\n", told)
    assert "  fired       4: 4 open\n" in told and "  messages    4 waiting for a person\n" in told
    assert "still open" in told
    found = of(read)
    assert (found["fired"], found["actions"], found["answers"]) == ({"open": 4}, {"draft": 4}, {})
    assert found["precision"] == {
        "percent": None, "right": 0, "answers": 0, "silent_below_percent": 40, "of_answers": 10
    }  # fmt: skip
    assert cast("int", found["evaluated"]) >= cast("int", found["matched"]) // 10 > 0


def test_a_report_holds_no_people(read: Team) -> None:
    told = read.sparekey("rules", "report") + read.sparekey("rules", "report", "--json")
    assert [name for name in (*SECRETS_OF_NAMES, "mona") if name in told] == []


def test_a_period_leaves_out_what_was_before(read: Team) -> None:
    assert of(read, CARRIED, "--since", "2099-01-01")["actions"] == {}


def test_the_mode_says_where_it_comes_from(shop: Team) -> None:
    shop.rules(f"extends: [catalog/core@1]\nrules:\n  {CARRIED}:\n    mode: silent\n")
    assert cast("dict[str, object]", of(shop)["mode_from"])["line"] == 4
    assert re.search(rf"{CARRIED}  silent \(.*team\.yml:4\)", shop.sparekey("rules", "report"))
    shop.sparekey("rules", "live", CARRIED)
    assert of(shop)["mode"] == "live" and cast("dict[str, object]", of(shop)["mode_from"])["by"] == "command"
    shop.rules(f"extends: [catalog/core@1]\nrules:\n  {CARRIED}:\n    mode: off\n")
    assert (of(shop)["mode"], of(shop)["mode_from"]) == (
        "off",
        {**cast("dict[str, object]", of(shop)["mode_from"]), "by": "file"},
    )


def test_after_five_yes_live_is_suggested_and_nothing_more(shop: Team) -> None:
    approved_before(shop, 4)
    assert "may go live" not in shop.sparekey("review") and of(shop)["may_go_live"] is False
    offer = f"{CARRIED}: 5 approved, 100% yes: sparekey rules live {CARRIED}"
    assert f"May go live: {offer}" in shop.sparekey("review", "yes", shop.drafts()[0]["action"])
    assert f"  may go live {offer}" in shop.sparekey("rules", "report")
    assert offer in shop.sparekey("review") and shop.json("review")["may_go_live"] == [CARRIED]
    doctor = shop.sparekey("doctor")
    assert f"rule {CARRIED}  5 approved, 100% yes" in doctor and f"sparekey rules live {CARRIED}" in doctor
    assert of(shop)["mode"] == "ask", "only suggested"
    shop.sparekey("rules", "live", CARRIED)
    assert "May go live" not in shop.sparekey("review") and of(shop)["may_go_live"] is False


def test_a_rule_that_is_refused_too_often_silences_itself_and_live_ends_that(tmp_path: Path, typist: Typist) -> None:
    shop = team(tmp_path / "s", typist)
    settings = shop.folder / "sparekey.yml"
    settings.write_text(settings.read_text() + "mute: {below_precision: 40, of_answers: 2}\n")
    shop.sparekey("backfill", "git")
    first, second, *_ = (draft["action"] for draft in shop.drafts())
    shop.sparekey("review", "no", first, "--why", "data")
    assert of(shop)["mode"] == "ask"
    shop.sparekey("review", "no", second, "--why", "known")
    assert of(shop)["mode"] == "silent" and of(shop)["mode_from"] != {"by": "command"}
    assert re.search(rf"{CARRIED}  silent since .*: it silenced itself", shop.sparekey("rules", "report"))
    doctor = shop.sparekey("doctor")
    assert f"rule {CARRIED}  silenced itself on " in doctor and f"rule {CARRIED}  can fire, mode silent" in doctor
    assert cast("dict[str, int]", of(shop)["actions"])["digest"] == 1, "a line of its owner's next digest"
    shop.sparekey("rules", "live", CARRIED)
    assert of(shop)["mode"] == "live" and "silenced itself" not in shop.sparekey("doctor")
    shop.sparekey("run", "--once")
    assert of(shop)["mode"] == "live", "what was said before counts no more"


def test_answers_are_told_by_kind_and_survive_an_upgrade_of_an_older_store(read: Team, tmp_path: Path) -> None:
    """A store of an earlier version has them in its tasks, drafts and audit log only."""
    shop = copied(read, tmp_path / "s")
    yes, no, *_ = (draft["action"] for draft in shop.drafts())
    shop.sparekey("review", "yes", yes)
    shop.sparekey("review", "no", no, "--why", "data")
    shop.sparekey("run", "--once")
    shop.sparekey("answer", yes, "wrong", "--why", "data")
    before = of(shop)
    assert before["answers"] == {"wrong": 1} and before["drafts"] == {"approved": 1, "refused": 1}
    assert cast("dict[str, object]", before["precision"])["percent"] == 0
    with closing(sqlite3.connect(shop.folder / "sparekey.db")) as connection:
        connection.execute("DROP TABLE judgements")
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
        connection.commit()
    shop.sparekey("store", "upgrade")
    assert of(shop) == before


def test_a_rebuild_of_the_same_rules_changes_nothing(shop: Team) -> None:
    before = shop.json("findings", "--status", "all")
    found = shop.json("rules", "rebuild")
    assert cast("int", found["events"]) > 40 and (found["findings_new"], found["findings_withdrawn"]) == (0, 0)
    assert re.search(r"[0-9]+ events decided anew: 0 new, 0 withdrawn\.", shop.sparekey("rules", "rebuild"))
    assert shop.json("findings", "--status", "all") == before


def test_an_edit_of_a_running_rule_says_so_and_swaps_what_it_found(shop: Team) -> None:
    running = shop.start()
    try:
        shop.rules(f"extends: [catalog/core@1]\nrules: {{{CARRIED}: {{with: {{min_changes: 400}}}}}}\n")
        running.until(lambda: running.told("rebuilt from the journal"))
        assert running.told("rules mean something else") and running.told('"findings_withdrawn": 4')
        assert shop.json("findings")["findings"] == []
        assert of(shop)["fired"] == {"withdrawn": 4} and of(shop)["actions"] == {"withdrawn": 4}
    finally:
        assert running.stop() == 0
