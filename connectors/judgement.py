"""Judgements about a change that every source of changes makes alike: bots, mechanical changes, decision records.

Owns the patterns, as literal tables. Titles and paths are looked at in memory and not kept.
"""

import re
from collections.abc import Sequence

MAX_FILES = 60
"""More files than this are a mechanical change; rules can set their own limit through `guards`."""

_BOTS = re.compile(
    r"\[bot\]|^(dependabot|renovate|github-actions|greenkeeper|snyk|mergify|codecov|pre-commit-ci|allcontributors|"
    r"web-flow|bors|homu|k8s-ci-robot|copybara|weblate|transifex|imgbot|semantic-release|jenkins|buildbot|"
    r"copilot|openhands)(\b|-|_|$)|(^|[-_ ])(ci-?bot|bot|robot)$|"
    # agents that are called like people: their name alone, or with a word that no surname is
    r"^(claude|codex|cursor|devin|gemini|aider|sweep)([-_ ](ai|agent|cli|code|opus|sonnet|haiku|pro|flash|assist|integration|v?\d)\b|$)",
    re.IGNORECASE,
)
_BOT_MAILS = re.compile(
    r"\[bot\]@|^(noreply|no-reply)@(github\.com|anthropic\.com|openai\.com|cursor\.com|aider\.chat)$|"
    r"^(bot|ci|jenkins|renovate|dependabot)@|^cursoragent@|^copilot@",
    re.IGNORECASE,
)
_MECHANICAL_TITLE = re.compile(
    r"^\W*(build|chore|deps|ci)?(\([^)]*\))?:?\s*(bump|upgrade|update) \S+ (from \S+ )?to v?\d|"
    r"^\W*(revert\b|reapply\b|backport\b|cherry[- ]?pick|\[backport|\[\d[\w.]*\] backport)|"
    r"^merge (branch|remote-tracking branch|tag|commit)\b|^\W*(automatic merge|auto-?merge)\b|"
    r"^\W*(release|prepare release|bump version|version bump|update version)\b.{0,30}$|"
    r"^\W*((build|chore|deps|ci|docs)(\([^)]*\))?: ?)?(update|regenerate) (change ?log|lock ?file|dependencies|submodules?|translations?|copyright|licen[cs]e headers?)\b",
    re.IGNORECASE,
)
_GENERATED_PATH = re.compile(
    r"(^|/)(vendor|third_party|node_modules|dist|generated|__generated__)/|"
    r"(^|/)(package-lock\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|go\.sum|"
    r"Gemfile\.lock|composer\.lock|requirements\.lock|\.git-blame-ignore-revs|\.gitmodules)$|"
    r"\.(min\.js|min\.css|pb\.go|pb\.cc|pb\.h|snap|lock)$|_pb2(_grpc)?\.pyi?$",
    re.IGNORECASE,
)
_DECISION_PATH = re.compile(r"(^|/)(adrs?|decisions?|decision-records?|rfcs?)/[^/]+\.(md|rst|adoc|txt)$", re.IGNORECASE)


def is_bot(name: str, mail: str = "") -> bool:
    """Whether an account is a machine or an AI agent, by its name or address."""
    return bool(_BOTS.search(name[:200]) or (mail and _BOT_MAILS.search(mail[:200])))


def is_mechanical(title: str, paths: Sequence[str], files: int, only_renames: bool = False) -> bool:
    """A bump, revert, backport, generated or moved change, or one too large to have been thought through."""
    if files > MAX_FILES or only_renames or _MECHANICAL_TITLE.search(title[:300]):
        return True
    return bool(paths) and all(_GENERATED_PATH.search(path) for path in paths)


def is_decision(paths: Sequence[str]) -> bool:
    """Whether a decision record is among the paths."""
    return any(_DECISION_PATH.search(path) for path in paths)
