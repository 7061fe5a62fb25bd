"""Every minute the announcements are looked after: what is due goes out, what nobody came for expires."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.clock import SHANGHAI
from bot.jobs.announcements import announcements_due
from bot.jobs.job import Slot
from bot.jobs.registry import HOUSE, JOBS
from bot.policy.announcement import AnnouncementState
from bot.policy.audience import EVERY_GROUP, Audience
from bot.policy.people import Role
from bot.policy.standing import Step
from bot.policy.timetable import Due, Outcome, Record, due
from messages.outgoing import dump_answer, load_answer
from messages.taps import received
from messages.texts.announcement import announced, expired, reached_nobody
from messages.texts.announcement_correction import overtaken
from storage import announcements, chat_groups
from storage.announcements import find_announcement, move
from storage.delivery_tables import outbox
from storage.tables import audit, import_run, person, standing
from tests.jobs.conftest import FIRST, OFFICE

NINE = datetime(2024, 5, 21, 9, 0, tzinfo=SHANGHAI)
REAL_MS = int(datetime(2026, 1, 5, 12, 0, tzinfo=SHANGHAI).timestamp() * 1000)  # another year: a rehearsal
HOUR_MS = 3_600_000
COLLEAGUE = 100
TEACHERS = Audience(
    words="示例县第一小学", to_groups=False, roles=frozenset({Role.TEACHER}), school_ids=frozenset({FIRST})
)
STUDYING = Audience(words="学时不足", to_groups=False, steps=frozenset({Step.HOURS}))


def put(town, *, audience=TEACHERS, due=NINE, state=AnnouncementState.SCHEDULED, at=REAL_MS, **more):
    with town.parts.database.writing() as connection:
        return announcements.put(
            connection,
            author_id=OFFICE,
            audience=audience,
            body="明天上午九点培训。\n请带电脑。",
            wants_receipt=True,
            state=state,
            at=at,
            due_at=int(due.timestamp() * 1000),
            **more,
        )


def run(town, now=NINE, real_ms=REAL_MS):
    slot = Slot(job="announcements", day=now.date(), now=now, real_ms=real_ms, by_hand=False)
    return announcements_due(town.parts, slot)


def found(town, number):
    with town.parts.database.reading() as connection:
        return find_announcement(connection, number)


def copies(town, number):
    addressed = select(outbox.c.person_id).where(outbox.c.announcement == number)
    return [row[0] for row in town.read(addressed.order_by(outbox.c.person_id))]


def notes(town):
    rows = town.read(
        select(outbox.c.person_id, outbox.c.content)
        .where(outbox.c.announcement.is_(None))
        .order_by(outbox.c.id)
    )
    return [(person_id, load_answer(content).plain) for person_id, content in rows]


def test_before_its_time_nothing_goes_out(town):
    number = put(town)

    ran = run(town, NINE - timedelta(seconds=1))

    assert (ran.outcome, ran.detail, ran.messages) == (Outcome.NOTHING, "没有到时间的公告。", 0)
    assert copies(town, number) == []


def test_in_its_minute_everybody_addressed_gets_what_was_previewed(town):
    number = put(town)

    ran = run(town)

    assert (ran.outcome, ran.messages) == (Outcome.DONE, 10)
    assert ran.detail == "定时公告发出 1 条，消息 10 条；等第二个人确认过了时间的 0 条已作废。"
    assert copies(town, number) == list(range(100, 110))
    one = found(town, number)
    assert (one.state, one.people, one.posted_at) == (AnnouncementState.POSTED, 10, REAL_MS)
    said = announced(number, one.body, town.parts.plan.office, wants_receipt=True)
    said = said.choosing(f"公告 {number}：看到了吗？", received(number))
    assert {content for (content,) in town.read(select(outbox.c.content))} == {dump_answer(said)}
    assert town.read(select(audit.c.actor, audit.c.action, audit.c.detail)) == [
        ("timetable", "announcement.posted", {"number": number})
    ]


def test_the_next_minute_adds_nothing(town):
    number = put(town)
    run(town)

    assert run(town, NINE + timedelta(minutes=1)).outcome is Outcome.NOTHING
    assert len(copies(town, number)) == 10


def test_a_minute_that_was_missed_is_made_up_for(town):
    number = put(town)

    assert run(town, NINE + timedelta(days=2)).outcome is Outcome.DONE
    assert len(copies(town, number)) == 10


def test_people_are_asked_for_when_it_goes_out_not_when_it_was_written(town):
    number = put(town)
    town.write(
        update(person).where(person.c.id == 100).values(state="transferred"),
        update(person).where(person.c.id == 101).values(school_id=2),
        update(person).where(person.c.id == 200).values(school_id=FIRST),
    )

    run(town)

    assert copies(town, number) == [*range(102, 110), 200]


def test_several_processes_in_the_same_second_post_it_once(town):
    number = put(town)

    with ThreadPoolExecutor(4) as pool:
        ran = [one.result() for one in [pool.submit(run, town) for _ in range(4)]]

    assert sorted(one.messages for one in ran) == [0, 0, 0, 10]
    assert copies(town, number) == list(range(100, 110))


def test_what_was_called_off_stays_at_home(town):
    number = put(town)
    with town.parts.database.writing() as connection:
        assert move(connection, number, AnnouncementState.CANCELLED, at=REAL_MS, by=OFFICE)

    assert run(town).outcome is Outcome.NOTHING
    assert copies(town, number) == []


def test_steps_are_not_known_while_an_import_is_under_way(town):
    number = put(town, audience=STUDYING)
    other = put(town)
    applying = {"kind": "roster", "file_name": "示例.xlsx", "file_hash": "x", "counts": {}, "started_at": 1}
    town.write(import_run.insert().values(state="applying", **applying))

    assert run(town).messages == 10  # whom a school has is known all the time
    assert (found(town, number).state, found(town, other).state) == (
        AnnouncementState.SCHEDULED,
        AnnouncementState.POSTED,
    )
    assert run(town).detail == "正在导入数据，到时间的公告等导入完再发。"

    town.write(update(import_run).values(state="applied"), update(standing).values(next_step="none"))
    town.write(update(standing).where(standing.c.person_id < 102).values(next_step="hours"))
    assert run(town).messages == 2
    assert copies(town, number) == [100, 101]


def test_groups_get_theirs_in_its_minute(town):
    ids = [town.group(None), town.group(FIRST)]
    with town.parts.database.writing() as connection:
        chat_groups.stop(connection, ids[1], "93000", REAL_MS)
    number = put(town, audience=EVERY_GROUP)

    assert run(town).messages == 2
    rows = town.read(select(outbox.c.group_id).where(outbox.c.announcement == number))
    assert [row[0] for row in rows] == ids


def test_an_author_hears_that_nobody_was_left(town):
    number = put(town, audience=STUDYING)
    town.write(update(standing).values(next_step="none"))

    assert run(town).outcome is Outcome.DONE
    assert notes(town) == [(OFFICE, reached_nobody(number))]
    assert found(town, number).state is AnnouncementState.POSTED


def test_a_correction_does_not_go_out_once_the_first_is_taken_back(town):
    first = put(town)
    run(town)
    number = put(town, audience=Audience(words=f"公告 {first}", to_groups=False, saw=first), corrects=first)
    with town.parts.database.writing() as connection:
        assert move(connection, first, AnnouncementState.RECALLED, at=REAL_MS, by=COLLEAGUE)

    ran = run(town)

    assert (ran.outcome, ran.messages) == (Outcome.DONE, 1)
    assert ran.detail.endswith("要更正的公告已撤回或另有更正，1 条更正没有发。")
    assert found(town, number).state is AnnouncementState.CANCELLED
    assert copies(town, number) == []
    assert notes(town) == [(OFFICE, overtaken(number, first, None))]
    assert run(town).outcome is Outcome.NOTHING


def test_of_two_corrections_for_the_same_minute_the_first_goes_out(town):
    first = put(town)
    run(town)
    saw = Audience(words=f"公告 {first}", to_groups=False, saw=first)
    one, other = (put(town, audience=saw, corrects=first) for _ in range(2))

    assert run(town).messages == 11  # ten who get it, and the author of the other
    assert (len(copies(town, one)), copies(town, other)) == (10, [])
    assert notes(town) == [(OFFICE, overtaken(other, first, one))]


# plan.announcements.second_person_hours is 24, by the real clock whatever the programme's says.
@pytest.mark.parametrize(("hours", "ended"), [(23.99, False), (24, True), (200, True)])
def test_what_nobody_came_for_expires_after_a_day(town, hours, ended):
    number = put(town, state=AnnouncementState.WAITING, at=REAL_MS - int(hours * HOUR_MS))

    ran = run(town)

    assert (ran.outcome is Outcome.DONE, ran.messages) == (ended, int(ended))
    assert found(town, number).state is (AnnouncementState.EXPIRED if ended else AnnouncementState.WAITING)
    assert notes(town) == ([(OFFICE, expired(number, 24))] if ended else [])
    assert copies(town, number) == []


def test_an_expiry_is_told_once(town):
    put(town, state=AnnouncementState.WAITING, at=REAL_MS - 25 * HOUR_MS)
    run(town)

    assert run(town).outcome is Outcome.NOTHING
    assert len(notes(town)) == 1


def test_what_waits_for_somebody_does_not_go_out_in_its_minute(town):
    number = put(town, state=AnnouncementState.WAITING)

    run(town)
    assert found(town, number).state is AnnouncementState.WAITING
    with town.parts.database.writing() as connection:
        assert move(connection, number, AnnouncementState.SCHEDULED, at=REAL_MS, by=COLLEAGUE)
    assert run(town).messages == 10


def test_the_house_looks_every_minute_of_every_day(town):
    assert JOBS["announcements"] is announcements_due
    (entry,) = (entry for entry in HOUSE if entry.job.name == "announcements")

    night = datetime(2024, 5, 18, 0, 0, 30, tzinfo=SHANGHAI)  # a Saturday
    asked = due(entry, town.parts.plan, night, REAL_MS, Record(runs={}, since=date(2024, 5, 1)))
    assert asked == [(night.date(), Due.RUN)]
    assert entry.again == timedelta(minutes=1)
