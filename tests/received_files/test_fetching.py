"""What the bot downloads from, and what it does not."""

from ipaddress import ip_address

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.received_files.fetching import Fetched, Fetcher, NotFetched, Why


@pytest.fixture
async def site():
    """It hands out what it is told to."""

    async def hand_out(request):
        site.asked.append(request.path_qs)
        return site.says(request)

    app = web.Application()
    app.router.add_get("/{path:.*}", hand_out)
    site = TestServer(app)
    site.asked = []
    site.says = lambda _request: web.Response(body=b"content")
    await site.start_server()
    yield site
    await site.close()


def base(site):
    return str(site.make_url("/")).rstrip("/")


async def refused(fetcher, address):
    with pytest.raises(NotFetched) as refusal:
        await fetcher.fetch(address)
    return refusal.value.why


async def test_where_the_platforms_are_set_up_it_may_lead_anywhere(site):
    fetcher = Fetcher(bases={base(site) + "/some/path"})
    assert await fetcher.fetch(base(site) + "/a%2Fb?sign=x%2By") == Fetched("", b"content")
    assert site.asked == ["/a%2Fb?sign=x%2By"], "it is signed as it stands"


async def test_the_server_may_tell_its_name(site):
    header = {"Content-Disposition": "attachment; filename*=utf-8''%E5%90%8D%E5%86%8C.xlsx"}
    site.says = lambda _request: web.Response(body=b"x", headers=header)
    assert await Fetcher(bases={base(site)}).fetch(base(site)) == Fetched("名册.xlsx", b"x")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/file",
        "http://10.0.0.5/file",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/file",
        "http://user@files.example/file",
        "ftp://files.example/file",
        "file:///etc/hosts",
        "no address",
        "",
    ],
)
async def test_elsewhere_nothing_inward_is_asked(address):
    assert await refused(Fetcher(bases={"https://api.example"}), address) is Why.GONE


async def test_a_name_that_leads_inward_is_not_asked(site):
    asked = []

    def resolve(name, port):
        asked.append((name, port))
        return [ip_address("203.0.113.1"), ip_address("127.0.0.1")]

    fetcher = Fetcher(bases=(), resolve=resolve)
    assert await refused(fetcher, "http://files.example/a") is Why.GONE
    assert asked == [("files.example", 80)]
    assert site.asked == []


async def test_nothing_is_followed(site):
    site.says = lambda _request: web.Response(status=302, headers={"Location": base(site) + "/there"})
    assert await refused(Fetcher(bases={base(site)}), base(site) + "/here") is Why.GONE
    assert site.asked == ["/here"]


async def test_no_more_is_taken_than_is_allowed(site):
    assert await refused(Fetcher(bases={base(site)}, most_bytes=6), base(site)) is Why.TOO_LARGE
    assert await Fetcher(bases={base(site)}, most_bytes=7).fetch(base(site)) == Fetched("", b"content")


@pytest.mark.parametrize(
    ("status", "why"), [(500, Why.LATER), (429, Why.LATER), (404, Why.GONE), (403, Why.GONE)]
)
async def test_a_server_may_say_no(site, status, why):
    site.says = lambda _request: web.Response(status=status)
    assert await refused(Fetcher(bases={base(site)}), base(site)) is why


async def test_nobody_may_be_there(site):
    address = base(site)
    await site.close()
    assert await refused(Fetcher(bases={address}), address) is Why.LATER
