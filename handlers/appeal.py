"""申诉: a numbered case about one's own figures, which are kept as they stand."""

from bot.policy.appeal import AppealState, hears, numbers_named, says_something
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import appeal as texts
from messages.texts.appeal import Case
from messages.texts.view_appeal import figures
from storage.appeals import Appeal, appeals_of, figures_of, open_appeal, own_number
from storage.crowd import hold
from storage.names import names_of
from storage.notices import note
from storage.roles import leads_of, office_people

OFFICE = "项目办"


def appeal(turn: Turn) -> Answer:
    said = " ".join(turn.arguments.text.split())
    if not says_something(said):
        return _own(turn)
    # Held, so that the same text sent from two telephones is one case.
    hold(turn.connection, [turn.person.person_id])
    for one in appeals_of(turn.connection, turn.person.person_id):
        if one.state is AppealState.OPEN and " ".join(one.text.split()) == said:
            return texts.opened_already(one.number, turn.day(one.opened_at))
    return _opened(turn)


def case(turn: Turn, one: Appeal) -> Case:
    """As lists show it."""
    opened = turn.day(one.opened_at)
    return Case(
        number=one.number,
        name=one.name,
        school=one.school,
        text=one.text,
        state=one.state,
        opened=opened,
        workdays=turn.plan.workdays.since(opened, turn.today),
        answerer=one.answerer,
        answered=None if one.answered_at is None else turn.day(one.answered_at),
        answer=one.answer,
    )


def _own(turn: Turn) -> Answer:
    cases = [case(turn, one) for one in appeals_of(turn.connection, turn.person.person_id)]
    return texts.own(cases, turn.today) if cases else texts.how_to_write()


def _opened(turn: Turn) -> Answer:
    person_id, said = turn.person.person_id, turn.arguments.text
    now = figures_of(turn.connection, person_id)
    about = own_number(turn.connection, person_id, numbers_named(said))
    number = open_appeal(
        turn.connection, person_id=person_id, text=said, figures=now, about=about, at=turn.now_ms
    )
    leads = leads_of(turn.connection, turn.person.school_id)
    listeners = hears(person_id, leads, office_people(turn.connection))
    note(
        turn.connection,
        listeners,
        key=f"appeal/{number}/opened",
        text=texts.notice_opened(number, turn.person.name, turn.person.school_name, said),
        at=turn.real_ms,
    )
    turn.record(
        "appeal.opened", {"number": number, "about": about, "told": list(listeners)}, person_id=person_id
    )
    near = [one for one in listeners if one in leads]
    names = names_of(turn.connection, near)
    return texts.opened(
        number,
        [names[one] for one in near] or [OFFICE] if listeners else [],
        figures(now, turn.catalogue),
        about,
        turn.today,
    )
