"""From a leased action to the message that its sink gets: which words, in whose zone, harmless for which markup.

Owns choosing the text; sentences are `rules/speech`'s. Names come from the people tables now and are kept nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from connectors.base import Message, Recipient, Told
from rules.language.rule import Rule
from rules.model.actions import Action
from rules.model.findings import Finding
from rules.model.times import Instant
from rules.speech import notes
from rules.speech.amounts import count
from rules.speech.digest import Line, digest_text
from rules.speech.harmless import tamed
from rules.speech.nudge import nudge_text
from rules.speech.task import also, headline, task_text
from rules.speech.templates import Template
from rules.speech.voice import Speaker, Text
from worker.dispatch.job import Item, Job
from worker.ports import Faces, Standing
from worker.rulebook import Rulebook
from worker.store import outbox

_TWIN = (
    "This is a second copy of one task, made when an answer was lost on the way. It is closed; the first one counts."
)
_REMIND = "You asked to hear of this again about now. Is it a better time?"


class NoWords(Exception):
    """There is nothing to make the message of; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Composer:
    faces: Faces
    standing: Standing
    book: Callable[[], Rulebook]

    def message(self, job: Job, now: Instant) -> Message:
        """Raises NoWords."""
        what: Told = "task" if job.subject.how in ("note", "close") else job.entry.verb  # type: ignore[assignment]  # a told verb
        return self._message(job, job.entry.action, what, self._text(job, now), now)

    def text(self, job: Job, now: Instant) -> Text:
        """The words alone, for whoever looks at them before they go out. Raises NoWords."""
        return self._text(job, now)

    def twin(self, job: Job, now: Instant) -> Message:
        """For a second copy that is closed."""
        text = Text("A second copy", (("", _TWIN),))
        return self._message(job, f"{job.entry.action}:copy", "task", text, now)

    def _message(self, job: Job, key: str, what: Told, text: Text, now: Instant) -> Message:
        addressed = job.subject.channel.addressed
        to = tuple(
            Recipient(one, self.faces.face(one).name, self.faces.face(one).mail if addressed else "")
            for one in job.subject.to
        )
        return Message(key, what, to, text.title, text.parts, now, text.answers, text.footer)

    def _voice(self, job: Job) -> Speaker:
        reader = job.entry.people[0] if job.entry.people else ""
        zone = self.standing.hours(reader)[0].zone
        return Speaker(lambda person: self.faces.face(person).name, job.subject.channel.sink.markup, zone)

    # which text ------------------------------------------------------------------------------------------------

    def _text(self, job: Job, now: Instant) -> Text:
        words = {"task": self._task, "nudge": self._nudge, "digest": self._digest}.get(job.entry.verb, self._note)
        text = words(job, now)
        edited = job.subject.planned.text if job.subject.planned is not None else None
        if edited is None:
            return text
        tame = tamed if job.subject.channel.sink.markup == "markdown" else str
        parts = tuple((tame(heading), tame(said)) for heading, said in edited[1])
        return replace(text, title=tame(edited[0]), parts=parts)

    def _task(self, job: Job, now: Instant) -> Text:
        finding, action, voice = *self._spoken_of(job), self._voice(job)
        rule, template = self._rule(finding.rule), self._template(action)
        known = self.book().rules
        joined = [also(one, known[one.rule], voice) for one in job.subject.others if one.rule in known]
        return task_text(finding, action, rule, template, voice, joined, now, job.entry.action)

    def _nudge(self, job: Job, now: Instant) -> Text:
        finding, action = self._spoken_of(job)
        level = self.faces.face(job.subject.to[0]).level if len(job.subject.to) == 1 else ""
        rule, template = self._rule(finding.rule), self._template(action)
        return nudge_text(finding, action, rule, template, self._voice(job), level, job.entry.action)

    def _note(self, job: Job, now: Instant) -> Text:
        voice = self._voice(job)
        title = self._title_of_task(job, voice)
        planned = job.subject.planned
        if planned is not None and planned.note.startswith(outbox.ANSWERED):
            return notes.answered_text(title, planned.note.removeprefix(outbox.ANSWERED))
        if job.entry.verb == "retract":
            found = job.subject.finding
            is_over = found is not None and found.status == "resolved"
            return notes.resolved_text(title, found, voice) if found and is_over else notes.withdrawn_text(title)
        if job.entry.verb == "remind":
            return Text(title, (("", _REMIND),))
        finding, action = self._spoken_of(job)
        if job.entry.verb == "comment":
            return notes.joined_text(title, finding, self._rule(finding.rule), voice)
        return notes.template_text(title, finding, action, self._rule(finding.rule), self._template(action), voice)

    def _title_of_task(self, job: Job, voice: Speaker) -> str:
        """The task's own; where its finding or rule is gone, nothing in particular."""
        for finding in job.subject.others:
            action = next((one for one in finding.actions if one.verb == "task"), None)
            if action is not None and finding.rule in self.book().rules:
                return headline(finding, action, self._rule(finding.rule), self._template(action), voice)
        return "About this task"

    # a digest --------------------------------------------------------------------------------------------------

    def _digest(self, job: Job, now: Instant) -> Text:
        voice, drafts = self._voice(job), job.subject.drafts
        waiting = f"{count(drafts, 'draft')} {'waits' if drafts == 1 else 'wait'} for a person"
        if not job.subject.items:
            return Text(waiting, (("", f"{waiting}: `sparekey review` shows them."),))
        text = digest_text([self._line(item, voice) for item in job.subject.items], voice)
        if not drafts:
            return text
        return replace(text, parts=(*text.parts, ("", f"{waiting}: `sparekey review` shows them.")), footer="")

    def _line(self, item: Item, voice: Speaker) -> Line:
        """A nudge was meant for one person: to whoever else hears of it, only its rule is told."""
        entry, planned, finding = item.entry, item.planned, item.finding
        rule = self.book().rules.get(entry.rule)
        private = entry.verb == "nudge" and (entry.status == "rejected" or not entry.people)
        if planned is None or finding is None or rule is None or private:
            return Line(voice.safe(rule.title if rule is not None else entry.rule), entry.why)
        if planned.text is not None:
            return Line(planned.text[0], entry.why)
        template = self.book().templates.get(planned.action.template)
        if template is None:
            return Line(voice.safe(rule.title), entry.why)
        return Line(headline(finding, planned.action, rule, template, voice), entry.why)

    # what it needs ---------------------------------------------------------------------------------------------

    def _spoken_of(self, job: Job) -> tuple[Finding, Action]:
        if job.subject.finding is None or job.subject.action is None:
            raise NoWords("its finding is not in the store any more")
        return job.subject.finding, job.subject.action

    def _rule(self, rule: str) -> Rule:
        found = self.book().rules.get(rule)
        if found is None:
            raise NoWords(f"rule {rule} is not among the rules any more")
        return found

    def _template(self, action: Action) -> Template:
        found = self.book().templates.get(action.template)
        if found is None:
            raise NoWords(f"there is no template {action.template}")
        return found
