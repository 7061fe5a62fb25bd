"""In whatever order copies are sent, lost, asked back and taken back: what was asked back is never sent again."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update

from bot.policy.outgoing import Kind
from messages.outgoing import answer
from storage.announcement_tables import recall
from storage.claims import Wanted, claim
from storage.delivery_tables import outbox
from storage.notices import say
from storage.outbox import Post, State
from storage.parcels import Settlement, settle
from storage.recalls import ask, how_far
from storage.taking_back import Outcome, due, end_hopeless, is_due, is_hopeless, lease
from storage.taking_back import settle as settle_recalls
from storage.undelivered import replay
from tests.storage.test_outbox_machine import ROUTES, Outbox

NUMBERS = (1, 2)
ON_ITS_WAY = {"queued", "leased"}


class Recalls(Outbox):
    asked_for = Bundle("asked_for")

    def __init__(self):
        super().__init__()
        self.gone: dict[int, str] = {}  # asked back, with the state that it was in
        self.held: dict[int, int] = {}
        self.calls: dict[int, int] = {}  # of a platform, for a row
        self.tried: dict[int, int] = {}
        self.excuses: dict[int, int] = {}  # to ask again: nobody came back, or it was not taken back

    # Only copies, so that what matters comes up often.
    tells_a_person = tells_a_group = replays = answers = None

    @initialize()
    def county(self):
        super().county()
        self.announces(1, 0)

    @rule(number=st.sampled_from(NUMBERS), place=st.sampled_from([0, 1]))
    def announces(self, number, place):
        for chat in (1, 2):
            self.posts(self.copy(number, person_id=chat))
        self.posts(self.copy(number, group_id=self.groups[place]))

    def copy(self, number, **to):
        self.words()
        words = answer(f"公告 {number}")
        return Post(key=f"a{self.noted}", kind=Kind.ANNOUNCEMENT, answer=words, announcement=number, **to)

    def come_back(self, one, fate):
        """As it is there, with what the platform calls the message."""
        more = {"state": fate["state"], "open": fate.get("open", False)}
        doubt = "doubt" in fate or (fate["state"] is State.QUEUED and one.doubt_since is not None)
        more["doubt_since"] = (one.doubt_since or one.claimed_at) if doubt else None
        more["again_at"] = self.now + fate.get("again_in", 0)
        receipts = (f"m{one.key}-{one.tries}",) if fate["state"] is State.SENT or doubt else ()
        every = [Settlement(parcel=one, receiver=each, receipts=receipts, **more) for each in one.receivers]
        settle(self.connection, every, at=self.now)

    @precondition(lambda self: self.noted)
    @rule(number=st.sampled_from(NUMBERS))
    def asks_for_all_of_it(self, number):
        # By an outlet that takes back, though they went to a group by a webhook.
        groups = update(outbox).where(outbox.c.group_id.is_not(None), outbox.c.done_at.is_not(None))
        self.connection.execute(groups.values(outlet="dingtalk.group"))
        copies = {row.id: row.state for row in self.rows() if row.announcement == number}
        first = ask(self.connection, number, at=self.now)
        assert ask(self.connection, number, at=self.now) == first
        self.gone = copies | self.gone

    @rule(target=Outbox.parcels, route=st.sampled_from(ROUTES), number=st.sampled_from(NUMBERS))
    def asks_for_what_is_on_its_way(self, route, number):
        found = claim(self.connection, route, Wanted(parcels=4, candidates=4), now=self.now).parcels
        self.asks_for_all_of_it(number)
        return found

    @rule(target=asked_for, outlet=st.sampled_from(["wecom.app", "dingtalk.group"]), most=st.integers(1, 4))
    def takes_back(self, outlet, most):
        expected = is_due(self.connection, outlet, self.now)
        copies = due(self.connection, outlet, most=most, now=self.now)
        assert bool(copies) is expected
        lease(self.connection, copies)
        for one in copies:
            assert self.held.get(one.id, 0) <= self.now, "somebody else is asking for it"
            self.held[one.id] = one.leased_until
            self.calls[one.id] = self.calls.get(one.id, 0) + 1
        return copies

    @rule(copies=consumes(asked_for), fate=st.sampled_from(["gone", "refused", "again", "dies"]))
    def hears(self, copies, fate):
        outcomes = []
        for one in copies:
            if fate in ("again", "dies"):
                self.excuses[one.id] = self.excuses.get(one.id, 0) + 1
            again = self.now + 5_000 if fate == "again" else None
            outcomes.append(Outcome(copy=one, taken_back=fate == "gone", reason="x", again_at=again))
        if fate != "dies":
            settle_recalls(self.connection, outcomes, at=self.now)
            self.held |= {one.id: 0 for one in copies if self.held[one.id] == one.leased_until}

    @rule()
    def ends_what_has_no_hope(self):
        end_hopeless(self.connection, self.now)
        assert not is_hopeless(self.connection, self.now)

    @rule()
    def replays_by_key(self):
        replay(self.connection, at=self.now, keys=[row.key for row in self.rows()])

    @rule(person=st.sampled_from([1, 2, 3]))
    def answers_with_everything(self, person):
        say(self.connection, person, most=50, at=self.now)

    @invariant()
    def what_was_asked_back_goes_out_no_more(self):
        """Only what was on its way at that moment may still arrive."""
        for row in self.rows():
            before = self.gone.get(row.id)
            if before is None:
                continue
            assert row.state != "queued", "it would be sent"
            assert row.state != "leased" or before == "leased"
            assert row.state != "sent" or before in ("sent", "leased")
            assert row.done_at is not None or row.state == "leased", "it would be said with an answer"

    @invariant()
    def a_lease_is_drawn_for_nothing_that_was_asked_back(self):
        tries = {row.id: row.tries for row in self.rows()}
        for number in self.gone:
            assert self.tried.setdefault(number, tries[number]) == tries[number]

    @invariant()
    def nobody_is_asked_more_often_than_there_was_reason_to(self):
        for number, calls in self.calls.items():
            assert calls <= 1 + self.excuses.get(number, 0) + (self.held.get(number, 0) > 0)

    @invariant()
    def every_copy_is_accounted_for(self):
        for number in NUMBERS:
            copies = [row.id for row in self.rows() if row.announcement == number and row.id in self.gone]
            never_sent = self.connection.scalars(
                select(recall.c.outbox_id).where(
                    recall.c.outbox_id.in_(copies), recall.c.reason == "never sent"
                )
            ).all()
            told = how_far(self.connection, number)
            counted = (
                told.withdrawn + told.taken_back + sum(told.waiting.values()) + sum(told.cannot.values())
            )
            assert counted == len(copies) - len(never_sent)


def test_what_was_asked_back_is_never_sent_again(database):
    run_state_machine_as_test(
        type("RecallsHere", (Recalls,), {"database": database}),
        settings=settings(max_examples=20, stateful_step_count=30, deadline=None),
    )
