"""Whom an audience reaches, and how many that is."""

import pytest
from sqlalchemy import select, update

from bot.policy.announcement import AnnouncementState
from bot.policy.audience import EVERY_GROUP, Audience, read_audience
from bot.policy.outgoing import Way
from messages.outgoing import answer
from storage import announcements, chat_groups
from storage.announcements import find_announcement, post_copies
from storage.audiences import Reach, groups_of, reach, who
from storage.chat_groups import Binding
from storage.delivery_tables import outbox
from storage.tables import account, person, role, school, standing, teaching_group
from tests.kit.addressees import SEALING, webhook

PRIMARY, KINDERGARTEN, BUREAU = 1, 2, 3
SCHOOLS = {
    PRIMARY: ("示例县第一小学", "primary"),
    KINDERGARTEN: ("示例县实验幼儿园", "kindergarten"),
    BUREAU: ("示例县教育局", "other"),
}
NAMES = {school_id: (name, "") for school_id, (name, _) in SCHOOLS.items()}
# id: school, state, next step
PEOPLE = {
    1: (PRIMARY, "active", "no_choice"),
    2: (PRIMARY, "active", "waiting"),
    3: (PRIMARY, "active", "none"),
    4: (PRIMARY, "deferred", "no_choice"),
    5: (PRIMARY, "transferred", "no_choice"),
    11: (KINDERGARTEN, "active", "no_choice"),
    12: (KINDERGARTEN, "active", "hours"),
    13: (KINDERGARTEN, "exempt", "no_evidence"),
    14: (KINDERGARTEN, "retired", "no_evidence"),
    21: (BUREAU, "exempt", "hours"),
    22: (BUREAU, "active", "no_account"),
}
# who: role, school, 教研组
ROLES = [
    (1, "leader", None, 7),  # a leader's scope is the group, and with it the group's school
    (4, "leader", None, 7),
    (5, "leader", None, 7),
    (13, "principal", KINDERGARTEN, None),
    (14, "principal", KINDERGARTEN, None),
    (3, "school_admin", PRIMARY, None),
    (21, "office", None, None),
    (22, "oversight", None, None),
]
NOW = 1_716_000_000_000


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        connection.execute(
            school.insert(),
            [{"id": one, "name": name, "kind": kind} for one, (name, kind) in SCHOOLS.items()],
        )
        connection.execute(teaching_group.insert().values(id=7, school_id=PRIMARY, name="语文组"))
        connection.execute(
            person.insert(),
            [
                {"id": n, "staff_no": f"T{n}", "name": f"示例{n}", "school_id": where, "state": state}
                for n, (where, state, _) in PEOPLE.items()
            ],
        )
        blank = {"practice_hours": 0, "done": False, "completion": 0, "rule_version": "x"}
        connection.execute(
            standing.insert(),
            [
                {"person_id": n, "school_id": where, "active": state == "active", "next_step": step, **blank}
                for n, (where, state, step) in PEOPLE.items()
            ],
        )
        connection.execute(
            role.insert(),
            [
                {
                    "person_id": n,
                    "role": word,
                    "school_id": where,
                    "group_id": group,
                    "source": "roster",
                    "granted_at": 1,
                }
                for n, word, where, group in ROLES
            ],
        )
        yield connection


def audience(words):
    found = read_audience(words, NAMES)
    assert isinstance(found, Audience)
    return found


def ids(connection, words):
    return sorted(connection.scalars(who(audience(words))))


def bind(connection, number, school_id, title=""):
    binding = Binding(way=Way.WECOM_WEBHOOK, address=webhook(number), school_id=school_id, title=title)
    return chat_groups.bind(connection, binding, SEALING, at=1, by="operator").group.id


def give_account(connection, person_id, platform):
    connection.execute(
        account.insert().values(
            platform=platform,
            folded=f"{platform}{person_id}",
            verbatim=f"{platform}{person_id}",
            person_id=person_id,
            source="code",
            bound_at=1,
        )
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("老师", [1, 2, 3, 11, 12, 22]),  # 在册, whatever their role
        ("小学", [1, 2, 3]),
        ("小学、幼儿园", [1, 2, 3, 11, 12]),
        ("示例县教育局、幼儿园", [11, 12, 22]),
        ("没选点", [1, 11]),  # 4 is on leave, 5 has gone
        ("没选点、学时不足", [1, 11, 12]),
        ("没选点、幼儿园", [11]),
        ("没账号", [22]),
        ("待审", [2]),
        ("落后", [1, 11, 12, 22]),  # 2 waits for a reviewer, 3 is done
        ("未达标", [1, 2, 11, 12, 22]),
        ("组长", [1, 4]),  # one on leave still leads the group; 5 has gone
        ("组长、小学", [1, 4]),
        ("组长、幼儿园", []),
        ("组长、没选点", [1]),
        ("校长", [13]),  # 免训 and still a principal; 14 is retired
        ("校长、学校管理员", [3, 13]),
        ("校长、学校管理员、小学", [3]),
        ("项目办", [21]),
        ("项目办、领导小组", [21, 22]),
        ("项目办、示例县教育局", [21]),
        ("项目办、小学", []),
        ("老师、项目办", [1, 2, 3, 11, 12, 21, 22]),
        ("老师、组长、没选点", [1, 11]),
    ],
)
def test_an_audience_is_exactly_these_people(connection, words, expected):
    assert ids(connection, words) == expected


