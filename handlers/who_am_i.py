"""我是谁: whom the bot takes one for."""

from bot.policy.people import Role
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import who_am_i as texts
from storage.bindings import accounts_of
from storage.people import Asker
from storage.roles import named_grants_of


def who_am_i(turn: Turn) -> Answer:
    if turn.asker is None:
        return texts.nobody(turn.message.platform, turn.message.account, turn.plan.binding.code_days)
    person = turn.asker
    roles = named_grants_of(turn.connection, person.person_id)
    platforms = [account.platform for account in accounts_of(turn.connection, person.person_id)]
    return texts.who_am_i(identity(person), [(Role.TEACHER, ""), *roles], platforms, turn.plan.office)


def identity(person: Asker) -> texts.Identity:
    return texts.Identity(
        name=person.name,
        school=person.school_name,
        group=person.group_name,
        subject=person.subject,
        stage=person.stage,
        state=person.state,
    )
