"""The first configuration as texts: what `init` writes, with the comments of somebody who was there before.

Owns the words of these files. Every value goes through the YAML library: names and paths are a stranger's text, and
nothing in them can end a value or a comment. Must not know where the values are from, nor write anything.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ruamel.yaml import YAML

from rules.model.areas import AreaMap, AreaSettings
from rules.speech.harmless import plain
from worker.config.gathering import Gathering, in_order

IGNORED = ("people.yml", "people.yml.old", "sparekey.db*", "outbox/")
"""Lines of .gitignore: who is who, what was kept from before, the store, and messages to people."""

PACKS = ("catalog/start-small", "catalog/core", "catalog/all")
"""From what speaks without a roster and pairs to everything."""

MOST = 300
"""Characters of a path, as in areas.yml."""

_SIMPLE = re.compile(r"[A-Za-z0-9._/-]{1,60}")


@dataclass(frozen=True, slots=True)
class Start:
    """What sparekey.yml is derived from. `clone` '' = none; `repository` 'owner/name' where one is known."""

    workspace: str
    manager: str
    zone: str
    rules: str
    clone: str = ""
    repository: str = ""


def sparekey_yml(start: Start) -> str:
    return f"""\
# What runs, where it keeps things, and how it speaks. `sparekey doctor` checks it; an unknown key is an error.
# Paths begin at this folder. No secret stands here: *_env and *_file say where one is.
workspace: {_flow(start.workspace)}
store: sqlite:///sparekey.db
http: {{listen: '127.0.0.1:8350'}}    # webhooks, /healthz, /readyz, /metrics; '' serves nothing

# Who gets a task where no person, team or area names a manager: a handle of people.yml.
default_manager: {_flow(start.manager)}

# Working hours of whoever has none in people.yml. Nudges keep to them.
calendar: {_flow({"zone": start.zone, "hours": "9-17", "holidays": []})}

# Folders or files with rules. Rules start in mode `ask`: drafts wait for you in `sparekey review`.
rules: {_flow([start.rules])}

{_sources(start)}
# Where messages go. The first that takes something gets it, so their order matters.
sinks:
  # mail:
  #   {{kind: mail, takes: [nudge, digest], host: smtp.example.org, sender: sparekey@example.org,
  #    user: sparekey, token_env: SPAREKEY_SMTP_PASSWORD}}
  # screen: {{kind: terminal}}
  outbox: {{kind: files, path: outbox}}    # one Markdown file a message; nothing leaves this machine
"""


def _sources(start: Start) -> str:
    own = [start.repository] if start.repository else ["acme/billing"]
    github = _flow({"kind": "github", "repositories": own, "secret_env": "SPAREKEY_GITHUB_SECRET"})
    webhooks = "# Webhooks of GitHub, at /webhooks/github; the variable holds the secret of their settings:"
    if not start.clone:
        clone = "{kind: git, path: ../a-clone}    # or say --clone to `sparekey init`"
        return f"# sources:\n#   git: {clone}\n{webhooks}\n#   github: {github}\n"
    clone = _flow({"kind": "git", "path": start.clone})
    return (
        f"sources:\n  git: {clone}    # keep it fresh with your own `git fetch`\n  {webhooks}\n  # github: {github}\n"
    )


def areas_yml(about: str, areas: AreaMap, folder: str = "") -> str:
    """`folder`: one that changes, for the example where no area is written out."""
    entries = {one.id: _area(one) for one in areas.areas}
    head = f"""\
