"""绑定: ties the chat account to a person, by name and one-time code (rules, section 10)."""

from bot.policy.binding import Tries
from handlers.turn import Turn
from messages.commands import Arguments
from messages.outgoing import Answer
from messages.texts import bind as texts
from storage import bindings
from storage.notices import note
from storage.roles import leads_of, office_people


def bind(turn: Turn) -> Answer:
    """Only in private: a code that was shown in a group is no secret any more."""
    if turn.asker is not None:
        return texts.already(turn.asker.name, turn.asker.school_name, turn.plan.office)
    name, code = turn.arguments.name, _code(turn.arguments)
    if not name or not code:
        return texts.usage()
    tries = bindings.tries_of(
        turn.connection, turn.message.platform, turn.message.account, turn.real_ms, turn.plan.binding
    )
    if tries.locked_until is not None:
        return texts.locked(tries.locked_until - turn.real_ms)
    found = bindings.matching(bindings.open_codes(turn.connection, name, turn.real_ms), code, turn.secret_key)
    if found is None or not bindings.use_code(turn.connection, found.code_id, at=turn.real_ms):
        return _wrong(turn, name, tries)
    return _bound(turn, found)


def _code(arguments: Arguments) -> str:
    return arguments.text or arguments.note


def _bound(turn: Turn, found: bindings.OpenCode) -> Answer:
    message = turn.message
    bindings.bind(turn.connection, message.platform, message.account, found.person_id, at=turn.real_ms)
    turn.record(
        "account.bound",
        {"platform": message.platform.value, "account": message.account},
        person_id=found.person_id,
    )
    return texts.bound(found.name, found.school_name)


def _wrong(turn: Turn, name: str, tries: Tries) -> Answer:
    """A wrong name and a wrong code are the same: nobody learns who is on the roster."""
    connection, message, rule = turn.connection, turn.message, turn.plan.binding
    if tries.left == rule.wrong_tries:
        bindings.forget_tries(connection, message.platform, message.account)  # of a lock that was served
    attempt = bindings.note_wrong_try(connection, message.platform, message.account, at=turn.real_ms)
    if tries.left > 1:
        return texts.wrong(tries.left - 1)
    people = bindings.people_named(connection, name)
    bindings.void_codes(connection, tuple(person_id for person_id, _ in people), at=turn.real_ms)
    turn.record("account.locked", {"name": name, "voided": [person_id for person_id, _ in people]})
    told = set(office_people(connection))
    for school_id in {school_id for _, school_id in people}:
        told |= set(leads_of(connection, school_id))
    note(
        connection,
        sorted(told),
        key=f"bind-lock/{attempt}",
        text=texts.lock_notice(message.platform, message.account, name, rule),
        at=turn.real_ms,
    )
    return texts.locked_now(rule)
