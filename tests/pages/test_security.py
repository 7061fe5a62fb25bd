"""Every page of the registry against whoever should not use it, and against whatever one can send."""

import asyncio
import re
from html import unescape
from html.parser import HTMLParser

import pytest
from sqlalchemy import delete, insert, update

from bot.pages import routes
from bot.pages.guard import CSRF_FIELD, HEADERS
from bot.pages.pace import PAGES_PER_MINUTE
from bot.pages.reading import MOST_FORM_BYTES, clean
from bot.pages.registry import REGISTRY
from bot.pages.visit import Asked, Uploaded
from handlers.entry import Who
from messages.outgoing import answer, dump_answer
from storage import tables
from storage import work_tables as work
from storage.announcement_tables import announcement
from storage.appeals import figures_of, open_appeal
from storage.delivery_tables import outbox
from storage.numbers import next_number

pytestmark = pytest.mark.one_database

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OVERSIGHT = 5
STANDING = {
    1: {Who.TEACHER},
    2: {Who.TEACHER, Who.LEADER},
    3: {Who.TEACHER, Who.LEAD},
    4: {Who.TEACHER, Who.OFFICE},
    OVERSIGHT: {Who.TEACHER, Who.OVERSIGHT},
}
"""By the ids of tests/kit/county.py, and one more who only reads."""
NASTY = (
    "\x00",
    "\ud800",
    "9" * 30,
    str(2**63 - 1),
    "-1",
    "²",
    "'\"><script>alert(1)</script>",
    "%00../../etc/passwd",
    "=1+1",
)
LEAVING = ("/me/leave", "/me/leave-everywhere")
LOOKED_AT = [entry for entry in REGISTRY if not entry.posted]
POSTED = [entry for entry in REGISTRY if entry.posted and entry.path not in LEAVING]


def address(entry, wanted="1"):
    """With something in each gap that fits there."""

    def filled(gap):
        fits = re.compile(gap[1] or "[^/]+")
        some = (wanted, wanted[:9], "1", "a", "svg", "roster", "2024-05-20", "a" * 32, "1" * 8)
        fitting = [one for one in some if fits.fullmatch(one)]
        assert fitting, f"add to the candidates something for {entry.path}"
        return fitting[0]

    return re.sub(r"\{\w+(?::((?:[^{}]|\{[^{}]*\})+))?\}", filled, entry.path)


@pytest.fixture
def county(county):
    with county.database.writing() as connection:
        connection.execute(
            insert(tables.person).values(id=OVERSIGHT, staff_no="T5", name="示例戊", school_id=2, subject="")
        )
        connection.execute(
            insert(tables.role).values(person_id=OVERSIGHT, role="oversight", source="grant", granted_at=1)
        )
    return county


@ONE_DATABASE
async def test_nobody_sees_a_page_who_is_not_logged_in(county, browser):
    one = browser()
    for cookies in ({}, {"bot_session": "a" * 43}, {"bot_session": "ä\x7f"}):
        for entry in REGISTRY:
            seen = await (one.post if entry.posted else one.get)(address(entry), cookies=cookies)
            assert (seen.status, len(seen.main.splitlines())) == (401, 3), entry.path


@ONE_DATABASE
@pytest.mark.parametrize("person", STANDING)
async def test_a_page_is_for_those_whom_the_registry_names(county, enters, person):
    one = await enters(person)
    for entry in LOOKED_AT:
        seen = await one.get(address(entry))
        if entry.who & STANDING[person]:
            assert seen.status in {200, 400, 403, 404}, (entry.path, seen.text)
        else:
            assert seen.status == 403, entry.path
            assert "这一页给" in seen.main


@ONE_DATABASE
@pytest.mark.parametrize("person", STANDING)
async def test_a_form_is_for_those_whom_the_registry_names(county, enters, person):
    one = await enters(person)
    for entry in POSTED:
        if entry.who & STANDING[person]:
            seen = await one.post(address(entry), csrf="0" * 64)
        else:
            seen = await one.post(address(entry))
        assert seen.status == 403, (entry.path, seen.text)
    assert (await one.get("/me")).status == 200


@ONE_DATABASE
async def test_no_form_is_taken_from_another_site(county, enters):
    one = await enters(4)
    await one.get("/me")
    for entry in POSTED:
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
            seen = await one.post(address(entry), headers=headers)
            assert seen.status == 403, entry.path
            assert "没有执行" in seen.text


