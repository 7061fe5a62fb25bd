"""What no browser sends: fields at random to every form, names that lead elsewhere, links that are none."""

import random
import re
from urllib.parse import quote

import pytest
from aiohttp import ClientSession, FormData

from bot.pages.registry import REGISTRY

pytestmark = pytest.mark.one_database

LEAVING = ("/me/leave", "/me/leave-everywhere")
OFFICE = 4
MOST_PAGE_BYTES = 300_000
MARK = "\"'><script>alert(7)</script>"
JUNK = (
    *(
        "",
        " ",
        "0",
        "1",
        "-1",
        "9" * 40,
        "1e400",
        "NaN",
        "true",
        "null",
        "²",
        "١",
        "２０２４",
        "2024-02-30",
        "0000-00-00",
    ),
    *(
        "\0",
        "\x1b[2J",
        "\ufffe",
        "\u202e",
        "👨\u200d👩",
        "A1",
        "a" * 5_000,
        MARK,
        "{{7*7}}",
        "{% raw %}",
        "${7*7}",
        "%s%n",
    ),
    *(
        "=cmd|' /C calc'!A1",
        "../../etc/passwd",
        "//example.com",
        "javascript:alert(1)",
        "http://[::1",
        "' OR 1=1--",
        "\r\nX: y",
    ),
    *("person:1", "4,5,6", "#1", "通过", "确认", "示例甲"),
)
NAMES = (
    *(
        "action",
        "answer",
        "audience",
        "code",
        "confirm",
        "date",
        "day",
        "decide",
        "file",
        "force",
        "grade",
        "group",
        "id",
        "job",
    ),
    *(
        "kind",
        "link",
        "mark",
        "name",
        "next",
        "note",
        "number",
        "page",
        "person",
        "platform",
        "q",
        "reason",
        "role",
        "school",
    ),
    *(
        "seen",
        "secret",
        "show",
        "sort",
        "state",
        "subject",
        "text",
        "title",
        "to",
        "way",
        "webhook",
        "when",
        "as_of",
        "skip_bad",
    ),
)


def address(path, drawn):
    def filled(gap):
        if gap[1] is None:
            return quote(drawn.choice(("1", "a", "x.y", "学校")), safe="")
        if "|" in gap[1]:
            return drawn.choice(gap[1].split("|"))
        return drawn.choice(("1", "0", "99999999")) if gap[1].startswith("[0-9]") else "a" * 32

    return re.sub(r"\{\w+(?::((?:[^{}]|\{[^{}]*\})+))?\}", filled, path)


@pytest.fixture
async def office(bot, enters):
    """A session of the office, and the token of its forms."""
    async with ClientSession(cookies=await enters(OFFICE)) as session, session.get(bot.url + "/me") as home:
        (csrf, *_) = re.findall(r'name="csrf" value="([0-9a-f]+)"', await home.text())
        yield session, csrf


async def assert_is_answered(response, path, quiet):
    body = await response.read()
    assert response.status < 500, (path, quiet())
    assert len(body) < MOST_PAGE_BYTES, path
    if response.headers.get("Content-Type", "").startswith(("text/html", "image/svg")):
        assert MARK.encode() not in body, path
        assert b"<script>alert(7)" not in body, path
    assert "X" not in response.headers


@pytest.mark.parametrize("seed", range(2))
async def test_a_form_with_any_fields_is_answered(bot, office, quiet, seed):
    session, csrf = office
    drawn = random.Random(seed)
    for entry in REGISTRY:
        if not entry.posted or entry.path in LEAVING or entry.uploads:
            continue
        fields = [("csrf", csrf), *((name, drawn.choice(JUNK)) for name in drawn.choices(NAMES, k=25))]
        path = address(entry.path, drawn)
        async with session.post(bot.url + path, data=fields, allow_redirects=False) as response:
            await assert_is_answered(response, path, quiet)
    quiet()


@pytest.mark.parametrize("seed", range(2))
async def test_a_page_with_any_query_is_answered(bot, office, quiet, seed):
    session, _ = office
    drawn = random.Random(seed)
    for entry in REGISTRY:
        if entry.posted:
            continue
        query = "&".join(f"{name}={quote(drawn.choice(JUNK))[:300]}" for name in drawn.choices(NAMES, k=15))
        path = f"{address(entry.path, drawn)}?{query}&=&&;%ff=%ed%a0%80"
        async with session.get(bot.url + path, allow_redirects=False) as response:
            await assert_is_answered(response, path, quiet)
    quiet()


FILE_NAMES = (
    *(
        "../../../etc/passwd",
        "..\\..\\boot.ini",
        "C:\\名册.xlsx",
        "/etc/passwd",
        "名册.xlsx.exe",
        ".",
        "..",
        "CON",
    ),
    *(f"{MARK}.csv", "a" * 3_000 + ".csv", "\u202excl.x", "a.php", "%2e%2e%2fa.csv"),
)
LIES = (
    "text/html",
    "image/svg+xml",
    "application/x-sh",
    "multipart/mixed",
    "../../x",
    "text/csv; charset=utf-7",
)


@pytest.mark.parametrize("name", FILE_NAMES)
async def test_a_file_of_any_name_and_kind_lands_nowhere_but_in_the_database(
    bot, county, office, quiet, tmp_path, name
):
    session, csrf = office
    before = {path for path in tmp_path.rglob("*") if "bot.db" not in path.name}
    for lie in LIES[:: 1 + (name != FILE_NAMES[0]) * 5]:
        form = FormData({"csrf": csrf, "kind": MARK})
        form.add_field("file", "姓名,人员编号\n<b>,T9\n".encode(), filename=name, content_type=lie)
        async with session.post(bot.url + "/office/import", data=form) as response:
            await assert_is_answered(response, name, quiet)
    after = {path for path in tmp_path.rglob("*") if "bot.db" not in path.name}
    assert {path.name for path in after - before} <= {"journal", "bot.db"}
    quiet()


@pytest.mark.parametrize("home", ["office/enter", "me/enter", "office/export"])
async def test_a_link_that_is_none_lets_nobody_in(bot, county, quiet, home):
    async with ClientSession() as session:
        for code in (
            "a" * 43,
            "%00",
            "%2e%2e%2f",
            "%ff%fe",
            "a" * 200,
            "%ed%a0%80",
            quote(MARK),
            "' OR 1=1--",
            "²" * 9,
        ):
            async with session.get(f"{bot.url}/{home}/{code}", allow_redirects=False) as response:
                assert response.status in {403, 404, 429}, code
                assert "Set-Cookie" not in response.headers
                await assert_is_answered(response, code, quiet)
    quiet()
