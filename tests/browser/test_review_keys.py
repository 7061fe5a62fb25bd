"""Reviews by keyboard, in a real browser on the demonstration."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from bot.clock import SystemClock
from bot.demo.folder import DATABASE, FOLDER
from bot.policy.evidence import EvidenceState
from bot.policy.people import Role
from storage import tables
from storage.database import Database
from storage.entry_links import Purpose, issue
from storage.submissions import find
from storage.work_tables import evidence


@pytest.fixture
def county(demo, demo_folder):
    database = Database(f"sqlite:///{demo_folder / FOLDER / DATABASE}")
    yield database
    database.close()


@pytest.fixture
def leader(county):
    """Whoever has most to review."""
    waiting = (
        select(tables.role.c.person_id)
        .join(tables.person, tables.person.c.group_id == tables.role.c.group_id)
        .join(evidence, evidence.c.person_id == tables.person.c.id)
        .where(tables.role.c.role == Role.LEADER.value, evidence.c.state == EvidenceState.WAITING.value)
        .where(tables.person.c.id != tables.role.c.person_id, tables.role.c.ended_at.is_(None))
        .group_by(tables.role.c.person_id)
        .order_by(func.count().desc())
    )
    with county.reading() as connection:
        return connection.scalar(waiting.limit(1))


def test_a_leader_reviews_without_a_mouse(chromium, demo, county, leader):
    with county.writing() as connection:
        code = issue(connection, leader, Purpose.ME, at=SystemClock().real_ms(), minutes=10)
    context = chromium.new_context(locale="zh-CN", base_url=f"http://{urlsplit(demo).netloc}")
    page = context.new_page()
    page.set_default_timeout(20_000)
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"/me/enter/{code}")
    page.goto("/office/reviews")
    numbers = [int(row.get_attribute("data-row")) for row in page.locator("[data-row]").all()]

    def state(number):
        with county.reading() as connection:
            return find(connection, number).state

    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("input[name=item]:checked").count() == 1
    page.keyboard.press("?")
    assert page.locator("#keys[open]").count() == 1
    page.keyboard.press("x")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/office/reviews/{numbers[0]}")

    with page.expect_navigation():
        page.keyboard.press("p")
    assert state(numbers[0]) is EvidenceState.PASSED
    assert page.url.endswith(f"/office/reviews/{numbers[1]}")
    page.keyboard.press("r")
    page.keyboard.type("pe缺学生体会")  # letters are written here, and decide nothing
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert state(numbers[1]) is EvidenceState.RETURNED
    page.goto("/office/reviews")
    page.once("dialog", lambda asked: asked.dismiss())
    page.keyboard.press("j")
    page.keyboard.press("p")
    assert page.locator("input[name=item]:checked").count() == 0
    assert state(numbers[2]) is EvidenceState.WAITING

    page.keyboard.press("r")
    page.keyboard.type("缺反思")
    page.once("dialog", lambda asked: asked.accept())
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert state(numbers[2]) is EvidenceState.RETURNED
    context.close()
    assert faults == []
