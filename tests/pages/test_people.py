"""人员: found by name, initials and numbers, and only whom the visitor may see."""

from datetime import date

import pytest
from sqlalchemy import delete, func, select, update

from bot.policy.standing import Step
from storage.identifiers import Identifiers
from storage.initials import initials
from storage.people_search import COUNTED, PAGE, Wanted, search
from storage.snapshots import ONLINE_AS_OF, advance_online_as_of
from storage.tables import account, audit, fact, person, role
from tests.pages.conftest import Read

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def spelled(county):
    """As an import writes the county's people."""
    with county.database.writing() as connection:
        for person_id, name in connection.execute(select(person.c.id, person.c.name)).all():
            changed = {"initials": initials(name), "mobile_tail": f"000{person_id}"}
            connection.execute(update(person).where(person.c.id == person_id).values(changed))


def names(read: Read) -> list[str]:
    return [line for line in read.main.splitlines() if line.startswith("示例") and len(line) == 3]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ["示例甲", "示例乙", "示例丙", "示例丁"]),
        ("示例", ["示例甲", "示例乙", "示例丙", "示例丁"]),
        ("例乙", ["示例乙"]),
        (" 示例 乙 ", ["示例乙"]),
        ("slj", ["示例甲"]),
        ("SLB", ["示例丙"]),
        ("sl", ["示例甲", "示例乙", "示例丙", "示例丁"]),
        ("T4", ["示例丁"]),
        ("t4", ["示例丁"]),
        ("0003", ["示例丙"]),
        ("%", []),
        ("_", []),
        ("'; DROP TABLE person; --", []),
        ("hmac", []),
    ],
)
async def test_people_are_found_by_name_initials_and_numbers(enters, words, found):
    office = await enters(4)

    assert names(await office.get("/office/people", params={"q": words})) == found


@SQLITE
@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"in": "1"}, ["示例甲", "示例乙", "示例丙"]),
        ({"school": "第一"}, ["示例甲", "示例乙", "示例丙"]),
        ({"role": "leader"}, ["示例乙"]),
        ({"role": "teacher"}, ["示例甲"]),
        ({"state": "retired"}, []),
        ({"step": Step.NO_CHOICE.value}, ["示例甲", "示例乙", "示例丙", "示例丁"]),
        ({"state": "nonsense", "in": "-1", "after": "x"}, ["示例甲", "示例乙", "示例丙", "示例丁"]),
    ],
)
async def test_a_filter_narrows_the_list(enters, filters, found):
    office = await enters(4)

    assert names(await office.get("/office/people", params=filters)) == found


async def test_a_leader_sees_the_group_and_a_lead_the_school(enters):
    leader, lead = await enters(2), await enters(3)

    assert names(await leader.get("/office/people")) == ["示例甲", "示例乙"]
    assert names(await leader.get("/office/people?q=示例丁")) == []
    assert names(await lead.get("/office/people?in=2&school=教育局")) == []
    assert names(await lead.get("/office/people")) == ["示例甲", "示例乙", "示例丙"]


@SQLITE
async def test_a_teacher_has_no_such_page(enters):
    teacher = await enters(1)

    assert (await teacher.get("/office/people")).status == 403
    assert "人员" not in (await teacher.get("/me")).text.splitlines()


async def test_an_identity_number_finds_its_owner_and_stays_nowhere(enters, county):
    number = "110101199001011237"
    with county.database.writing() as connection:
        stored, tail = Identifiers(county.settings.secret_key.get_secret_value()).stored(number)
        connection.execute(update(person).where(person.c.id == 1).values(staff_no=stored, staff_no_tail=tail))
    office = await enters(4)

    page = await office.get("/office/people", params={"q": number})

    assert names(page) == ["示例甲"]
    assert "****1237" in page.text
    assert stored not in page.body
    with county.database.reading() as connection:
        detail = connection.scalar(select(audit.c.detail).where(audit.c.action == "people.searched"))
    assert detail == {"words": "****1237", "people": 1}


async def test_a_long_list_comes_page_by_page_and_nobody_twice(county, enters):
    with county.database.writing() as connection:
        connection.execute(
            person.insert(),
            [
                {"id": 10 + n, "staff_no": f"B{n:04}", "name": "示例戊", "school_id": 1, "initials": "slw"}
                for n in range(COUNTED + 10)
            ],
        )
    with county.database.reading() as connection:
        first = search(connection, Wanted(words="slw"), None, Identifiers("k" * 32))
        second = search(connection, Wanted(words="slw"), None, Identifiers("k" * 32), after=first.after or 0)
    office = await enters(4)

    page = await office.get("/office/people?q=slw")

    assert (len(first.people), first.total) == (PAGE, COUNTED + 1)
    assert [one.person_id for one in first.people + second.people] == list(range(10, 10 + 2 * PAGE))
    assert "共 超过 1000 人。" in page.main
    assert f"/office/people?q=slw&amp;after={9 + PAGE}" in page.body


@SQLITE
async def test_markup_in_a_name_is_shown_as_it_is(enters, county):
    with county.database.writing() as connection:
        connection.execute(update(person).where(person.c.id == 1).values(name="<script>alert(1)</script>"))
    office = await enters(4)

    pages = [await office.get("/office/people"), await office.get("/office/people/1")]

    for page in pages:
        assert "<script>alert" not in page.body
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.body


@SQLITE
async def test_someone_whose_roles_have_ended_sees_nobody_any_more(enters, county):
    office = await enters(4)
    assert (await office.get("/office/people")).status == 200

    with county.database.writing() as connection:
        connection.execute(update(role).where(role.c.person_id == 4).values(ended_at=1))

    assert (await office.get("/office/people")).status == 403
    with county.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(account)) == 8


@SQLITE
async def test_the_day_of_the_online_hours_is_the_newest_that_was_imported(enters, county):
    office = await enters(4)
    today = county.clock.now().date()
    with county.database.writing() as connection:
        connection.execute(delete(fact).where(fact.c.name == ONLINE_AS_OF))
    assert f"还没有线上数据；其余数据截至 {today}。" in (await office.get("/office/people")).main

    with county.database.writing() as connection:
        advance_online_as_of(connection, date(2024, 5, 12))

    assert f"线上数据截至 2024-05-12，其余截至 {today}。" in (await office.get("/office/people")).main
