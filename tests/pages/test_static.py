"""What everybody may load: one flat folder of files."""

import pytest

pytestmark = pytest.mark.one_database


async def test_the_style_sheet_is_kept_by_browsers(bot, browser):
    sheet = await browser().get("/office/static/pages.css")

    assert sheet.status == 200
    assert sheet.headers["Cache-Control"] == "public, max-age=604800, immutable"


@pytest.mark.parametrize("name", ["..%2Fvisit.py", "%2Fetc%2Fpasswd", "nothing.css", "..%5Cvisit.py"])
async def test_nothing_else_of_the_machine_is_served(bot, browser, name):
    assert (await browser().get(f"/office/static/{name}")).status == 404
