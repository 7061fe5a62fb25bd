"""One parcel page by page: what each call is known by, and what a page that fails makes of those before it."""

import pytest

from bot.delivery.carrying import Carrying
from bot.policy.outgoing import Kind
from bot.sending import IN_DOUBT, LATER, LEFT, RENEW, TAKEN, Address, Do, stop
from messages.outgoing import Picture, Reply
from storage.parcels import Parcel, Receiver
from tests.kit.outlets import Scripted

NOW = 1_700_000_000_000
PAGES = (Reply(body="(1/2)"), Reply(body="(2/2)"))


def carrying(outlet, people=1, doubt_since=None):
    receivers = tuple(
        Receiver(chat=one, account=f"T{one}", ids=(one,), kinds=(Kind.NOTICE,), calls_before=0)
        for one in range(people)
    )
    parcel = Parcel(
        key="p",
        lease="l",
        receivers=receivers,
        contents=("[]",),
        picture_id=None,
        tries=1,
        claimed_at=NOW,
        first_tried_at=NOW,
        doubt_since=doubt_since,
    )
    return Carrying(
        outlet, parcel, tuple(Address(name=f"p{one.chat}", account=one.account) for one in receivers)
    )


async def test_every_page_is_known_by_a_key_of_its_own_and_the_same_at_every_try():
    """Else a platform that knows repetitions would drop the second page as one of the first."""
    outlet = Scripted()

    await carrying(outlet).pages(PAGES)
    await carrying(outlet).pages(PAGES)

    assert len(set(outlet.keys[:2])) == 2
    assert outlet.keys[:2] == outlet.keys[2:]


async def test_a_picture_that_is_said_in_words_instead_is_another_call():
    outlet = Scripted(answers=[LEFT])
    parcel = carrying(outlet)

    await parcel.pages([Picture(png=b"png")])
    assert parcel.refused_picture
    await parcel.pages(PAGES[:1])

    assert (len(set(outlet.keys)), parcel.calls, parcel.verdicts) == (2, 2, [None])


@pytest.mark.parametrize(
    ("verdict", "becomes"),
    [(LATER, Do.DOUBT), (stop("x"), Do.DOUBT), (IN_DOUBT, Do.DOUBT), (LEFT, Do.LEAVE)],
    ids=lambda one: getattr(one, "value", None) or one.do.value,
)
async def test_whoever_has_one_page_is_not_said_to_have_none(verdict, becomes):
    parcel = carrying(Scripted(answers=[None, verdict]))

    await parcel.pages(PAGES)

    assert [one.do for one in parcel.verdicts] == [becomes]


@pytest.mark.parametrize("verdict", [LATER, stop("x"), RENEW, LEFT], ids=lambda one: one.do.value)
async def test_where_the_first_page_fails_it_is_as_the_platform_says(verdict):
    outlet = Scripted(answers=[verdict])
    parcel = carrying(outlet)

    await parcel.pages(PAGES)

    assert [one.do for one in parcel.verdicts] == [verdict.do]
    assert len(outlet.asked) == 1  # nobody reads the second page without the first


async def test_who_is_refused_gets_no_second_page_and_the_others_do():
    outlet = Scripted(answers=[[TAKEN, LEFT, TAKEN]])
    parcel = carrying(outlet, people=3)

    await parcel.pages(PAGES)

    assert [names for names, _, _ in outlet.asked] == [("p0", "p1", "p2"), ("p0", "p2")]
    assert [one and one.do for one in parcel.verdicts] == [None, Do.LEAVE, None]


@pytest.mark.parametrize(("doubt_since", "seconds"), [(None, None), (NOW - 61_500, 61), (NOW + 5_000, 0)])
async def test_a_call_says_for_how_long_it_may_have_been_taken(doubt_since, seconds):
    outlet = Scripted()

    await carrying(outlet, doubt_since=doubt_since).pages(PAGES[:1])

    assert [since for *_, since in outlet.asked] == [seconds]
