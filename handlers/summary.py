"""总结: the school's lead hands in the summary of the training."""

from bot.policy.paper import PaperKind
from handlers.handed_link import handed_link
from handlers.led import led_school, led_school_name
from handlers.paper_intake import same_before, take_paper
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import summary as texts
from storage import papers
from storage.papers import Place
from storage.schools import hold_school


def summary(turn: Turn) -> Answer:
    link = handed_link(turn)
    if isinstance(link, Answer):
        return link
    school_id = led_school(turn)
    school, due = led_school_name(turn, school_id), turn.plan.deadlines.summary
    place = Place(kind=PaperKind.SUMMARY, school_id=school_id)
    if link is None:
        current = next(iter(papers.at_place(turn.connection, place)), None)
        if current is None:
            return texts.missing(school, due, turn.today)
        return texts.shown(school, current.number, turn.day(current.handed_in_at))
    hold_school(turn.connection, school_id)
    before = papers.at_place(turn.connection, place)
    if same := same_before(before, link):
        return texts.same_as_before(school, same.number)
    taken = take_paper(turn, place, link, replaces=before)
    return texts.handed_in(taken.number, school, taken.replaced, link, due, turn.today)
