"""Files as a sink: whole or not at all, once, inside the folder, and as people left them."""

import os
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import speech_kit as speech

from connectors.base import Message
from connectors.errors import Rejected, RetryLater
from connectors.files.sink import sink
from rules.speech.notes import withdrawn_text

TASK = speech.a_task("markdown")
ID = "tasks/A-1c9e02ab3f.md"
CLOSING = speech.of(withdrawn_text("T"), "N-9")
NOTE = replace(CLOSING, key="N-1")


def whole(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_each_kind_has_its_folder_and_a_name_from_the_key(tmp_path: Path) -> None:
    made = sink(tmp_path / "out")
    for message in (speech.a_task("markdown"), speech.a_nudge("markdown"), speech.a_digest("markdown")):
        made.send(message)
    assert whole(tmp_path / "out") == ["digests/D-1.md", "nudges/A-2d00000000.md", ID]


def test_a_file_says_what_it_is_before_it_says_anything_else(tmp_path: Path) -> None:
    sink(tmp_path).send(TASK)
    assert (
        (tmp_path / ID)
        .read_text("utf-8")
        .startswith(
            '---\nkey: "A-1c9e02ab3f"\nkind: task\nwhen: 2025-10-06T10:00:00Z\nto: ["Mara"]\nstatus: open\n---\n\n'
            "# Second pair of hands for `billing/export`\n\n## Why now\n\n14 of 16 human changes"
        )
    )


def test_only_a_task_has_a_status(tmp_path: Path) -> None:
    sink(tmp_path).send(speech.a_nudge("markdown"))
    assert "status" not in (tmp_path / "nudges/A-2d00000000.md").read_text("utf-8")


def test_nobody_but_the_owner_and_the_group_can_read(tmp_path: Path) -> None:
    sink(tmp_path / "out").send(speech.a_nudge("markdown"))
    assert [(tmp_path / "out" / one).stat().st_mode & 0o007 for one in ("", "nudges", "nudges/A-2d00000000.md")] == [
        0
    ] * 3


@pytest.mark.parametrize(
    "key",
    [
        "../A",
        "/etc/passwd",
        "..",
        ".",
        "",
        "a/b",
        "a\x00b",
        "A.md",
        ".hidden",
        "é",
        "a" * 500,
        "a\nb",
        "-rf",
        "a b",
        "\ud800",
    ],
)
def test_no_key_leads_out_of_its_folder(tmp_path: Path, key: str) -> None:
    made = sink(tmp_path / "out")
    id_ = made.send(replace(TASK, key=key))
    made.note(id_, replace(NOTE, key=key))
    assert made.find(key, 0) == [id_]
    assert whole(tmp_path) == [f"out/{id_}"]
    assert len(Path(id_).name) < 80


@pytest.mark.parametrize("link", ["tasks", ID])
def test_a_link_inside_is_not_followed(tmp_path: Path, link: str) -> None:
    """Somebody who may write into the folder could make the service write anywhere else."""
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "out"
    elsewhere.mkdir()
    (elsewhere / "A-1c9e02ab3f.md").write_text("theirs")
    (out / link).parent.mkdir(parents=True)
    (out / link).symlink_to(elsewhere if link == "tasks" else elsewhere / "A-1c9e02ab3f.md")
    made = sink(out)
    for act in (
        lambda: made.send(TASK),
        lambda: made.note(ID, NOTE),
        lambda: made.close(ID, CLOSING),
        lambda: made.find(TASK.key, 0),
    ):
        with pytest.raises((RetryLater, Rejected), match="link"):
            act()
    assert [path.read_text() for path in elsewhere.iterdir()] == ["theirs"]


def test_the_half_of_an_ended_process_is_passed_over_even_as_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("theirs")
    (tmp_path / "out" / "tasks").mkdir(parents=True)
    (tmp_path / "out" / "tasks" / ".A-1c9e02ab3f.md.new").symlink_to(tmp_path / "elsewhere")
    sink(tmp_path / "out").send(TASK)
    assert whole(tmp_path) == ["elsewhere", f"out/{ID}"]
    assert (tmp_path / "elsewhere").read_text() == "theirs"


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    """Its owner named it."""
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    sink(tmp_path / "out").send(TASK)
    assert whole(tmp_path / "real") == [ID]


def test_something_that_is_no_file_is_left_alone(tmp_path: Path) -> None:
    """A pipe would wait for ever."""
    (tmp_path / "tasks").mkdir()
    os.mkfifo(tmp_path / ID)
    with pytest.raises(Rejected, match="no usual file"):
        sink(tmp_path).send(TASK)


def test_a_file_that_grew_beyond_reading_is_left_alone(tmp_path: Path) -> None:
    made = sink(tmp_path)
    made.send(TASK)
    with (tmp_path / ID).open("ab") as stream:
        stream.truncate(3_000_000)
    with pytest.raises(Rejected, match="larger than 2 MB"):
        made.note(ID, NOTE)


# what people did to it -------------------------------------------------------------------------------------------


def test_what_people_wrote_stays(tmp_path: Path) -> None:
    """In any encoding, before and after."""
    made, file = sink(tmp_path), tmp_path / ID
    made.send(TASK)
    theirs = file.read_bytes().replace(b"Mara", b"M\xe4ra") + b"\nWe talked. status: open\n\n---\nstatus: open\n---\n"
    file.write_bytes(theirs)
    made.send(TASK)
    assert file.read_bytes() == theirs
    made.note(ID, NOTE)
    made.close(ID, CLOSING)
    now = file.read_bytes()
    assert now.startswith(theirs.replace(b"status: open", b"status: closed", 1).rstrip(b"\n"))
    assert now.index(b"## Note, Wed 15 Oct 2025") < now.index(b"## Closed, Wed 15 Oct 2025")


def test_line_ends_of_another_editor_do_not_hide_what_is_there(tmp_path: Path) -> None:
    made, file = sink(tmp_path), tmp_path / ID
    made.send(TASK)
    made.note(ID, NOTE)
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    made.note(ID, NOTE)
    made.close(ID, CLOSING)
    now = file.read_bytes()
    assert now.count(b"## Note") == 1 and b"status: closed\r\n" in now
    made.close(ID, replace(CLOSING, key="N-10"))
    assert file.read_bytes() == now


def test_a_task_that_a_person_closed_stays_as_it_is(tmp_path: Path) -> None:
    made, file = sink(tmp_path), tmp_path / ID
    made.send(TASK)
    file.write_text(file.read_text("utf-8").replace("status: open", "status: closed"), "utf-8")
    before = file.read_bytes()
    made.close(ID, CLOSING)
    assert file.read_bytes() == before


def test_without_its_head_a_file_is_found_and_closed_with_a_comment_once(tmp_path: Path) -> None:
    made, file = sink(tmp_path), tmp_path / ID
    made.send(TASK)
    for text in ("Only this is left.", "when: long ago"):
        file.write_text(text, "utf-8")
        assert made.find(TASK.key, TASK.at + 1) == [ID]
        made.close(ID, CLOSING)
        made.close(ID, CLOSING)
        assert file.read_text("utf-8").count("## Closed") == 1


def test_a_file_that_was_taken_away_is_not_made_again_by_a_note(tmp_path: Path) -> None:
    made = sink(tmp_path)
    made.send(TASK)
    (tmp_path / ID).unlink()
    with pytest.raises(Rejected, match="not there any more"):
        made.note(ID, NOTE)
    assert whole(tmp_path) == []


# what the disk does ----------------------------------------------------------------------------------------------


def test_a_parent_that_is_missing_is_told_and_not_made(tmp_path: Path) -> None:
    """A disk that is not mounted must not be replaced by a folder beside it."""
    with pytest.raises(RetryLater, match="No such file"):
        sink(tmp_path / "not" / "mounted").send(TASK)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["out", "out/tasks"])
