"""Whoever confirms, cancels or recalls in whatever order: an announcement keeps to its law."""

from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from bot.policy.announcement import TRANSITIONS, AnnouncementState
from bot.policy.audience import Audience
from bot.policy.people import Role
from messages.outgoing import answer
from storage import announcements
from storage.announcements import call_off, due, expired, find_announcement, move, post_copies
from storage.delivery_tables import outbox
from storage.outbox import State
from tests.kit.addressees import PEOPLE, settle_people

AUTHOR = 1
TEACHERS = Audience(words="老师", to_groups=False, roles=frozenset({Role.TEACHER}))
BEGINNINGS = (AnnouncementState.WAITING, AnnouncementState.SCHEDULED, AnnouncementState.POSTED)


@dataclass
class Seen:
    """What an announcement was when it was last looked at."""

    state: AnnouncementState
    due_at: int


class Announcements(RuleBasedStateMachine):
    database = None  # given by the test
    numbers = Bundle("numbers")

    def __init__(self):
        super().__init__()
        self.connection = self.database.engine.connect()
        self.connection.begin()
        self.now = 1_700_000_000_000
        self.seen: dict[int, Seen] = {}
        self.posted: set[int] = set()

    def teardown(self):
        self.connection.rollback()
        self.connection.close()

    @initialize()
    def county(self):
        settle_people(self.connection)

    @rule(target=numbers, state=st.sampled_from(BEGINNINGS), wait=st.integers(0, 3))
    def put(self, state, wait):
        number = announcements.put(
            self.connection,
            author_id=AUTHOR,
            audience=TEACHERS,
            body="请查收",
            wants_receipt=False,
            state=state,
            at=self.now,
            due_at=self.now + wait,
        )
        if state is AnnouncementState.POSTED:
            self.post(number)
        self.seen[number] = Seen(state, self.now + wait)
        return number

    @rule(number=numbers, state=st.sampled_from(AnnouncementState), by=st.sampled_from([AUTHOR, 2, 3, None]))
    def move(self, number, state, by):
        before = self.seen[number].state
        moved = move(self.connection, number, state, at=self.now, by=by)
        if moved:
            assert state in TRANSITIONS[before]
            assert self.may(before, state, by)
            self.seen[number].state = state
            if state is AnnouncementState.POSTED:
                self.post(number)
        elif state in TRANSITIONS[before]:
            assert not self.may(before, state, by)

    @rule(number=numbers, by=st.sampled_from([AUTHOR, 2]))
    def call_off(self, number, by):
        """Nothing is ever sent here."""
        before = self.seen[number].state
        called_off = call_off(self.connection, number, at=self.now, by=by)
        assert called_off is (before in BEGINNINGS)
        if called_off:
            self.seen[number].state = AnnouncementState.CANCELLED

    @staticmethod
    def may(before, state, by):
        """Who may do it where it is allowed at all."""
        match state:
            case AnnouncementState.POSTED if by is None:
                return before is AnnouncementState.SCHEDULED
            case AnnouncementState.POSTED | AnnouncementState.SCHEDULED:
                return before is AnnouncementState.WAITING and by not in (AUTHOR, None)
            case AnnouncementState.EXPIRED:
                return by is None
            case AnnouncementState.CANCELLED:
                # None: a correction whose announcement is gone. What was posted has copies to be stopped.
                return before is not AnnouncementState.POSTED
            case _:
                return by is not None

    @rule(passed=st.integers(1, 3))
    def time_goes_by(self, passed):
        self.now += passed

    def post(self, number):
        one = find_announcement(self.connection, number)
        self.posted.add(number)
        post_copies(self.connection, one, one.addressed, answer("公告"), at=self.now)

    @invariant()
    def everything_stands_as_it_was_left(self):
        for number, seen in self.seen.items():
            one = find_announcement(self.connection, number)
            assert one.state is seen.state
            assert one.approved_by != AUTHOR

    @invariant()
    def only_what_was_posted_has_copies_and_that_one_each(self):
        counted = select(outbox.c.announcement, func.count()).group_by(outbox.c.announcement)
        copies = dict(self.connection.execute(counted).all())
        assert copies == dict.fromkeys(self.posted, len(PEOPLE))

    @invariant()
    def of_what_was_called_off_nothing_goes_out(self):
        waiting = select(outbox.c.announcement).where(outbox.c.state == State.QUEUED.value).distinct()
        assert set(self.connection.scalars(waiting)) == {
            number
            for number in self.posted
            if self.seen[number].state in (AnnouncementState.POSTED, AnnouncementState.RECALLED)
        }

    @invariant()
    def what_is_due_is_scheduled_and_what_waits_can_expire(self):
        states = {number: seen.state for number, seen in self.seen.items()}
        assert {one.number for one in due(self.connection, self.now)} == {
            number
            for number, seen in self.seen.items()
            if seen.state is AnnouncementState.SCHEDULED and seen.due_at <= self.now
        }
        waiting = {number for number, state in states.items() if state is AnnouncementState.WAITING}
        assert {one.number for one in expired(self.connection, self.now)} == waiting


def test_the_law_of_announcements_holds(database):
    run_state_machine_as_test(
        type("AnnouncementsHere", (Announcements,), {"database": database}),
        settings=settings(max_examples=20, stateful_step_count=20, deadline=None),
    )
