"""A clone as a source: real repositories made by git, friendly and hostile."""

import os
from pathlib import Path

import pytest
from git_kit import Repository

from connectors.errors import ConfigError
from connectors.git.source import read
from connectors.judgement import is_bot, is_decision, is_mechanical
from worker.people.directory import RunDirectory


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "clone")


def test_a_commit_is_a_merged_change_with_its_co_authors(repository: Repository) -> None:
    sha = repository.commit(
        "Add billing (#12)\n\nCo-authored-by: Ben <BEN@example.org>\nCo-Authored-By: Claude <noreply@anthropic.com>",
        {"billing/a.py": "1\n2\n"},
    )
    (event,), people, _ = repository.events()
    change = event.pull_request
    assert event.id == f"git:{sha}:merged"
    assert change is not None and change.id == sha[:12] + "#12"
    assert [people.name(one) for one in change.authors or ()] == ["Ada", "Ben"]
    assert (event.paths, change.additions, change.files, event.authors_left_out) == (("billing/a.py",), 2, 1, 1)


def test_review_trailers_become_reviews_before_the_merge_and_not_of_oneself(repository: Repository) -> None:
    repository.commit(
        "Change\n\nReviewed-by: Cem <cem@example.org>\nReviewed-by: Ada <ada@example.org>\nReviewed-by: just a name"
    )
    (first, second), people, seen = repository.events()
    assert (first.kind, second.kind, second.at - first.at) == ("review.submitted", "pull_request.merged", 1_000_000)
    assert first.review is not None and people.name(first.review.author or "") == "Cem"
    assert seen.reviews == 1


def test_a_merge_commit_credits_those_whose_commits_it_brought(repository: Repository) -> None:
    repository.commit("start")
    repository.git("checkout", "-q", "-b", "topic")
    repository.commit("one", author="Dan <dan@example.org>")
    repository.commit("two", author="Dan <dan@example.org>")
    repository.commit("three", author="Eve <eve@example.org>")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "Merge pull request #7 from topic", "topic")
    events, people, _ = repository.events()
    change = events[-1].pull_request
    assert len(events) == 2
    assert change is not None and [people.name(one) for one in change.authors or ()] == ["Dan", "Eve"]
    assert change.id.endswith("#7") and change.mechanical is False


def test_mailmap_joins_addresses_and_a_missing_line_is_suggested(repository: Repository) -> None:
    repository.commit("one", author="Ana Ruiz <ana@new.example>")
    repository.commit("two", author="Ana Ruiz <ana@new.example>")
    repository.commit("three", author="Ana Ruiz <ana@old.example>")
    events, _, seen = repository.events()
    assert len({event.actor for event in events}) == 2
    assert seen.mailmap_lines() == ["Ana Ruiz <ana@new.example> <ana@old.example>"]
    repository.commit("map", {".mailmap": seen.mailmap_lines()[0] + "\n"}, author="Ana Ruiz <ana@new.example>")
    assert len({event.actor for event in repository.events()[0]}) == 1


def test_renames_carry_the_new_name_and_a_pure_move_is_mechanical(repository: Repository) -> None:
    repository.commit("start", {"old/a.py": "x\n" * 50})
    repository.git("mv", "old", "new")
    repository.commit("move it", {})
    moved = repository.events()[0][-1]
    assert moved.paths == ("new/a.py",)
    assert moved.pull_request is not None and moved.pull_request.mechanical is True


def test_odd_bytes_in_names_and_paths_are_kept_apart_and_printable(repository: Repository) -> None:
    repository.commit(
        "odd", {"a/tab\there.py": "1", "a/line\nbreak.py": "1", "a/\x1b[31mred.py": "1", "a/\x01start.py": "1"}
    )
    latin = os.fsencode(repository.path) + b"/a/caf\xe9.py"
    Path(os.fsdecode(latin)).write_bytes(b"1")
    repository.commit("latin", {}, author="Jos\udce9 <jose@example.org>")
    first, second = repository.events()[0]
    assert set(first.paths or ()) == {"a/tab\there.py", "a/line\nbreak.py", "a/\x1b[31mred.py", "a/\x01start.py"}
    assert second.paths == ("a/caf\\xe9.py",)


