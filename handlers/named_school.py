"""Which school was meant by what somebody wrote beside a command, or what to ask back."""

from bot.policy.school_named import named
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts.named_school import no_such_school, which_school
from storage.schools import School, all_schools

_MOST_NAMED = 5


def named_school(turn: Turn, command: Command) -> School | Answer:
    """`command`: which the question was, for the example of how to write it."""
    written = turn.arguments.school
    schools = {school.school_id: school for school in all_schools(turn.connection)}
    meant = named(
        written, {school.school_id: (school.name, school.short_name) for school in schools.values()}
    )
    if not meant:
        return no_such_school(written, command)
    if len(meant) > 1:
        names = [schools[school_id].name for school_id in meant]
        return which_school(names[:_MOST_NAMED], max(0, len(names) - _MOST_NAMED))
    return schools[meant[0]]
