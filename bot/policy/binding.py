"""How often a binding code may be tried (rules, section 10)."""

from dataclasses import dataclass

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
