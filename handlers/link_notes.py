"""Quiet notes: where else the links of a submission were handed in."""

from collections.abc import Collection, Mapping, Sequence

from bot.policy.decision import Desk
from messages.texts.review_words import Shared
from storage.shared_links import Twin
from storage.submissions import Link, Submission


def shared_of(
    desk: Desk, submission: Submission, links: Sequence[Link], users: Mapping[str, Sequence[Twin]]
) -> Shared:
    """`users`: who has such a link, by its fingerprint."""
    twins = [
        twin
        for fingerprint in dict.fromkeys(link.fingerprint for link in links)
        for twin in users.get(fingerprint, ())
        if twin.number != submission.number
    ]
    own = [twin.code for twin in twins if twin.author.person_id == submission.author.person_id]
    others = [twin for twin in twins if twin.author.person_id != submission.author.person_id]
    return Shared(
        own_codes=tuple(dict.fromkeys(own)),
        numbers=tuple(dict.fromkeys(twin.number for twin in others if desk.sees(twin.author))),
        hidden=any(not desk.sees(twin.author) for twin in others),
    )


def also_for(code: str, linked: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Other points with one of its links. `linked`: by code, the fingerprints of what its author has on file."""
    mine = set(linked[code])
    return tuple(other for other, theirs in linked.items() if other != code and not mine.isdisjoint(theirs))
