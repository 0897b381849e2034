"""Areas proposed for a repository that nobody described, and the choice among them. Owns no measuring."""

import pytest

from rules.knowledge.areas_of import AreaIndex
from rules.knowledge.propose import MAX_AREAS, Measured, Proposal, choose, proposals
from rules.model.areas import AreaMap

CODEOWNERS = """\
# who is asked
*                @acme/all
/src/billing/    @ada ben@example.org   # money
docs/*           @cem
/src/api/**      @acme/api
*.sql            @dan
/nobody/
!/src/api/x      @ada
"""


def named(name: str, paths: list[str], codeowners: str = "") -> Proposal | None:
    return next((one for one in proposals(paths, codeowners) if one.name == name), None)


def test_codeowners_gives_one_area_a_line_with_its_owners() -> None:
    found = named("codeowners", ["src/a.py"], CODEOWNERS)
    assert found is not None
    assert [(one.id, one.paths, one.codeowners) for one in found.area_map.areas] == [
        ("src/billing", ("/src/billing/",), ("@ada", "ben@example.org")),
        ("docs", ("docs/*",), ("@cem",)),
        ("src/api", ("/src/api/**",), ("@acme/api",)),
        ("*.sql", ("*.sql",), ("@dan",)),
    ]


def test_a_path_of_several_lines_is_in_several_areas_and_others_fall_back_to_their_folder() -> None:
    found = named("codeowners", ["a"], CODEOWNERS)
    assert found is not None
    index = AreaIndex(found.area_map)
    assert index.areas_of(("src/billing/x.sql",)) == ("*.sql", "src/billing")
    assert index.areas_of(("tools/x.py",)) == ("tools",)


@pytest.mark.parametrize(
    "text", ["", "# only this", "* @all", "/a/ @ada", "/a/\n/b/", "* @x\n/* @x\n/a/ @ada", "\x00\n\t\n", "!a @x\n!b @x"]
)
def test_fewer_than_two_areas_are_no_proposal(text: str) -> None:
    assert named("codeowners", ["a/b.py"], text) is None


def test_a_hostile_codeowners_is_bounded() -> None:
    text = "".join(f"/d{n}/ @x {'@y ' * 500}\n" for n in range(6000))
    found = named("codeowners", ["a"], text)
    assert found is not None and len(found.area_map.areas) == MAX_AREAS
    assert max(len(one.codeowners) for one in found.area_map.areas) < 50


@pytest.mark.parametrize("line", ["** @all", "/** @all", "**/* @all"])
def test_no_line_for_everything_is_an_area(line: str) -> None:
    found = named("codeowners", ["a"], f"{line}\n/a/ @x\n/b/ @x\n")
    assert found is not None and [one.id for one in found.area_map.areas] == ["a", "b"]


def test_a_section_of_gitlab_is_no_area() -> None:
    found = named("codeowners", ["a"], "[Documentation] @docs\n/a/ @x\n/b/ @x\n")
    assert found is not None and [one.id for one in found.area_map.areas] == ["a", "b"]


def test_a_pattern_without_end_is_no_area() -> None:
    found = named("codeowners", ["a"], f"/{'*a' * 200_000} @y\n/a/ @x\n/b/ @x\n")
    assert found is not None and [one.id for one in found.area_map.areas] == ["a", "b"]


def test_packages_are_folders_with_a_manifest_and_an_inner_one_is_in_the_outer_too() -> None:
    found = named(
        "packages", ["pyproject.toml", "libs/pyproject.toml", "libs/core/setup.py", "web/package.json", "x/a.py"]
    )
    assert found is not None
    assert [one.id for one in found.area_map.areas] == ["libs", "libs/core", "web"]
    index = AreaIndex(found.area_map)
    assert index.areas_of(("libs/core/a.py",)) == ("libs", "libs/core")
    assert index.areas_of(("other/web/a.py", "x/a.py")) == ("other", "x")


@pytest.mark.parametrize(
    "paths", [[], ["a/b.py"], ["package.json"], ["web/package.json"], ["web/xpackage.json", "api/package.json"]]
)
def test_one_package_is_no_proposal(paths: list[str]) -> None:
    assert named("packages", paths) is None


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        ([], ["folders-1"]),
        (["a.py"], ["folders-1"]),
        (["a/b.py"], ["folders-1"]),
        (["a/b/c.py", "x.py"], ["folders-1", "folders-2"]),
        (["a/b/c/d/e/f.py"], ["folders-1", "folders-2", "folders-3"]),
    ],
)
def test_folders_are_proposed_as_deep_as_the_repository_goes(paths: list[str], names: list[str]) -> None:
    assert [one.name for one in proposals(paths)] == names


def test_proposals_come_in_the_order_of_preference() -> None:
    found = proposals(["web/package.json", "api/go.mod", "a/b/c.py"], CODEOWNERS)
    assert [one.name for one in found] == ["codeowners", "packages", "folders-1", "folders-2"]


def measured(*pairs: tuple[int, int]) -> list[Measured]:
    """(findings a year, areas), named by position."""
    return [Measured(Proposal(str(n), "", AreaMap()), findings, areas) for n, (findings, areas) in enumerate(pairs)]


@pytest.mark.parametrize(
    ("pairs", "best"),
    [
        ([(0, 9), (3, 9), (20, 9)], 1),
        ([(2, 9), (4, 9), (6, 9)], 1),
        ([(3, 9), (5, 9)], 0),
        ([(5, 9), (3, 9)], 0),
        ([(1, 9), (7, 9)], 0),
        ([(0, 9), (7, 9)], 1),
        ([(4, 1), (60, 9)], 1),
        ([(4, 1)], 0),
        ([(4, 0), (4, 1)], 0),
    ],
)
def test_two_to_six_findings_a_year_are_chosen_best_in_the_middle_else_the_first(
    pairs: list[tuple[int, int]], best: int
) -> None:
    assert choose(measured(*pairs)).proposal.name == str(best)
