"""The first configuration: it loads, its commented examples load too, and no name or path can break out of its place."""

import json
import re

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from rules.language.load import Source, load_rules
from rules.language.schema import rules_schema
from rules.model.areas import AreaMap, AreaSettings
from worker import catalog
from worker.config.areas import load_areas
from worker.config.gathering import Gathering
from worker.config.people import load_people
from worker.config.sparekey import Settings, load_settings
from worker.config.starting import (
    IGNORED,
    PACKS,
    Start,
    areas_yml,
    fit,
    ignoring,
    people_yml,
    rules_yml,
    slug,
    sparekey_yml,
)

START = Start("acme", "ada", "Europe/Berlin", "rules", ".", "acme/billing")


def settings(text: str) -> Settings:
    found, problems = load_settings(text)
    assert problems == () and found is not None
    return found


def uncommented(text: str) -> str:
    """With every commented line of YAML taken into the file."""
    return re.sub(r"^( *)# ( *[a-z-]+:(?: .*)?|  +[{ ].*)$", r"\1\2", text, flags=re.MULTILINE)


def test_sparekey_yml_says_what_was_derived() -> None:
    found = settings(sparekey_yml(START))
    assert (found.workspace, found.default_manager, found.calendar.zone, found.rules) == (
        "acme", "ada", "Europe/Berlin", ("rules",),
    )  # fmt: skip
    assert [(name, one.kind, one.path) for name, one in found.sources.items()] == [("git", "git", ".")]
    assert [(name, one.kind, one.path) for name, one in found.sinks.items()] == [("outbox", "files", "outbox")]


@pytest.mark.parametrize("clone", ["", "../billing"])
def test_what_is_commented_out_works_once_it_is_taken_in(clone: str) -> None:
    """Somebody will take away the '# ' and nothing else."""
    found = settings(uncommented(sparekey_yml(Start("acme", "ada", "UTC", "rules", clone))))
    assert set(found.sources) == {"git", "github"}
    assert set(found.sinks) == {"mail", "screen", "outbox"}
    assert next(iter(found.sinks)) == "mail"
    areas, problems = load_areas(uncommented(areas_yml("folders", AreaMap(fallback_depth=2), "web")))
    assert problems == () and areas is not None and areas.areas[0].paths == ("/web/",)
    people = Gathering()
    people.manager("ada")
    assert load_people(uncommented(people_yml(people)))[1] == ()


@pytest.mark.parametrize("pack", PACKS)
def test_the_first_rules_load_and_fit_the_schema_also_with_their_examples(pack: str) -> None:
    first, _, plain = rules_yml(pack, "rules").partition("\n")
    assert first == "# yaml-language-server: $schema=./rules.schema.json"
    for text in (plain, uncommented(plain)):
        loaded = load_rules([Source("team.yml", text)], catalog.packs())
        assert loaded.problems == () and loaded.rules
        document = YAML(typ="safe", pure=True).load(text)
        jsonschema.validate(json.loads(json.dumps(document)), rules_schema())


names = st.text(min_size=1, max_size=30) | st.sampled_from(["null", "a: b", "x\n- y", "# c", "'\"", "--- ", "%d", "~"])


@given(st.lists(st.tuples(names, names), max_size=8), names)
def test_no_name_of_an_area_can_break_out(areas: list[tuple[str, str]], about: str) -> None:
    said = tuple({name: AreaSettings(id=name, paths=(path,)) for name, path in areas}.values())
    kept, others = fit(AreaMap(areas=said, fallback_depth=1))
    assert len(kept.areas) + others == len(said)
    found, problems = load_areas(areas_yml("folders", kept, about))
    assert problems == () and found == kept


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60), names)
def test_no_path_or_zone_can_break_out_of_sparekey_yml(path: str, manager: str) -> None:
    found = settings(sparekey_yml(Start("acme", manager, "UTC", "rules", path)))
    assert (found.sources["git"].path, found.default_manager, len(found.sinks)) == (path, manager, 1)


@pytest.mark.parametrize("held", [b"", b"x", b"x\n", b"x\r\ny\r\n", b"/people.yml\noutbox\n", b"\xff\xfe\n"])
def test_a_gitignore_gets_each_line_once_and_keeps_what_it_has(held: bytes) -> None:
    once = held + ignoring(held)
    assert ignoring(once) == b""
    lines = [line.strip().strip(b"/") for line in once.splitlines()]
    assert all(lines.count(line.strip("/").encode()) == 1 for line in IGNORED)
    assert (b"\r\n" in once) == (b"\r\n" in held)


def test_a_workspace_is_called_like_its_folder() -> None:
    assert [slug(one) for one in ("KV Engine", "..", "Ünï", "a" * 99)] == ["kv-engine", "main", "n", "a" * 63]
