"""`sparekey init` as a platform engineer meets it: what it derives, what it leaves alone, what it says when it cannot."""

import json
import os
import pty
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from git_kit import Repository

from worker.config.load import load

ROOT = Path(__file__).resolve().parents[2]
DAY = 24 * 60
ANA = "Ana Ruiz <12345+ana-ruiz@users.noreply.github.com>"
BEN = "Ben Oz <ben@example.org>"
CEM = "Cem Ay <cem.ay@example.org>"
BOT = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"
SCHEMAS = ["rules/rules.schema.json", "rules/tests.schema.json"]
WRITTEN = ["areas.yml", "people.yml", SCHEMAS[0], "rules/team.yml", SCHEMAS[1], "sparekey.yml"]
OWNERS = """\
* @acme/everybody @dependabot[bot]
/billing/ @ana-ruiz @acme/payments   # money
/search/ ben@example.org
/web/ @acme/web
"""


def sparekey(*words: str, at: Path = ROOT) -> subprocess.CompletedProcess[str]:
    told = {**os.environ, "PYTHONPATH": str(ROOT), "TZ": "Europe/Berlin"}
    return subprocess.run(
        [sys.executable, "-m", "worker.cli.main", *words],
        cwd=at, env=told, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def init(at: Path, *words: str) -> str:
    done = sparekey("init", *words, at=at)
    assert not done.returncode, done.stdout + done.stderr
    return done.stdout


def files(at: Path) -> list[str]:
    names = [path.relative_to(at).as_posix() for path in at.rglob("*") if path.is_file()]
    return sorted(name for name in names if not name.startswith((".git/", "web/", "billing/", "search/")))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three parts with owners: `billing` is Ana's alone, `search` Ben's alone, `web` everybody's."""
    clone = Repository(tmp_path_factory.mktemp("made") / "Shop")
    clone.commit("owners", {".github/CODEOWNERS": OWNERS}, author=ANA, at=0)
    clone.git("remote", "add", "origin", "https://token:secret-in-a-url@github.com/acme/shop.git")
    for n in range(90):
        clone.commit(f"web {n}", {f"web/{n % 9}.ts": str(n)}, author=(ANA, BEN, CEM)[n % 3], at=n * 3 * DAY)
        if n % 3 == 0:
            clone.commit(f"billing {n}", {f"billing/{n % 5}.py": str(n)}, author=ANA, at=n * 3 * DAY + 5)
            clone.commit(f"search {n}", {f"search/{n % 5}.py": str(n)}, author=BEN, at=n * 3 * DAY + 9)
    clone.commit("Bump x from 1 to 2", {"web/package.json": "2"}, author=BOT, at=270 * DAY)
    return clone.path


@pytest.fixture
def clone(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "Shop")


def test_one_command_gives_a_configuration_that_loads(clone: Path) -> None:
    told = init(clone, "--manager", "@Dee")
    assert files(clone) == sorted([*WRITTEN, ".github/CODEOWNERS", ".gitignore"])
    found = load(clone)
    assert (found.settings.workspace, found.settings.default_manager) == ("shop", "Dee")
    assert (found.settings.calendar.zone, found.settings.sources["git"].path) == ("Europe/Berlin", ".")
    areas = {one.id: (one.paths, one.team, one.codeowners) for one in found.areas.areas}
    assert areas == {
        "billing": (("/billing/",), "payments", ("ana-ruiz",)),
        "search": (("/search/",), None, ("ben",)),
        "web": (("/web/",), "web", ()),
    }
    assert {handle: one.accounts for handle, one in found.persons.items()} == {
        "ana-ruiz": {"github": ("ana-ruiz",), "git": ("12345+ana-ruiz@users.noreply.github.com",)},
        "ben": {"git": ("ben@example.org",)},
        "cem.ay": {"git": ("cem.ay@example.org",)},
        "Dee": {},
    }
    assert {one.id for one in found.people.teams} == {"everybody", "payments", "web"}
    assert "area-single-carrier" in {rule.id for rule in found.rules}
    assert "codeowners 4 areas changed in the last year, 2 findings ← areas.yml" in " ".join(told.split())
    assert [line.split()[1] for line in told.splitlines()[-3:]] == ["doctor", "backfill", "run"]


def test_no_name_and_no_secret_of_an_address_is_written_or_said(clone: Path) -> None:
    told = init(clone, "--manager", "dee")
    told += "".join((clone / name).read_text("utf-8") for name in (*WRITTEN, ".gitignore"))
    assert not {
        word for word in ("Ruiz", "Ana ", "Oz", "Cem", "token:", "secret-in-a-url", "dependabot") if word in told
    }
    assert "repositories: [acme/shop]" in told


def test_what_git_must_not_see_is_ignored_before_it_is_there(clone: Path) -> None:
    (clone / ".gitignore").write_bytes(b"build/\n/people.yml")
    told = init(clone, "--manager", "dee")
    assert "added to  .gitignore" in told
    lines = (clone / ".gitignore").read_text().splitlines()
    assert lines[:2] == ["build/", "/people.yml"]
    assert lines[3:] == ["people.yml.old", "sparekey.db*", "outbox/"]
    seen = subprocess.run(["git", "status", "--short"], cwd=clone, capture_output=True, text=True, check=True).stdout
    assert "sparekey.yml" in seen and "people.yml" not in seen
    assert stat.S_IMODE((clone / "people.yml").stat().st_mode) == 0o600


def test_people_yml_that_is_tracked_already_is_said_to_be(clone: Path) -> None:
    (clone / "people.yml").write_text("people: {dee: {}}\nteams: {everybody: {}, payments: {}, web: {}}\n")
    subprocess.run(["git", "add", "people.yml"], cwd=clone, check=True)
    assert "git does NOT ignore people.yml" in init(clone, "--manager", "dee")


def test_a_second_time_everything_is_kept_and_nothing_asked(clone: Path) -> None:
    init(clone, "--manager", "dee")
    before = {name: (clone / name).read_bytes() for name in files(clone)}
    told = init(clone)
    assert told.count("  kept ") == 7 and "differ" not in told
    assert {name: (clone / name).read_bytes() for name in files(clone)} == before


def test_an_edited_file_is_kept_and_said_to_differ_unless_forced(clone: Path) -> None:
    init(clone, "--manager", "dee")
    people = clone / "people.yml"
    edited = people.read_text("utf-8") + "# by hand\n"
    people.write_text(edited, "utf-8")
    told = init(clone)
    assert "kept      people.yml                   would differ; --force writes it anew" in told
    assert people.read_text("utf-8") == edited
    init(clone, "--force")
    assert "by hand" not in people.read_text("utf-8")
    assert (clone / "people.yml.old").read_text("utf-8") == edited


def test_another_choice_of_areas_can_be_had(clone: Path) -> None:
    init(clone, "--manager", "dee")
    (clone / "areas.yml").unlink()
    init(clone, "--areas", "folders-1")
    found = load(clone)
    assert (found.areas.areas, found.areas.fallback_depth) == ((), 1)


def test_a_roster_joins_accounts_and_its_bad_rows_do_not_stop_it(clone: Path, tmp_path: Path) -> None:
    roster = tmp_path / "staff.csv"
    roster.write_text(
        "Full name;Login;E-mail;Team;Boss\nAna Ruiz;ana-ruiz;ana@example.org;payments;cem@example.org\n"
        "Cem Ay;cem;cem@example.org;web;\nBad;no handle;;;\nShort\n",
        encoding="utf-8-sig",
    )
    columns = "handle=Login,mail=E-mail,team=Team,manager=Boss"
    done = sparekey("init", "--manager", "cem", "--roster", str(roster), "--columns", columns, at=clone)
    assert done.returncode == 1
    assert f"{roster}:4: handle 'no handle' is no handle" in done.stdout and f"{roster}:5: " in done.stdout
    found = load(clone)
    ana = found.persons["ana-ruiz"]
    assert (ana.mail, ana.team, ana.manager, ana.accounts["github"]) == (
        "ana@example.org",
        "payments",
        "cem",
        ("ana-ruiz",),
    )
    assert "Full" not in (clone / "people.yml").read_text() and "Ruiz" not in (clone / "people.yml").read_text()
    assert "extends: [catalog/core@1]" in (clone / "rules" / "team.yml").read_text()


def test_rules_of_somebody_else_are_left_alone(clone: Path) -> None:
    """A folder `rules` may be a package, or Prometheus': its files are no rules of ours."""
    (clone / "rules").mkdir()
    (clone / "rules" / "alerts.yml").write_text("groups: []\n")
    init(clone, "--manager", "dee")
    assert load(clone).settings.rules == ("sparekey-rules",)
    assert files(clone / "rules") == ["alerts.yml"]


def test_the_configuration_can_be_beside_the_clone(clone: Path, tmp_path: Path) -> None:
    told = init(tmp_path, "ops", "--clone", "Shop", "--manager", "dee")
    found = load(tmp_path / "ops")
    assert (found.settings.sources["git"].path, found.settings.workspace) == ("../Shop", "shop")
    assert "Next, in ops" in told


@pytest.mark.parametrize("kind", ["plain", "empty"])
def test_without_a_history_there_is_still_a_configuration(tmp_path: Path, kind: str) -> None:
    at = tmp_path / "new"
    if kind == "empty":
        Repository(at)
    told = init(tmp_path, "new", "--manager", "dee")
    assert "No history read" in told and "backfill" not in told
    assert (load(at).settings.sources, load(at).areas.fallback_depth) == ({}, 2)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "who gets tasks until you say more?"),
        (["--manager", "a b"], "'a b' is no handle"),
        (["--manager", "d", "--from", "backstage"], "--from backstage cannot be read yet"),
        (["--manager", "d", "--from", "github-teams,csv"], "--from github-teams cannot be read yet"),
        (["--manager", "d", "--from", "codeowner"], "did you mean 'codeowners'?"),
        (["--manager", "d", "--from", "csv"], "--from csv needs --roster FILE.csv"),
        (["--manager", "d", "--columns", "handle=x"], "add --roster FILE.csv"),
        (["--manager", "d", "--roster", "nowhere.csv"], "nowhere.csv cannot be read"),
        (["--manager", "d", "--from", "codeowners"], "no CODEOWNERS in"),
        (["--manager", "d", "--workspace", "My Shop"], "small letters"),
        (["--manager", "d", "--clone", "nowhere"], "nowhere does not exist"),
        (["--manager", "d", "--areas", "folders-1"], "--areas needs a history"),
    ],
)
def test_wrong_use_ends_with_two_one_sentence_and_no_file(tmp_path: Path, words: list[str], says: str) -> None:
    done = sparekey("init", *words, at=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("sparekey: ") and says in done.stderr and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_it_says_what_was(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = sparekey("init", str(tmp_path / "file" / "x"), "--manager", "dee")
    assert (done.returncode, "nothing was written" in done.stderr) == (2, True)
    (tmp_path / ".gitignore").mkdir()
    done = sparekey("init", str(tmp_path), "--manager", "dee")
    assert (done.returncode, "Is a directory" in done.stderr, "Traceback" in done.stderr) == (2, True, False)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = sparekey("init", str(tmp_path), "--manager", "dee")
    tmp_path.chmod(0o700)
    assert (done.returncode, "Permission denied" in done.stderr, list(tmp_path.iterdir())) == (2, True, [])


def test_links_do_not_lead_writing_out_of_the_folder(tmp_path: Path) -> None:
    """A stranger's clone may hold links to files of whoever runs this in it."""
    outside, at = tmp_path / "outside", tmp_path / "at"
    outside.mkdir()
    at.mkdir()
    for name in ("people.yml", ".gitignore", "sparekey.yml", ".areas.yml.new"):
        (outside / name).write_text("precious: []")
        (at / name).symlink_to(outside / name)
    (at / "rules").symlink_to(outside)
    sparekey("init", str(at), "--manager", "dee", "--force")
    assert {path.name: path.read_text() for path in outside.iterdir()} == dict.fromkeys(
        ("people.yml", ".gitignore", "sparekey.yml", ".areas.yml.new"), "precious: []"
    )
    assert load(at).settings.rules == ("sparekey-rules",)


def test_hostile_names_and_paths_stay_values_and_never_reach_the_terminal_raw(tmp_path: Path) -> None:
    clone = Repository(tmp_path / "hostile")
    folders = (
        "a: b",
        "x]\n- evil: 1",
        "null",
        "#c",
        "\u202eabc",
        "\x1b[31m",
        "- z",
        "'q\"",
        "{{}}",
        "a" * 200,
        "!t",
        "&x",
        "*y",
    )
    owners = "".join(f"/{name} @o/t @{'u' * 70} <a@b> @a\x07b\n" for name in folders)
    clone.commit("o", {"CODEOWNERS": owners}, author="Eve <eve: #@x y>")
    mails = ("eve]: {x}@ex", "d\u202e@x", "&e@x", "null@x", "c" * 150 + "@x")
    for n, name in enumerate(folders):
        who = f"\x1b[31mEve\u202e <{mails[n % 5]}>"
        clone.commit(f"c{n}", {f"{name}/package.json": "1", f"{name}/x.py": "1"}, author=who, at=n * 3000)
    for choice in ("codeowners", "packages", "folders-1"):
        at = tmp_path / choice
        told = init(tmp_path, choice, "--clone", "hostile", "--manager", "dee", "--areas", choice)
        told += "".join((at / name).read_text("utf-8") for name in WRITTEN)
        assert not set(told) & {"\x1b", "\x07", "\u202e"}
        found = load(at)
        assert "evil" not in {one.id for one in found.areas.areas}
        assert set(found.persons) == {"dee", "e", "null"}


def test_scripts_get_one_object(clone: Path) -> None:
    found = json.loads(init(clone, "--manager", "dee", "--json"))
    assert found["schema"] == 1
    assert [one["state"] for one in found["files"]] == ["written"] * 7
    assert found["areas"]["choice"] == "codeowners" and found["areas"]["choices"][0]["findings_a_year"] == 2
    assert (found["people"], found["teams"], found["problems"]) == (4, 3, [])
    assert found["next"] == ["sparekey doctor", "sparekey backfill git", "sparekey run"]


def test_at_a_terminal_there_is_one_question(tmp_path: Path) -> None:
    main, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "worker.cli.main", "init", str(tmp_path)],
        cwd=ROOT, stdin=other, stdout=other, stderr=other,
    )  # fmt: skip
    os.close(other)
    os.write(main, b"a b\n@dee\n")
    told = read_all(main)
    assert process.wait(timeout=60) == 0
    assert told.count("Who gets tasks until you say more?") == 2 and "'a b' is no handle" in told
    assert load(tmp_path).settings.default_manager == "dee"


def read_all(terminal: int) -> str:
    told = b""
    while True:
        try:
            more = os.read(terminal, 4096)
        except OSError:  # how Linux says that nobody writes any more
            more = b""
        if not more:
            os.close(terminal)
            return told.decode()
        told += more
