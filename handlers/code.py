"""绑定码: the school's lead, or the project office, gives somebody a one-time code."""

from bot.policy.binding import may_hand_code
from handlers import menu
from handlers.led import MOST_LINES, is_office, led_schools
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Answer
from messages.texts import code as texts
from storage.bindings import DAY_MS, accounts_of, issue_code
from storage.crowd import hold
from storage.notices import note
from storage.roles import grants_of
from storage.roster_lookup import RosterEntry, people_named


def code(turn: Turn) -> Answer:
    """Of several people of the name the menu asks which; it names them by id in `numbers`."""
    name = turn.arguments.name
    if not name:
        return texts.usage()
    schools = None if is_office(turn) else led_schools(turn)
    people = people_named(turn.connection, name, schools)
    if turn.arguments.numbers:
        people = tuple(one for one in people if one.person_id in turn.arguments.numbers)
    if not people:
        return texts.nobody(name, county=schools is None)
    if len(people) == 1:
        return _issued(turn, people[0])
    if len(people) > MOST_LINES:
        return texts.too_many(name, len(people))
    choices = [Arguments(name=name, numbers=(one.person_id,)) for one in people]
    said = texts.which(name, [_told_apart(one, county=schools is None) for one in people])
    return menu.offer(turn, said, Command.CODE, menu.Lines(choices))


def _told_apart(one: RosterEntry, *, county: bool) -> texts.Namesake:
    return texts.Namesake(
        school=one.school_name if county else "",
        group=one.group_name,
        mobile_tail=one.mobile_tail,
        staff_no=one.shown_number,
    )


def _issued(turn: Turn, person: RosterEntry) -> Answer:
    hold(turn.connection, [person.person_id])
    theirs = grants_of(turn.connection, person.person_id)
    if not may_hand_code(turn.grants(), theirs, person.school_id):
        return texts.office_only(person.name)
    days = turn.plan.binding.code_days
    issued = issue_code(turn.connection, person.person_id, turn.secret_key, turn.real_ms, days)
    turn.record("binding_code.issued", {}, person_id=person.person_id)
    bound = bool(accounts_of(turn.connection, person.person_id))
    if bound and person.person_id != turn.person.person_id:
        note(
            turn.connection,
            [person.person_id],
            key=f"binding-code/{turn.real_ms}",
            text=texts.notice(turn.person.name, turn.plan.office),
            at=turn.real_ms,
        )
    until = turn.day(turn.real_ms + days * DAY_MS)
    return texts.issued(person.name, person.school_name, issued, days, until, bound=bound)