class Everywhere(dict):
    """Whatever name a page asks for, this is what was sent under it."""

    def __init__(self, value, **known):
        super().__init__(known)
        self._value = value

    def __missing__(self, _name):
        return self._value

    def __contains__(self, _name):
        return True

    def get(self, name, _default=None):
        return self[name]


@pytest.fixture
def sends(monkeypatch):
    """`sends("…")`: under every name of every query, form and file."""

    def send(value):
        value = clean(value)

        async def nasty(request):
            known = {}
            if request.method == "POST" and request.content_type.startswith("application/"):
                known[CSRF_FIELD] = (await request.post()).get(CSRF_FIELD, "")
            return Asked(
                path=dict(request.match_info),
                query=Everywhere(value),
                form=Everywhere(value, **known),
                every=Everywhere((value, value)),
                file=Uploaded(value, value.encode()),
            )

        for reader in ("read_looked_at", "read_form", "read_upload"):
            monkeypatch.setattr(routes, reader, nasty)

    return send


@pytest.mark.parametrize(
    ("person", "database_url"),
    [(1, "sqlite"), (3, "sqlite"), (4, "sqlite"), (4, "postgresql")],  # which takes neither NUL nor halves
    indirect=["database_url"],
)
async def test_whatever_is_sent_no_page_falls(county, enters, sends, person):
    with county.database.writing() as connection:
        connection.execute(delete(tables.account))  # so that nobody is told what comes of it
    one = await enters(person)
    await one.get("/me")
    for value in NASTY:
        sends(value)
        for entry in REGISTRY:
            if entry.path not in LEAVING and entry.who & STANDING[person]:
                county.clock.waits(1)  # nobody is as quick as this
                path = address(entry, "9" * 15)
                seen = await (one.post if entry.posted else one.get)(path)
                assert seen.status < 500, (entry.path, value, seen.text)


class Markup(HTMLParser):
    """What a browser would run."""

    def __init__(self):
        super().__init__()
        self.runs = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in {"iframe", "object", "embed", "base"} or (tag == "script" and not given.get("src")):
            self.runs.append(tag)
        for name, value in attrs:
            address = (value or "").strip().lower()
            if name.startswith("on") or name == "style" or address.startswith(("javascript:", "data:text")):
                self.runs.append((tag, name, value))


EVIL = '<script>alert(1)</script>"onmouseover="alert(2){{7*7}}'
SUBMITTED, APPEALED, ANNOUNCED = 1, 2, 3


def fill_with_evil(connection):
    """Everything that people write, as if it had come past every check."""
    for table in (tables.school, tables.person, tables.teaching_group):
        connection.execute(update(table).where(table.c.id == 1).values(name=EVIL))
    connection.execute(update(tables.person).values(subject=EVIL))
    next_number(connection, "evidence", at=1)
    open_appeal(connection, person_id=1, text=EVIL, figures=figures_of(connection, 1), about=None, at=1)
    next_number(connection, "announcement", at=1)
    rows = {
        work.evidence: {"number": SUBMITTED, "person_id": 1, "code": "A5", "state": "waiting", "version": 1}
        | {"submitted_at": 1, "late": "in_time"},
        work.evidence_version: {"number": SUBMITTED, "version": 1, "note": EVIL, "late": "in_time"}
        | {"submitted_at": 1, "received_at": 1},
        work.evidence_link: {"number": SUBMITTED, "version": 1, "position": 1, "fingerprint": "a"}
        | {"url": "javascript:alert(3)", "extraction": "'><b>"},
        work.evidence_event: {"number": SUBMITTED, "version": 1, "kind": "submitted", "actor_id": 1, "at": 1}
        | {"remark": EVIL, "piece": EVIL},
        announcement: {"number": ANNOUNCED, "author_id": 4, "audience": EVIL, "body": EVIL, "state": "posted"}
        | {"wants_receipt": True, "confirmed_at": 1, "posted_at": 1},
        tables.audit: {"at": 1, "actor": EVIL, "action": "page.left", "person_id": 1, "detail": {EVIL: EVIL}},
        outbox: {"key": "a", "kind": "notice", "person_id": 1, "content": dump_answer(answer(EVIL))}
        | {"noted_at": 1, "done_at": 1, "state": "dead", "reason": EVIL[:60], "why": EVIL},
    }
    for table, row in rows.items():
        connection.execute(insert(table).values(row))


