"""Who has a submission, and how long it usually takes: for receipts and for 我的材料."""

from bot.policy.review import Reviewers, turn_of
from bot.policy.submission import usual_wait
from handlers.turn import Turn
from messages.texts.who_reviews import Course
from storage.authors import Around, around, decided_lately


def around_asker(turn: Turn) -> Around:
    return around(turn.connection, turn.person.whereabouts)


def course(turn: Turn, near: Around, *, waited_long: bool, usual: int | None = None) -> Course:
    """Of a submission of the asker's."""
    reviewers = Reviewers(leaders=bool(near.leaders), leads=bool(near.leads))
    now = turn_of(reviewers, waited_long=waited_long)
    return Course(
        levels=now,
        later=turn_of(reviewers, waited_long=True) - now,
        leaders=tuple(one.name for one in near.leaders),
        leads=tuple(one.name for one in near.leads),
        long=turn.plan.review.waiting_workdays,
        usual=usual,
    )


def fresh_course(turn: Turn) -> Course:
    """Of what the asker hands in now, with how long those who review it have taken lately."""
    since = turn.plan.workdays.since
    near = around_asker(turn)
    reviewers = near.leaders or near.leads or near.office
    decided = decided_lately(turn.connection, [one.person_id for one in reviewers])
    usual = usual_wait(since(turn.day(submitted), turn.day(at)) for submitted, at in decided)
    return course(turn, near, waited_long=False, usual=usual)
