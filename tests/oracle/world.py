"""What is true at a moment, by scanning everything that happened before: the second reading of EVENTS and KNOWLEDGE.

Owns the facts of every entity: the method `area_carriers` is the field `area.carriers`. Each is worked out again
whenever it is asked for.
"""

from collections import Counter
from datetime import date
from typing import Any

from oracle.past import CLOSING, Seen, within
from oracle.teams import Teams
from oracle.working_days import leave_dates, plus_working_days, working_days_between

from rules.model.accounts import OTHER
from rules.model.areas import DOC_PATTERNS, pattern
from rules.model.people import Calendar
from rules.model.times import DAY, WEEK, Instant

YEAR, HALF_LIFE = 365 * DAY, 180 * DAY
KNOWLEDGE_RULES = {
    "area-single-carrier",
    "area-single-reviewer",
    "incident-single-responder",
    "component-single-assignee",
}


class World(Teams):
    # ---- person and team ----------------------------------------------------------------------------------------
    def _earlier(self, person: str, kind: str) -> list[Seen]:
        mine = self.about.get(("credit", person), [])
        return [s for s in mine if s.kind == kind and not s.bot and s is not self.current]

    def _lifetime(self, person: str, name: str, kind: str) -> int:
        if person == OTHER:  # nobody in particular has no past
            return 0
        asked = [s for s in self.about.get(("person", person), []) if getattr(s.event.person, name) is not None]
        base, since = (getattr(asked[-1].event.person, name), asked[-1]) if asked else (0, None)
        after = self.history.index(since) if since else -1
        return base + sum(1 for s in self._earlier(person, kind) if after < 0 or self.history.index(s) > after)

    def person_merged_before(self, person: str) -> int:
        return self._lifetime(person, "merged_before", "pull_request.merged")

    def person_reviewed_before(self, person: str) -> int:
        return self._lifetime(person, "reviewed_before", "review.submitted")

    def _open_pairs(self) -> list[str]:
        """Oldest first."""
        started = {s.event.pair.id: s.at for s in self.history if s.kind == "pair.started"}
        closed = {s.event.pair.id for s in self.history if s.kind == "pair.closed"}
        return [pair for pair in started if pair not in closed]

    def person_pairs(self, person: str) -> tuple[str, ...]:
        return tuple(p for p in self._open_pairs() if person in self.pair_people(p))

    def person_partners(self, person: str) -> tuple[str, ...]:
        mine = [self.pair_people(pair) for pair in self.person_pairs(person)]
        return tuple(dict.fromkeys(p for people in mine for p in people if p != person))

    def person_mentor(self, person: str) -> str | None:
        found = [p for p in self._open_pairs() if self.field("pair", p, "mentee") == person]
        return self.field("pair", found[-1], "mentor") if found else None

    def person_sole_areas(self, person: str) -> tuple[str, ...]:
        found = {f.area for f in self._open_findings() if f.rule in KNOWLEDGE_RULES and f.person == person and f.area}
        return tuple(sorted(found))

    def _open_findings(self) -> list[Any]:
        found: dict[str, Any] = {}
        for seen in self.about.get(("findings", "all"), []):
            if seen.kind == "finding.opened":
                found[seen.event.finding.id] = seen.event.finding
            else:
                found.pop(seen.event.finding.id, None)
        return list(found.values())

    def team_active_people(self, team: str) -> int:
        return sum(1 for person in self.active() if self.person_team(person) == team)

    def active(self) -> set[str]:
        """People credited with something in this week and the twelve before it."""
        found: set[str] = set()
        for seen in reversed(self.history):
            if seen.at // WEEK <= self.now // WEEK - 13:
                break
            if not seen.guarded():
                found |= set(seen.credited)
        return found - {OTHER}

    def calendar(self, person: str | None) -> tuple[Calendar, frozenset[date]]:
        own = (self._settings(person, "calendar") if person else None) or self.people.calendar
        return own, self._leave(person, own) if person else frozenset()

    def _changes(self, person: str, type_: str) -> list[Any]:
        told: dict[str, Any] = {}
        for seen in self.about.get(("changes", person), []):
            told[seen.event.change.id] = seen.event.change if seen.kind == "person.change_announced" else None
        return [c for c in told.values() if c is not None and c.type == type_ and c.starts_at is not None]

    def _leave(self, person: str, calendar: Calendar) -> frozenset[date]:
        return frozenset().union(*[leave_dates(calendar, *self.leaves[c.id]) for c in self._changes(person, "leave")])

    def has_left(self, person: str) -> bool:
        roster = [s for s in self.about.get(("person", person), []) if s.kind in ("person.left", "person.started")]
        return bool(roster) and roster[-1].kind == "person.left"

    def present(self, person: str) -> bool:
        if self.has_left(person) or any(c.starts_at <= self.now for c in self._changes(person, "departure")):
            return False
        leaves = [self.leaves[c.id] for c in self._changes(person, "leave")]
        return not any(start <= self.now < end for start, end in leaves)

    # ---- areas and knowledge ------------------------------------------------------------------------------------
    def changes(self, area: str) -> list[Seen]:
        """Merged changes that count as knowledge."""
        return [s for s in self.in_area.get(area, []) if s.kind == "pull_request.merged" and not s.guarded()]

    def reviews(self, area: str) -> list[Seen]:
        """Substantive reviews of somebody else's change."""
        found = [s for s in self.in_area.get(area, []) if s.kind == "review.submitted" and not s.guarded()]
        return [s for s in found if s.event.review.substantive and not s.of_own]

    def experience(self, person: str, area: str) -> int:
        known = self.changes(area) + self.reviews(area)
        return sum(1 for s in known if person in s.credited and s is not self.current)

    def scores(self, area: str) -> dict[str, float]:
        found: dict[str, float] = {}
        for seen in self.changes(area) + self.reviews(area):
            for person in seen.credited:
                found[person] = found.get(person, 0.0) + 2.0 ** ((seen.at - self.now) / HALF_LIFE)
        return found

    def who_can_carry(self, area: str) -> list[str]:
        scores = self.scores(area)
        top = max(scores.values(), default=0.0)
        own = Counter(p for s in self.changes(area) if within(s.at, YEAR, self.now) for p in s.credited)
        given = Counter(p for s in self.reviews(area) if within(s.at, YEAR, self.now) for p in s.credited)

        def can(person: str) -> bool:
            enough = own[person] >= 2 and scores[person] >= 0.25 * top * (1 - 1e-9)
            return enough or (given[person] >= 5 and own[person] >= 1)

        able = [p for p in scores if can(p) and self.present(p)]
        return sorted(able, key=lambda p: (-round(scores[p], 9), p))

    def area_carriers(self, area: str) -> int:
        return len(self.who_can_carry(area))

    def area_carrier(self, area: str) -> str | None:
        able = self.who_can_carry(area)
        return able[0] if able and able[0] != OTHER else None

    def area_carrier_percent(self, area: str) -> int:
        carrier, scores = self.area_carrier(area), self.scores(area)
        return int(100 * scores[carrier] / sum(scores.values()) + 1e-9) if carrier else 0

    def _past_authors(self, area: str) -> set[str]:
        return {p for s in self.changes(area) if within(s.at, YEAR, self.now) for p in s.credited}

    def area_past_authors(self, area: str) -> int:
        return len(self._past_authors(area))

    def area_present_authors(self, area: str) -> int:
        return sum(1 for person in self._past_authors(area) if not self.has_left(person))

    def area_age_days(self, area: str) -> int | None:
        changes = self.changes(area)
        return (self.now - changes[0].at) // DAY if changes else None

    def area_days_since_docs_change(self, area: str) -> int | None:
        own = self._configured("area", area, "docs") or ()
        for seen in reversed(self.changes(area)):
            if any(self._documents(path, area, own) for path in self._paths(seen.event)):
                return (self.now - seen.at) // DAY
        return self.area_age_days(area)  # never: as long as it has been there

    def _documents(self, path: str, area: str, own: tuple[str, ...]) -> bool:
        if own:
            return any(pattern(p).fullmatch(path) for p in own)
        return area in self._areas_of_path(path) and any(pattern(p).fullmatch(path) for p in DOC_PATTERNS)

    def area_open_findings(self, area: str) -> tuple[str, ...]:
        return tuple(sorted({f.rule for f in self._open_findings() if f.area == area}))

    def area_pairs(self, area: str) -> tuple[str, ...]:
        return tuple(p for p in self._open_pairs() if self.field("pair", p, "area") == area)

    # ---- pull requests ------------------------------------------------------------------------------------------
    def _substantive(self, id_: str) -> Counter[str]:
        rows = [s for s in self._rows("pull_request", id_) if s.kind == "review.submitted" and not s.bot]
        mine = set(self.authors(id_))
        return Counter(p for s in rows if s.event.review.substantive for p in s.credited if p not in mine)

    def pull_request_reviewers(self, id_: str) -> tuple[str, ...]:
        return tuple(sorted(self._substantive(id_)))

    def pull_request_top_reviewer(self, id_: str) -> str | None:
        found = sorted(self._substantive(id_).items(), key=lambda item: (-item[1], item[0]))
        return found[0][0] if found and found[0][0] != OTHER else None

    def pull_request_rounds(self, id_: str) -> int:
        rounds, pushed = 0, True
        for seen in self._rows("pull_request", id_):
            if seen.kind == "pull_request.updated":
                pushed = True
            elif seen.event.review and seen.event.review.state == "changes_requested" and pushed and not seen.bot:
                rounds, pushed = rounds + 1, False
        return rounds

    def pull_request_human_comments(self, id_: str) -> int:
        rows = [s for s in self._rows("pull_request", id_) if not s.bot]
        return sum(s.event.review.comments or 0 if s.event.review else s.kind == "comment.created" for s in rows)

    def pull_request_topics(self, id_: str) -> tuple[str, ...]:
        rows = [s.event.review for s in self._rows("pull_request", id_) if s.event.review and not s.bot]
        return tuple(sorted({topic for review in rows for topic in review.topics or ()}))

    def pull_request_closed(self, id_: str) -> bool:
        return any(s.kind in CLOSING for s in self._rows("pull_request", id_))

    # ---- issues, pairs, tasks -----------------------------------------------------------------------------------
    def task_accepted_at(self, id_: str) -> Instant | None:
        said = [
            s for s in self._rows("task", id_) if s.kind == "task.answered" and s.event.task.answer in ("yes", "other")
        ]
        return said[0].at if said else None

    def issue_started_at(self, id_: str) -> Instant | None:
        for seen in self._rows("issue", id_):
            if seen.kind == "issue.started" or seen.event.issue.status_category == "in_progress":
                return seen.at
        return None

    def issue_days_in_progress(self, id_: str) -> int | None:
        start = self.issue_started_at(id_)
        return None if start is None else working_days_between(self.people.calendar, start, self.now)

    def issue_cycle_days(self, id_: str) -> int | None:
        start = self.issue_started_at(id_)
        done = [s.at for s in self._rows("issue", id_) if s.kind == "issue.done"]
        return None if start is None or not done else working_days_between(self.people.calendar, start, done[-1])

    def issue_contributors(self, id_: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(s.event.issue.assignee for s in self._rows("issue", id_) if s.event.issue.assignee))

    def pair_people(self, id_: str) -> tuple[str, ...]:
        return tuple(p for p in (self.field("pair", id_, "mentor"), self.field("pair", id_, "mentee")) if p)

    def pair_started_at(self, id_: str) -> Instant | None:
        started = [s.at for s in self._rows("pair", id_) if s.kind == "pair.started"]
        return started[-1] if started else None

    def pair_days(self, id_: str) -> int | None:
        start = self.pair_started_at(id_)
        return None if start is None else (self.now - start) // DAY

    def pair_programme(self, id_: str) -> str | None:
        said = [s.event.programme.id for s in self._rows("pair", id_) if s.event.programme]
        return said[-1] if said else None

    def plus(self, at: Instant, working_days: int, person: str | None) -> Instant:
        return plus_working_days(*self.calendar(person), at, working_days)