def test_a_role_that_has_ended_is_none(connection):
    connection.execute(update(role).where(role.c.person_id == 4).values(ended_at=NOW))

    assert ids(connection, "组长") == [1]


def test_somebody_with_two_roles_is_counted_once(connection):
    connection.execute(
        role.insert().values(
            person_id=13, role="school_admin", school_id=KINDERGARTEN, source="grant", granted_at=1
        )
    )

    assert ids(connection, "校长、学校管理员") == [3, 13]
    assert reach(connection, audience("校长、学校管理员")).people == 2


def test_without_a_standing_nobody_is_at_any_step(connection):
    connection.execute(standing.delete().where(standing.c.person_id == 11))

    assert ids(connection, "没选点") == [1]
    assert 11 in ids(connection, "幼儿园")


def test_reach_says_how_many_of_which_schools_with_five_names_and_whom_no_account_leads_to(connection):
    for person_id, platform in ((1, "wecom"), (1, "dingtalk"), (11, "dingtalk"), (5, "wecom")):
        give_account(connection, person_id, platform)

    assert reach(connection, audience("老师")) == Reach(
        people=6, unbound=4, schools=3, names=("示例1", "示例2", "示例3", "示例11", "示例12")
    )
    assert reach(connection, audience("没选点、小学")) == Reach(people=1, schools=1, names=("示例1",))
    assert reach(connection, audience("组长、幼儿园")) == Reach()


def test_groups_of_a_kind_a_school_or_the_county(connection):
    county = bind(connection, 1, None)
    primary = bind(connection, 2, PRIMARY)
    second = bind(connection, 3, PRIMARY, "一小班主任")
    kindergarten = bind(connection, 4, KINDERGARTEN)
    gone = bind(connection, 5, KINDERGARTEN)
    chat_groups.unbind(connection, gone, at=NOW)
    chat_groups.stop(connection, kindergarten, "93000", NOW)

    def groups(words):
        return [group.id for group in groups_of(connection, audience(words))]

    assert groups("") == [county, primary, second, kindergarten]
    assert groups("全市群") == [county]
    assert groups("学校群") == [primary, second, kindergarten]
    assert groups("小学群") == [primary, second]
    assert groups("小学群、全市群") == [county, primary, second]
    assert groups("示例县实验幼儿园群") == [kindergarten]
    assert groups("小学") == []
    assert ids(connection, "小学群") == []
    assert reach(connection, EVERY_GROUP) == Reach(
        groups=4,
        stopped=1,
        schools=2,
        names=("全市群", "示例县第一小学群", "一小班主任", "示例县实验幼儿园群"),
    )


def posted(connection, audience):
    number = announcements.put(
        connection,
        author_id=21,
        audience=audience,
        body="请查收",
        wants_receipt=False,
        state=AnnouncementState.POSTED,
        at=NOW,
    )
    post_copies(connection, find_announcement(connection, number), audience, answer("公告"), at=NOW)
    return number


def test_a_correction_is_for_whoever_has_seen_the_first_or_still_might(connection):
    number = posted(connection, audience("老师"))
    fates = {
        1: ("sent", ""),
        2: ("uncertain", "timeout"),
        3: ("failed", "60111"),  # never got it
        11: ("dead", "withdrawn"),  # taken out of the queue for the correction's sake
        12: ("dead", "expired"),
    }  # 22 still waits
    for person_id, (state, reason) in fates.items():
        connection.execute(
            update(outbox).where(outbox.c.person_id == person_id).values(state=state, reason=reason)
        )
    corrected = Audience(words="看过公告的人", to_groups=False, saw=number)

    assert sorted(connection.scalars(who(corrected))) == [1, 2, 11, 22]
    assert reach(connection, corrected).people == 4


def test_a_correction_follows_into_the_groups_that_are_still_bound(connection):
    first, second = bind(connection, 1, None), bind(connection, 2, PRIMARY)
    number = posted(connection, EVERY_GROUP)
    connection.execute(update(outbox).values(state="sent"))
    bind(connection, 3, KINDERGARTEN)
    chat_groups.unbind(connection, second, at=NOW)

    assert [group.id for group in groups_of(connection, Audience(saw=number))] == [first]


def test_copies_keep_to_the_order_of_people(connection):
    number = posted(connection, audience("老师"))

    rows = connection.execute(
        select(outbox.c.person_id).where(outbox.c.announcement == number).order_by(outbox.c.id)
    )
    assert [row[0] for row in rows] == [1, 2, 3, 11, 12, 22]