def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path, place: str) -> None:
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("here already")
    with pytest.raises(RetryLater, match="it has to be a folder"):
        sink(tmp_path / "out").send(TASK)
    assert (tmp_path / place).read_text() == "here already"


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks").chmod(0o500)
    with pytest.raises(RetryLater, match="the service may not"):
        sink(tmp_path).send(TASK)


TOO_MUCH = """
import resource, signal, sys
from pathlib import Path
from connectors.base import Message
from connectors.errors import RetryLater
from connectors.files.sink import sink
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
made = sink(Path(sys.argv[1]))
task = Message("A-1", "task", (), "T", (("", "x" * 10_000),), 1)
made.send(Message("A-0", "task", (), "T", (("", "x"),), 1))
resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, resource.RLIM_INFINITY))
for act in (lambda: made.send(task), lambda: made.note("tasks/A-0.md", task)):
    try:
        act()
    except RetryLater as error:
        print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(made.send(task))
"""


def test_a_write_that_breaks_off_leaves_nothing_and_works_later(tmp_path: Path) -> None:
    """A real limit of the system stands for the full disk: the write fails half way, with part of the file out."""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)
    ran = subprocess.run([sys.executable, "-c", TOO_MUCH, tmp_path], capture_output=True, text=True, check=True)
    first, second, sent = ran.stdout.splitlines()
    assert first.startswith(f"tasks/A-1.md in {tmp_path} cannot be written")
    assert second.startswith(f"tasks/A-0.md in {tmp_path} cannot be written")
    assert sent == "tasks/A-1.md"
    assert whole(tmp_path) == ["tasks/A-0.md", "tasks/A-1.md"]
    assert "## Note" not in (tmp_path / "tasks/A-0.md").read_text("utf-8")


def test_half_characters_are_written_as_question_marks(tmp_path: Path) -> None:
    made = sink(tmp_path)
    id_ = made.send(Message("A-1", "task", (), "a\ud800b", (("h\udc80", "c\udfffd"),), 1, "e\ud800", "f\ud800"))
    assert "c?d" in (tmp_path / id_).read_text("utf-8")
