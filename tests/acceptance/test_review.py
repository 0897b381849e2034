"""`sparekey review` as the manager meets it: at a terminal, one draft after the other, and without one."""

import sys
from pathlib import Path

from command_kit import SECRETS_OF_NAMES, Team, Terminal

KEYS = "y file it   e edit   n not   s snooze   k keep for now   q quit"
EDITOR = """\
import sys
from pathlib import Path
file = Path(sys.argv[1])
text = file.read_text()
file.write_text("Who else could bill?\\n" + text.partition("\\n")[2].replace("Goal", "Our goal"))
"""


def became(shop: Team) -> dict[str, str]:
    """Action → status."""
    listed = shop.json("findings", "--status", "all")["findings"]
    return {told["action"]: told["status"] for one in listed for told in one["actions"]}  # type: ignore[attr-defined]  # a list


def test_every_draft_is_shown_in_full_as_it_would_be_sent(read: Team) -> None:
    told = read.sparekey("review", "--list")
    for heading in ("Why now", "Evidence", "Confidence", "Suggestion", "Goal", "Sessions", "Success", "Then", "Answer"):
        assert told.count(f"  {heading} ") == 4, heading
    assert "rule area-single-carrier, finding F-" in told
    assert "4 drafts wait: sparekey review" in told
    assert told.count("\n  Second pair of hands for ") == 4
    assert read.sparekey("review").splitlines()[2:] == told.splitlines()[2:]  # no terminal: nobody could answer


def test_drafts_hold_names_at_a_terminal_or_when_asked_for_only(read: Team) -> None:
    quiet = read.sparekey("review", "--list") + read.sparekey("review", "--json")
    assert [name for name in SECRETS_OF_NAMES if name in quiet] == []
    assert ", to mona," in read.sparekey("review", "--list", "--names")
    named = read.json("review", "--names")["drafts"]
    assert [one["to"] for one in named] == [["mona"]] * 4  # type: ignore[attr-defined]  # a list


def test_words_that_somebody_wrote_are_names_as_well(shop: Team) -> None:
    key = shop.drafts()[0]["action"]
    shop.sparekey("review", "edit", key, "--title", "Ana needs a second pair of hands")
    assert "Ana" not in shop.sparekey("review", "--list") + shop.sparekey("review", "--json")
    assert "--names shows them" in shop.sparekey("review", "--list")
    assert "Ana needs" in shop.sparekey("review", "--list", "--names")


def test_a_title_or_a_whole_text_can_be_given_without_an_editor(shop: Team, tmp_path: Path) -> None:
    key = shop.drafts()[0]["action"]
    assert "is still a draft" in shop.sparekey("review", "edit", key, "--title", "Who else could bill?")
    shown = shop.sparekey("review", "--list", "--names")
    assert "Who else could bill?" in shown and "in words of a person" in shown and shown.count("Goal") == 4
    words = tmp_path / "words.md"
    words.write_text("Another\n\nBefore any heading.\n\n## Why now\nBecause.\n- one\n- two\n")
    shop.sparekey("review", "edit", key, "--text-file", str(words))
    (one,) = (one for one in shop.json("review", "--names")["drafts"] if one["edited"])  # type: ignore[attr-defined]  # a list
    assert one["title"] == "Another"
    assert [(part["heading"], part["text"]) for part in one["parts"]] == [
        ("", "Before any heading."),
        ("Why now", "Because.\n- one\n- two"),
    ]
    words.write_text("\n## Why now\nno title\n")
    assert "there is no title" in shop.sparekey("review", "edit", key, "--text-file", str(words), code=2)
    assert "nothing to change" in shop.sparekey("review", "edit", key, code=2)


