"""Every page in a real browser, wide and narrow, with and without script: nothing runs over, nothing calls elsewhere."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
import pytest
from sqlalchemy import func, select

from bot.clock import SystemClock
from bot.demo.folder import DATABASE, FOLDER
from bot.pages.registry import REGISTRY
from bot.policy.evidence import EvidenceState
from bot.policy.people import LEADS, Role
from handlers.entry import Who
from storage import tables
from storage.announcement_tables import announcement
from storage.database import Database
from storage.entry_links import Purpose, issue
from storage.work_tables import evidence
from tests.browser.conftest import DESKTOP, PHONE, SCREENSHOTS

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
TOO_LOW = """[...document.querySelectorAll("summary")]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44)
    .map(one => one.textContent.trim())"""
PUSHED_ASIDE = """[...document.querySelectorAll(".wide:has(table.blocks)")]
    .filter(one => one.scrollWidth > one.clientWidth).map(one => one.ariaLabel)"""
# What the browser says of a response that is not 200 is no fault of the page.
_STATUS = "Failed to load resource"


@pytest.fixture(scope="module")
def county(demo, demo_folder):
    """The database of the running demonstration."""
    database = Database(f"sqlite:///{demo_folder / FOLDER / DATABASE}")
    yield database
    database.close()


@pytest.fixture(scope="module")
def people(county):
    """Somebody of each kind who has as much to see as anybody."""
    role = tables.role
    with county.reading() as connection:

        def first(*words):
            query = select(role.c.person_id).where(role.c.role.in_(words), role.c.ended_at.is_(None))
            return connection.scalar(query.order_by(role.c.id))

        waiting = (
            select(role.c.person_id)
            .join(tables.person, tables.person.c.group_id == role.c.group_id)
            .join(evidence, evidence.c.person_id == tables.person.c.id)
            .where(role.c.role == Role.LEADER.value, evidence.c.state == EvidenceState.WAITING.value)
        )
        author = select(evidence.c.person_id).group_by(evidence.c.person_id).order_by(func.count().desc())
        return {
            Who.OFFICE: first(Role.OFFICE.value),
            Who.OVERSIGHT: first(Role.OVERSIGHT.value),
            Who.LEAD: first(*(one.value for one in LEADS)),
            Who.LEADER: connection.scalar(waiting),
            Who.TEACHER: connection.scalar(author),
        }


@pytest.fixture
def enters(chromium, demo, county, people):
    """`enters(Who.OFFICE, PHONE)`: the home page of somebody who has opened a link of the chat."""
    contexts, faults = [], []
    origin = f"{urlsplit(demo).scheme}://{urlsplit(demo).netloc}"

    def enter(who, size=DESKTOP, *, script=True):
        purpose = Purpose.OFFICE if who in {Who.OFFICE, Who.OVERSIGHT} else Purpose.ME
        with county.writing() as connection:
            code = issue(connection, people[who], purpose, at=SystemClock().real_ms(), minutes=10)
        context = chromium.new_context(
            viewport=size,
            java_script_enabled=script,
            locale="zh-CN",
            reduced_motion="reduce",
            base_url=origin,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on(
            "console", lambda said: faults.append(f"{page.url}: {said.text}") if _is_fault(said) else None
        )
        page.on("request", lambda asked: None if asked.url.startswith(origin) else faults.append(asked.url))
        page.goto(f"/{purpose.value}/enter/{code}")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert faults == []


def _is_fault(said):
    return said.type in {"error", "warning"} and _STATUS not in said.text


@pytest.fixture(scope="module")
def addresses(county, people):
    """Every page that somebody may open, with something in its gaps that is there and within their reach."""

    def known(who):
        """Of the leader's own group, of everybody else's own school; the busiest author for the office."""
        mine, whose = tables.person.c, people[who if who in {Who.LEAD, Who.LEADER} else Who.TEACHER]
        handed_in = select(mine.id, mine.school_id, mine.group_id, evidence.c.number).where(
            evidence.c.person_id == mine.id, evidence.c.state == EvidenceState.WAITING.value, mine.id != whose
        )
        with county.reading() as connection:
            at = connection.execute(select(mine.school_id, mine.group_id).where(mine.id == whose)).one()
            near = mine.group_id == at.group_id if who is Who.LEADER else mine.school_id == at.school_id
            found = connection.execute(handed_in.where(near).limit(1)).one_or_none()
            one = found or connection.execute(handed_in.limit(1)).one()
            newest = connection.scalar(select(func.max(announcement.c.number)))
        return {
            "person": one.id,
            "school": one.school_id,
            "group": one.group_id,
            "number": one.number,
        }, newest

    def of(who):
        inside, newest = known(who)
        for entry in REGISTRY:
            gaps = re.findall(r"\{([a-z]\w*)", entry.path)
            if entry.posted or who not in entry.who or "picture" in entry.path:
                continue
            values = {gap: inside.get(gap) for gap in gaps}
            if entry.path.startswith("/office/announcements/{"):
                values["number"] = newest
            if None not in values.values():
                yield re.sub(
                    r"\{([a-z]\w*)(?::(?:[^{}]|\{[^{}]*\})+)?\}",
                    lambda gap, at=values: str(at[gap[1]]),
                    entry.path,
                )

    return of


def kept(page, who, size):
    """What was seen, to be looked at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^a-z0-9]+", "-", urlsplit(page.url).path).strip("-")
    path = SCREENSHOTS / f"page-{who.name.lower()}-{name}-{size['width']}.jpg"
    page.screenshot(path=path, full_page=True, type="jpeg", quality=60)


def wrong(page, path, who):
    """What somebody could not use, wide and narrow."""
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        kept(page, who, size)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            yield f"{path}: wider than {size['width']}"
    # The last size is the telephone's.
    yield from (f"{path}: too low for a thumb: {what}" for what in page.evaluate(TOO_LOW))
    yield from (f"{path}: has to be pushed aside: {what}" for what in page.evaluate(PUSHED_ASIDE))
    page.evaluate(AXE)
    for one in page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]:
        yield f"{path}: {one['id']}: {one['nodes'][0]['html'][:200]} ({len(one['nodes'])})"


@pytest.mark.parametrize("who", [Who.OFFICE, Who.LEAD, Who.LEADER, Who.TEACHER], ids=lambda who: who.name)
def test_everybody_can_use_every_page_whatever_they_see_or_hold(enters, addresses, who):
    """axe-core: labels, order of headings, contrast, and what else WCAG 2.1 AA asks for that a program can see."""
    page = enters(who)
    found = []
    for path in addresses(who):
        assert page.goto(path).status == 200, path
        found += wrong(page, path, who)
    assert found == []


def test_who_has_only_a_keyboard_gets_to_the_text_first(enters):
    page = enters(Who.OFFICE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")

    assert urlsplit(page.url).fragment == "content"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_browser_sends_our_forms_so_that_we_take_them(enters, script):
    """Fetch Metadata, Origin and the cookie, as Chromium really sends them."""
    page = enters(Who.TEACHER, PHONE, script=script)
    page.goto("/me/sessions")
    page.get_by_role("button", name="退出全部").click()

    assert page.locator("h1").inner_text() == "已退出"
    assert page.goto("/me").status == 401
