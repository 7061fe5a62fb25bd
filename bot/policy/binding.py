"""How often a binding code may be tried (rules, section 10)."""

from dataclasses import dataclass

from bot.policy.people import LEADS, Grant, Role
from bot.policy.plan import Binding

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Tries:
    """What a chat account may still do."""

    left: int
    locked_until: int | None  # epoch milliseconds


def tries(wrong: int, last_wrong_at: int | None, now: int, rule: Binding) -> Tries:
    """`wrong` counts since the last success; instants are epoch milliseconds.

    A lock that has been served starts the count anew.
    """
    if wrong < rule.wrong_tries or last_wrong_at is None:
        return Tries(rule.wrong_tries - wrong, None)
    until = last_wrong_at + rule.lock_hours * HOUR_MS
    return Tries(0, until) if now < until else Tries(rule.wrong_tries, None)


def may_hand_code(giver: frozenset[Grant], theirs: frozenset[Grant], school_id: int) -> bool:
    """Whether `giver` may open the way into the account of somebody of that school.

    With the code one acts as that person: a school's lead must not come by the rights of the project office,
    of the leading group, or of another school.
    """
    if any(grant.role is Role.OFFICE for grant in giver):
        return True
    leads = any(grant.role in LEADS and grant.school_id == school_id for grant in giver)
    return leads and all(grant.role is Role.TEACHER or grant.school_id == school_id for grant in theirs)
