"""Random events of what people answered and said elsewhere: tasks, nudges, threads, ownership, action items."""

from oracle.random_story import AREAS, PEOPLE, SERVICES, TOPICS, Story

from rules.model import entities as e
from rules.model.events import Event
from rules.model.times import DAY

ANSWERS = ("yes", "other", "no", "no", "known", "wrong", "done", "later")


def task(story: Story) -> Event:
    story.tasks.append(f"t{story.number()}")
    said = e.Task(
        id=story.tasks[-1], rule=story.chance.choice(("r0", "r1")), owner=story.person(), area=story.chance.choice(AREAS),
        answer=story.chance.choice((None, "yes")), recheck_at=story.at + story.chance.randint(1, 40) * DAY,
    )  # fmt: skip
    return story.event("task.opened", task=said, automated=False)


def answer(story: Story) -> Event | None:
    if not story.tasks:
        return None
    said = story.chance.choice(ANSWERS)
    until = story.at + story.chance.randint(5, 60) * DAY if said == "known" else None
    found = e.Task(id=story.chance.choice(story.tasks[-4:]), answer=said, until=until)
    return story.event("task.answered", actor=story.person(), task=found, automated=False)


def nudge(story: Story) -> Event:
    if story.nudges and story.maybe(0.5):
        found = e.Nudge(
            id=story.chance.choice(story.nudges[-4:]), answer=story.chance.choice(("yes", "not now", "wrong"))
        )
        return story.event("nudge.answered", actor=story.person(), nudge=found, automated=False)
    story.nudges.append(f"N{story.number()}")
    found = e.Nudge(id=story.nudges[-1], rule=story.chance.choice(("r0", "r1")), to=story.person())
    return story.event("nudge.sent", nudge=found, automated=False)


def thread(story: Story) -> Event:
    asker, answerer = story.person(), story.person()
    found = e.Thread(id=f"th{story.number()}", asker=asker, answerer=answerer)
    return story.event("thread.answered", actor=answerer, thread=found)


def ownership(story: Story) -> Event:
    found = e.Ownership(
        id=f"own{story.number()}", area=story.chance.choice((*AREAS, None)), before=story.some(PEOPLE, 3),
        after=story.some(PEOPLE, 3) if story.maybe(0.8) else None,
    )  # fmt: skip
    return story.event("ownership.changed", actor=story.person(), ownership=found)


def action_item(story: Story) -> Event | None:
    if not story.postmortems:
        return None
    about = story.chance.choice(story.postmortems)
    if story.items and story.maybe(0.4):
        done = e.ActionItem(id=story.chance.choice(story.items), postmortem=about)
        return story.event("action_item.done", action_item=done, postmortem=e.Postmortem(id=about))
    story.items.append(f"ai{story.number()}")
    found = e.ActionItem(
        id=story.items[-1], postmortem=about, learning=story.chance.choice((True, False, None)),
        service=story.chance.choice((*SERVICES, None)), due_at=story.at + story.chance.choice((-20, -3, 5, 30)) * DAY,
    )  # fmt: skip
    return story.event(
        "action_item.found", action_item=found, postmortem=e.Postmortem(id=about, causes=story.some(TOPICS))
    )


def responded(story: Story) -> Event | None:
    if not story.incidents:
        return None
    found = e.Incident(id=story.chance.choice(story.incidents), responders=story.some(PEOPLE, 3))
    return story.event("incident.responded", actor=story.person(), incident=found)
