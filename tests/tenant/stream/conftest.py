"""A stream that listens, and a caller for it."""

import pytest
from aiohttp import ClientSession

from bot.tenant.dingtalk.stream import Stream
from tests.kit.stream import Caller, stream_app, stream_tenant


@pytest.fixture
def paces() -> dict[str, float]:
    return {}


@pytest.fixture
def tenant(paces):
    return stream_tenant(**paces)


@pytest.fixture
def stream(tenant):
    return Stream(tenant)


@pytest.fixture
async def caller(aiohttp_server, tenant, stream):
    server = await aiohttp_server(stream_app(stream, tenant))
    tenant.base_url = str(server.make_url("/")).rstrip("/")
    async with ClientSession() as session:
        yield Caller(session, tenant.base_url)


@pytest.fixture
def deed(stream):
    """`await deed("cut")`: what that deed says."""

    async def do(name: str) -> str:
        (found,) = [one for one in stream.deeds() if one.name == f"dingtalk.stream.{name}"]
        return await found.do()

    return do
