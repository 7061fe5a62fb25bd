"""Whatever processes do and die of, in whatever order: the law of the outbox holds."""

from dataclasses import dataclass, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from bot.policy.outgoing import Kind
from messages.incoming import Platform
from messages.outgoing import answer
from storage.allowances import Pace
from storage.claims import Wanted, claim
from storage.delivery_tables import outbox
from storage.notices import say
from storage.outbox import TRANSITIONS, Post, State, post
from storage.parcels import LEASE_MS, Parcel, Settlement, settle
from storage.queue import Route
from storage.undelivered import bury, give_up, replay
from tests.kit.addressees import settle_groups, settle_people

MANY = Pace(most=100_000, milliseconds=60_000)
PEOPLE_ROUTE = Route(
    outlet="wecom.app",
    to_groups=False,
    platform=Platform.WECOM,
    among=(Platform.WECOM,),
    together=MANY,
    each=MANY,
    receivers=3,
)
GROUP_ROUTE = replace(PEOPLE_ROUTE, outlet="wecom.webhook", to_groups=True, receivers=1)
ROUTES = (PEOPLE_ROUTE, GROUP_ROUTE)
FATES = (
    {"state": State.SENT},
    {"state": State.UNCERTAIN},
    {"state": State.DEAD},
    {"state": State.FAILED, "open": True},
    {"state": State.QUEUED, "again_in": 5_000},
    {"state": State.QUEUED, "again_in": 60_000, "doubt": True},
)


@dataclass
class Seen:
    """What a row was when it was last looked at."""

    state: State
    done: bool
    parcel: str | None


class Outbox(RuleBasedStateMachine):
    database = None  # given by the test
    parcels = Bundle("parcels")

    def __init__(self):
        super().__init__()
        self.connection = self.database.engine.connect()
        self.connection.begin()
        self.now = 1_700_000_000_000
        self.noted = 0
        self.seen: dict[int, Seen] = {}

    def teardown(self):
        self.connection.rollback()
        self.connection.close()

    @initialize()
    def county(self):
        settle_people(self.connection)
        self.groups = settle_groups(self.connection, 2)

    @rule(chat=st.sampled_from([1, 2, 3]), kind=st.sampled_from([Kind.NOTICE, Kind.REPLY, Kind.ALARM]))
    def tells_a_person(self, chat, kind):
        self.posts(Post(key=f"{self.noted}", kind=kind, answer=self.words(), person_id=chat))

    @rule(place=st.sampled_from([0, 1]), kind=st.sampled_from([Kind.RANKING, Kind.CORRECTION]))
    def tells_a_group(self, place, kind):
        group_id = self.groups[place]
        self.posts(Post(key=f"{self.noted}", kind=kind, answer=self.words(), group_id=group_id))

    def words(self):
        self.noted += 1
        return answer(f"第 {self.noted % 3} 件")

    def posts(self, one):
        assert post(self.connection, [one], at=self.now) == 1

    @rule(target=parcels, route=st.sampled_from(ROUTES), most=st.integers(1, 4))
    def claims(self, route, most):
        wanted = Wanted(parcels=most, candidates=4)
        found = claim(self.connection, route, wanted, now=self.now).parcels
        assert len(found) <= most
        chats = [(route.outlet, receiver.chat) for one in found for receiver in one.receivers]
        assert len(chats) == len(set(chats)), "two messages to one chat at a time"
        return found

    @rule(parcels=consumes(parcels), fate=st.sampled_from(FATES))
    def settles(self, parcels, fate):
        for one in parcels:
            self.come_back(one, fate)

    def come_back(self, one: Parcel, fate):
        more = {key: value for key, value in fate.items() if key in ("state", "open")}
        if "again_in" in fate:
            more["again_at"] = self.now + fate["again_in"]
        if "doubt" in fate or (fate["state"] is State.QUEUED and one.doubt_since is not None):
            more["doubt_since"] = one.doubt_since or one.claimed_at
        every = [Settlement(parcel=one, receiver=receiver, **more) for receiver in one.receivers]
        ids = {number for receiver in one.receivers for number in receiver.ids}
        mine = {
            row.id for row in self.rows() if row.id in ids and row.lease == one.lease and row.done_at is None
        }
        assert settle(self.connection, every, at=self.now) == len(mine)

    @rule(parcels=consumes(parcels))
    def dies(self, parcels):
        """Nobody ever comes back."""

    @rule(seconds=st.sampled_from([1, 5, LEASE_MS // 1000, 3_600, 90_000]))
    def waits(self, seconds):
        self.now += seconds * 1_000

    @rule(person=st.sampled_from([1, 2, 3]))
    def answers(self, person):
        on_its_way = {row.id for row in self.rows() if row.parcel is not None and row.done_at is None}
        say(self.connection, person, most=3, at=self.now)
        assert not [row for row in self.rows() if row.id in on_its_way and row.done_at is not None]

    @rule()
    def tidies(self):
        give_up(self.connection, self.now)

    @rule(place=st.sampled_from([0, 1]))
    def buries(self, place):
        group_id = self.groups[place]
        doubtful = {row.id for row in self.rows() if row.group_id == group_id and _is_in_doubt(row)}
        bury(self.connection, group_id, self.now)
        assert {row.state for row in self.rows() if row.id in doubtful} <= {"uncertain"}
        assert not [row for row in self.rows() if row.group_id == group_id and row.state == "queued"]

    @rule()
    def replays(self):
        replay(self.connection, at=self.now)

    def rows(self):
        return self.connection.execute(select(outbox).order_by(outbox.c.id)).all()

    @invariant()
    def only_lawful_steps_were_taken(self):
        for row in self.rows():
            before, state = self.seen.get(row.id), State(row.state)
            # Of a claim and its end within one step only the end is seen.
            reachable = set() if before is None else _within_two(before.state)
            assert before is None or state is before.state or state in reachable, (before, state)
            self.seen[row.id] = Seen(state, row.done_at is not None, row.parcel)

    @invariant()
    def a_lease_is_held_by_what_is_leased_and_by_nothing_else(self):
        for row in self.rows():
            held = (row.lease is not None, row.leased_until is not None)
            assert held == ((True, True) if row.state == "leased" else (False, False))
            assert row.state != "leased" or row.parcel is not None

    @invariant()
    def what_is_done_is_final_and_what_is_not_is_open(self):
        for row in self.rows():
            if row.state in ("sent", "uncertain", "dead"):
                assert row.done_at is not None
            elif row.state in ("queued", "leased"):
                assert row.done_at is None

    @invariant()
    def one_parcel_of_a_chat_is_on_its_way(self):
        leased = [row for row in self.rows() if row.state == "leased" and row.leased_until > self.now]
        by_chat: dict[tuple, set] = {}
        for row in leased:
            by_chat.setdefault((row.person_id, row.group_id), set()).add(row.parcel)
        assert all(len(parcels) == 1 for parcels in by_chat.values())

    @invariant()
    def what_is_in_doubt_has_its_parcel_and_its_account(self):
        for row in self.rows():
            if _is_in_doubt(row):
                assert row.doubt_since is not None
                assert row.account is not None or row.person_id is None


def _is_in_doubt(row):
    return row.state == "queued" and row.parcel is not None


def _within_two(state):
    first = TRANSITIONS[state]
    return first | {later for one in first for later in TRANSITIONS[one]}


def test_the_law_of_the_outbox_holds(database):
    run_state_machine_as_test(
        type("OutboxHere", (Outbox,), {"database": database}),
        settings=settings(max_examples=40, stateful_step_count=30, deadline=None),
    )