@ONE_DATABASE
@pytest.mark.parametrize("person", STANDING)
async def test_what_people_write_is_shown_and_never_run(county, enters, person):
    with county.database.writing() as connection:
        fill_with_evil(connection)
    one = await enters(person)
    shown = 0
    for entry in LOOKED_AT:
        if not entry.who & STANDING[person]:
            continue
        for number in (SUBMITTED, APPEALED, ANNOUNCED)[: 3 if "{" in entry.path else 1]:
            seen = await one.get(address(entry, str(number)))
            assert seen.status < 500, (entry.path, seen.text)
            if seen.headers["Content-Type"].startswith(("text/html", "image/svg")):
                read = Markup()
                read.feed(seen.body)
                assert read.runs == [], entry.path
                assert "alert(2)49" not in seen.body, entry.path
                shown += EVIL in unescape(seen.body)
    assert shown
    teacher = await (await enters(1)).get("/me")
    assert EVIL in teacher.text


async def raw(bot, request):
    """What a server says to bytes that no browser would send."""
    reader, writer = await asyncio.open_connection(*bot.url.removeprefix("http://").split(":"))
    writer.write(request)
    answered = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    return answered.decode("utf-8", "replace")


MULTIPART = "multipart/form-data; boundary=x"


@ONE_DATABASE
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # aiohttp's, about what is wrong with a header
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded; charset=utf-16", b"csrf=1"),
        ("application/x-www-form-urlencoded; charset=nothing", b"\xff\xfe=%ff"),
        ("application/x-www-form-urlencoded", b"a=" + b"\x00" * 100),
        ("application/x-www-form-urlencoded", b"a&" * 6_000),
        ("application/x-www-form-urlencoded", b"a=" + b"a" * MOST_FORM_BYTES),
        ("text/plain", b"csrf=1"),
        ("application/json", b"{}"),
        (MULTIPART, b"--y\r\n"),
        ("multipart/form-data", b"--x\r\n\r\n"),
        (
            MULTIPART,
            b"--x\r\nContent-Disposition: form-data; name=a; filename*=nothing''%ff\r\n\r\na\r\n--x--",
        ),
        (
            MULTIPART,
            b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\na\r\n--y--\r\n--x--",
        ),
        (
            MULTIPART,
            b"--x\r\nContent-Disposition: form-data; name=_charset_\r\n\r\n" + b"a" * 99 + b"\r\n--x--",
        ),
        (MULTIPART, b"--x\r\n" + b"A: b\r\n" * 999 + b"\r\n\r\n--x--"),
        (MULTIPART, b"--x\r\nno header at all\r\n\r\n--x--"),
        (MULTIPART, b"--x\r\nContent-Disposition: form-data; name=file; filename=a.xlsx\r\n\r\nhalf"),
    ],
)
async def test_a_body_that_no_browser_sends_is_refused_and_not_answered_with_a_fault(
    bot, county, enters, caplog, content_type, body
):
    one = await enters(4)
    (cookie,) = list(one.session.cookie_jar)
    paths = ["/me/leave", *(entry.path for entry in POSTED if entry.uploads and "{" not in entry.path)]
    for path in paths:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: bot_session={cookie.value}\r\n"
            f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        answered = await raw(bot, head.encode() + body)
        assert answered.split()[1] in {"400", "403", "413"}, answered
        assert "研修助手" in answered or "400 Bad Request" in answered
    assert (await one.get("/me")).status == 200


@ONE_DATABASE
@pytest.mark.parametrize("path", ["/office/nothing", "/me/nothing/at/all", "/office/%00", "/me/../office/x"])
async def test_what_is_not_there_looks_like_our_own_and_says_nothing(county, browser, path):
    seen = await browser().get(path)

    assert (seen.status, seen.main) == (404, "研修助手\n没有这一页。\n回到我的主页")
    assert {name: seen.headers[name] for name in HEADERS} == dict(HEADERS)


@ONE_DATABASE
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "PROPFIND"])
async def test_a_page_is_only_read_and_a_form_only_posted(county, enters, method):
    one = await enters(4)
    for path in ("/me", "/office", "/me/leave"):
        async with one.session.request(method, one.base + path) as seen:
            assert seen.status == 404
    async with one.session.get(one.base + "/me/leave") as seen:
        assert seen.status == 404
    assert (await one.get("/me")).status == 200


@ONE_DATABASE
async def test_a_script_is_slowed_down_and_others_are_not(county, enters, monkeypatch):
    script, other = await enters(1), await enters(1)
    spent = [(await script.get("/me/sessions")).status for _ in range(PAGES_PER_MINUTE + 1)]

    assert spent.count(429) == spent[PAGES_PER_MINUTE - 1 :].count(429) >= 1
    assert (await other.get("/me")).status == 200