def test_more_than_two_hundred_paths_are_cut_and_counted(repository: Repository) -> None:
    repository.commit("large", {f"d/{n}": "1" for n in range(250)})
    (event,), _, _ = repository.events()
    assert (len(event.paths or ()), event.path_count) == (200, 250)
    assert event.pull_request is not None and event.pull_request.mechanical


def test_time_going_backwards_is_told_and_breaks_nothing(repository: Repository) -> None:
    repository.commit("late", at=500)
    repository.commit("early", at=100)
    events, _, seen = repository.events()
    assert len(events) == 2
    assert seen.backwards == 1


def test_bots_are_marked(repository: Repository) -> None:
    repository.commit(
        "Bump x from 1 to 2", author="dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"
    )
    (event,), _, seen = repository.events()
    assert event.automated
    assert seen.bots == 1


def test_nothing_that_the_clone_configures_is_run(repository: Repository, tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {proof}\ncat\n")
    script.chmod(0o755)
    repository.commit("start", {"a.txt": "1\n", ".gitattributes": "*.txt diff=evil filter=evil\n"})
    repository.commit("next", {"a.txt": "2\n"})
    for name in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "diff.evil.command",
        "diff.evil.textconv",
        "filter.evil.smudge",
        "core.sshCommand",
        "pager.log",
        "gpg.program",
    ):
        repository.git("config", name, str(script))
    repository.git("config", "log.showSignature", "true")
    hook = repository.path / ".git" / "hooks" / "post-checkout"
    hook.write_text(script.read_text())
    hook.chmod(0o755)
    assert len(repository.events()[0]) == 2
    assert not proof.exists()


def test_a_bare_and_a_shallow_clone_are_read(repository: Repository, tmp_path: Path) -> None:
    for n in range(3):
        repository.commit(f"change {n}")
    repository.git("clone", "-q", "--bare", str(repository.path), str(tmp_path / "bare"))
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.path}", str(tmp_path / "shallow"))
    assert len(list(read(tmp_path / "bare", RunDirectory().person))) == 3
    assert len(list(read(tmp_path / "shallow", RunDirectory().person))) == 1


def test_what_is_no_history_gets_one_clear_sentence(repository: Repository, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="has no commits yet"):
        list(read(repository.path, RunDirectory().person))
    (tmp_path / "plain").mkdir()
    with pytest.raises(ConfigError, match="is not a git clone"):
        list(read(tmp_path / "plain", RunDirectory().person))
    with pytest.raises(ConfigError, match="does not exist"):
        list(read(tmp_path / "nowhere", RunDirectory().person))


@pytest.mark.parametrize(
    "title",
    [
        "Bump lodash from 4.1 to 4.2",
        "build(deps): bump x from 1 to v2",
        'Revert "Add y"',
        "Merge branch 'main' into topic",
        "chore: update lockfile",
        "[release-1.2] Backport fix",
        "Release 1.2.0",
    ],
)
def test_mechanical_titles(title: str) -> None:
    assert is_mechanical(title, ["a.py"], 1)


@pytest.mark.parametrize(
    "title",
    [
        "Add retries to billing",
        "Fix update of the cache",
        "Teach the parser about releases of locks and much more text here",
    ],
)
def test_titles_of_real_work(title: str) -> None:
    assert not is_mechanical(title, ["a.py"], 1)


def test_generated_paths_bots_and_decisions() -> None:
    assert is_mechanical("x", ["package-lock.json", "vendor/a.go"], 2)
    assert not is_mechanical("x", ["package-lock.json", "a.go"], 2)
    assert is_decision(["docs/adr/0004-queue.md"]) and not is_decision(["docs/guide.md"])
    assert all(is_bot(name) for name in ("renovate[bot]", "github-actions", "Copilot", "jenkins"))
    assert not any(
        is_bot(name, mail) for name, mail in (("Claudia Bot-ha", ""), ("Robert", "bob@example.org"), ("Abbott", ""))
    )


def test_an_agent_is_told_from_somebody_of_that_name() -> None:
    agents = ("Claude", "claude-code", "Claude Opus 4", "cursor", "Devin AI", "gemini-cli", "aider", "Sweep AI")
    assert [name for name in agents if not is_bot(name)] == []
    people = ("Claude Monet", "claude-dupont", "Devin Booker", "Gemini Rue", "Claudette", "Cursory Glance")
    assert [name for name in people if is_bot(name)] == []