# What an area is: the unit that tasks and questions speak of. Here: {about}.
# Patterns mean what they mean in CODEOWNERS. An area may also have: manager, team, domain, docs, labels, components,
# services, repositories, tier (1 = look here first), archived.
"""
    if entries:
        listed = _block({"areas": entries})
    else:
        name = folder if _SIMPLE.fullmatch(folder) else "billing"
        listed = f"# areas:\n#   {name}: {{paths: [/{name}/], tier: 1}}\n"
    depth = f"folders-{areas.fallback_depth or 1}"
    rest = f"# A path that no area claims belongs to the one named by its first folders.\notherwise: {depth}\n"
    return f"{head}{listed}\n{rest}"


def fit(areas: AreaMap) -> tuple[AreaMap, int]:
    """Only areas whose names and patterns can be read and written; and how many others there were."""
    kept = tuple(one for one in areas.areas if all(plain(text, MOST) == text for text in (one.id, *one.paths)))
    return AreaMap(areas=kept, fallback_depth=areas.fallback_depth), len(areas.areas) - len(kept)


def _area(one: AreaSettings) -> dict[str, object]:
    said: dict[str, object] = {"paths": list(one.paths)}
    said |= {"team": one.team} if one.team else {}
    return said | ({"codeowners": list(one.codeowners)} if one.codeowners else {})


def people_yml(found: Gathering) -> str:
    """In the order of the alphabet, so that the file says nothing about anybody."""
    lines = []
    for handle in in_order(found.people):
        if handle in found.alike:
            lines.append(f"  # {_same(found.alike[handle], found)}, and delete this.\n")
        lines.append(_block({handle: found.people[handle]}, indent="  "))
    teams = (
        _block({"teams": {name: {} for name in in_order(found.teams)}})
        if found.teams
        else "# teams:\n#   payments: {manager: ada}\n"
    )
    return f"""\
# Who is who. Keep it out of git: it leads from accounts to people. No names are needed, and none are here.
# A person may have: accounts (github, git, jira, slack), mail (for nudges), team, manager, buddy, role,
# level (junior, mid, senior), writes_code, bot, calendar: {{zone: Europe/Berlin, hours: 9-17, away: [2026-12-24]}}.
people:
{"".join(lines)}
# A team may have a manager, who then gets its tasks.
{teams}"""


def _same(other: str, found: Gathering) -> str:
    has_one = "git" in str(found.people[other].get("accounts", ""))
    how = "join the addresses in the clone's .mailmap" if has_one else "move the account there"
    return f"The same person as {other}? Then {how}"


def rules_yml(pack: str, folder: str) -> str:
    others = ", ".join(name for name in PACKS if name != pack)
    return f"""\
# yaml-language-server: $schema=./rules.schema.json
# Your team's rules: those of a shipped pack, and what you change.
#   sparekey rules list {folder}               every rule, with its mode
#   sparekey rules check {folder}              after an edit: what is wrong with it
#   sparekey try . --rules {folder}/team.yml   what it would have done here; nothing is stored or sent
pack: team@1
extends: [{pack}@1]    # others: {others}

# Change one number of a rule, or switch one off:
# rules:
#   area-single-carrier: {{with: {{min_changes: 12}}}}
#   choose-one-lesson: {{mode: off}}
"""


def ignoring(held: bytes) -> bytes:
    """What has to be added to a .gitignore, each line once."""
    there = {line.strip().strip(b"/") for line in held.splitlines()}
    missing = [line for line in IGNORED if line.strip("/").encode() not in there]
    if not missing:
        return b""
    end = b"\r\n" if b"\r\n" in held else b"\n"
    start = end if held and not held.endswith(b"\n") else b""
    return start + end.join(
        [b"# sparekey: who is who, the store, and messages", *(one.encode() for one in missing), b""]
    )


def slug(text: str) -> str:
    """A workspace's name of a folder's."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:63].strip("-") or "main"


def _yaml(flow: bool | None, readable: bool = True) -> YAML:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = flow
    yaml.width = 1 << 20
    yaml.allow_unicode = readable
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # as the library's own documentation sets it
    return yaml


def _flow(value: str | Sequence[str] | Mapping[str, object]) -> str:
    """On one line. Marks that cannot be seen are written as escapes, so that a reader sees what is there."""
    stream = io.StringIO()
    texts = [value] if isinstance(value, str) else value.values() if isinstance(value, Mapping) else value
    _yaml(True, readable=all(str(text).isprintable() for text in texts)).dump(value, stream)
    return stream.getvalue().removesuffix("...\n").strip()


def _block(value: Mapping[str, object], indent: str = "") -> str:
    """A line a value; what holds only plain values stands on one line."""
    stream = io.StringIO()
    _yaml(None).dump(value, stream)
    return "".join(indent + line for line in stream.getvalue().splitlines(keepends=True))