def test_yes_no_and_snooze_say_what_happens_next(shop: Team) -> None:
    first, second, third, _ = (one["action"] for one in shop.drafts())
    told = shop.sparekey("review", "yes", first)
    assert f"{first}: goes to p" in told and "in their next working hour" in told and "mona" not in told
    assert "No process runs now: sparekey run sends it" in told
    assert f"Refused: {second} (too-small)" in shop.sparekey("review", "no", second, "--why", "too-small")
    assert f"{third}: back in the review on " in shop.sparekey("review", "snooze", third, "--days", "3")
    assert shop.json("review", "snooze", third[:8], "--days", "4")["became"] == "snoozed"
    assert became(shop)[third] == "draft"
    assert len(shop.drafts()) == 1
    assert f"{second} is rejected, no draft: refused: too-small" in shop.sparekey("review", "yes", second, code=2)
    assert "there is no draft A-none" in shop.sparekey("review", "yes", "A-none", code=2)
    assert "several drafts begin with A-" in shop.sparekey("review", "yes", "A-", code=2)


def test_with_nothing_waiting_it_says_what_would_make_a_draft(shop: Team) -> None:
    for one in shop.drafts():
        shop.sparekey("review", "snooze", one["action"])
    told = shop.sparekey("review")
    assert told.startswith("No draft waits for you. Rules in mode `ask` make one")
    assert "4 drafts put off: sparekey findings says until when." in told
    assert "Next: sparekey doctor " in told


def test_the_dialogue_takes_a_key_for_each_draft(shop: Team, tmp_path: Path) -> None:
    editor = tmp_path / "editor.py"
    editor.write_text(EDITOR)
    first, second, third, fourth = (one["action"] for one in shop.drafts())
    with Terminal(shop, "review", editor=f"{sys.executable} {editor}") as terminal:
        assert first in terminal.until(KEYS)
        terminal.type("e\n")
        edited = terminal.until(KEYS)
        assert "Who else could bill?" in edited and "Our goal" in edited and "in words of a person" in edited
        terminal.type("y\n")
        assert f"{first}: goes to mona in their next working hour" in terminal.until("DRAFT 2 of 4")
        terminal.until(KEYS)
        terminal.type("x\n")
        assert "is not one of" in terminal.until(KEYS)
        terminal.type("n\n")
        assert "Why not (wrong-person, known, too-small, wrong-time, data, other" in terminal.until("other)")
        terminal.type("known\n")
        assert f"Refused: {second} (known)" in terminal.until("DRAFT 3 of 4")
        terminal.until(KEYS)
        terminal.type("s\n")
        terminal.until("For how many days")
        terminal.type("\n")
        assert f"{third}: back in the review on " in terminal.until("DRAFT 4 of 4")
        terminal.until(KEYS)
        terminal.type("k\n")
        assert terminal.end() == 0
        assert "1 let out, 1 refused, 1 put off and 1 left as it was." in terminal.seen
        assert "No process runs now" in terminal.seen
        assert became(shop) == {first: "planned", second: "rejected", third: "draft", fourth: "draft"}
        shop.sparekey("run", "--once")
        assert "# Who else could bill?" in (shop.folder / "outbox" / "tasks" / f"{first}.md").read_text()


def test_what_somebody_else_decided_in_the_meantime_is_said(shop: Team) -> None:
    first = shop.drafts()[0]["action"]
    with Terminal(shop, "review") as terminal:
        terminal.until(KEYS)
        shop.sparekey("review", "no", first, "--why", "known")
        terminal.type("y\n")
        assert f"{first} is rejected" in terminal.until("DRAFT 2 of 4")
        terminal.until(KEYS)
        terminal.type("\x04")
        assert terminal.end() == 0
        assert "1 decided by somebody else and 3 left as they were." in terminal.seen


def test_quitting_leaves_the_rest(read: Team) -> None:
    with Terminal(read, "review") as terminal:
        terminal.until(KEYS)
        terminal.type("q\n")
        assert terminal.end() == 0
        assert "4 left as they were." in terminal.seen
        assert set(became(read).values()) == {"draft"}
