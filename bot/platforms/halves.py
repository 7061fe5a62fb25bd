"""A page that a platform finds too long, although it is within its limits, goes out once more in shorter ones."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace

from bot.platforms.refusals import Code
from bot.sending import Attempt, Do, SendFailed, Taken, Verdict
from messages.outgoing import Reply
from messages.splitting import halves

Post = Callable[[Reply, Attempt], Awaitable[Sequence[Verdict | Taken]]]


async def whole_or_halves(
    page: Reply, attempt: Attempt, post: Post, too_long: Collection[Code]
) -> Sequence[Verdict | Taken]:
    """What `post` says; for pages of one message, for each receiver the first thing that went wrong."""
    try:
        return await post(page, attempt)
    except SendFailed as failed:
        bodies = halves(page.body)
        if failed.errcode not in too_long or len(bodies) == 1:
            raise
    found: list[Verdict | Taken] = []
    for number, body in enumerate(bodies, start=1):
        # Keys of their own, the same at every repetition: the platform must not take one for the other.
        part = replace(attempt, key=f"{attempt.key}/{number}")
        try:
            verdicts = await post(replace(page, body=body), part)
        except SendFailed as failed:
            if number == 1:
                raise
            raise SendFailed(replace(failed.verdict, do=Do.DOUBT), failed.errcode, failed.detail) from None
        found = [_both(*pair) for pair in zip(found, verdicts, strict=True)] if found else list(verdicts)
    return found


def _both(one: Verdict | Taken, other: Verdict | Taken) -> Verdict | Taken:
    if isinstance(one, Verdict):
        return one
    return other if isinstance(other, Verdict) else Taken(one.receipts + other.receipts)
