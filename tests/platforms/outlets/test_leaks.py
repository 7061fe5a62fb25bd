"""Whatever goes wrong: no secret gets into an exception, a log line or a repr."""

import logging
import traceback

import pytest

from bot.sending import Attempt, SendFailed
from bot.tenant.faults import Effect
from messages.outgoing import Reply
from tests.kit.installation import INSTALLATION, SECRET_KEY

WORDS = "没有人在日志里读到这句话"
PAGE = Reply(body=WORDS)
TOKENS = {"wecom": "wecom.gettoken", "dingtalk": "dingtalk.token"}
SESSION_KEY = "session-of-a-group"


def secrets(end):
    access = end.tenant.app.wecom.api.access, end.tenant.app.dingtalk.gate
    return {
        SECRET_KEY,
        SESSION_KEY,
        WORDS,
        INSTALLATION.app.secret,
        INSTALLATION.robot.client_secret,
        *(token for side in access for token in side.tokens._expires),
        *(group.webhook for group in end.tenant.app.tenant.directory.groups.values()),
        *(group.webhook_secret for group in end.tenant.app.tenant.directory.groups.values()),
        "sign=",
    } - {""}


@pytest.fixture
def everything_logged(capsys, caplog):
    caplog.set_level(logging.DEBUG)

    def read():
        captured = capsys.readouterr()
        return (
            captured.out
            + captured.err
            + "".join(
                # The tenant's own list of requests is the platform's.
                record.getMessage()
                for record in caplog.records
                if record.name != "aiohttp.access"
            )
        )

    return read


@pytest.mark.parametrize("at_token", [False, True], ids=["sending", "fetching"])
@pytest.mark.parametrize(
    "effect",
    [Effect.CODE, Effect.HTTP_500, Effect.HANG, Effect.RESET, Effect.LOST_ANSWER, Effect.HTML],
)
async def test_no_failure_gives_a_secret_away(end, effect, at_token, everything_logged):
    platform = end.outlet.platform.value
    codes = {"wecom.app": 40001, "wecom.webhook": 93000, "dingtalk.webhook": 310000}
    code = codes.get(end.outlet.name, "invalidClientIdOrSecret")
    end.tenant.fault(effect, TOKENS[platform] if at_token else end.call, code=code, times=None)
    try:
        await end.send(PAGE)
        said = ""
    except SendFailed as failed:
        said = "".join(traceback.format_exception(failed))
        said += f"{failed!r}{failed}{failed.detail}{failed.errcode}{failed.verdict!r}"
    said += everything_logged() + repr(end.outlet) + repr(end.address)

    assert {secret for secret in secrets(end) if secret in said} == set()


@pytest.mark.parametrize("address", ["http://[", "ftp://x/y?key={0}", "http://x:99999/?key={0}", "{0}"])
async def test_an_address_that_is_none_is_not_quoted(end_of, address, everything_logged):
    for name in ("wecom.webhook", "dingtalk.webhook"):
        end = end_of(name)
        broken = type(end.address)(name="g1", webhook=address.format(SESSION_KEY), secret=SESSION_KEY)
        with pytest.raises(SendFailed) as failed:
            await end.outlet.send([broken], PAGE, Attempt(key="k1"))
        said = "".join(traceback.format_exception(failed.value)) + repr(broken) + everything_logged()
        assert SESSION_KEY not in said
