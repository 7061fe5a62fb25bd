"""Whether the platforms reach this bot: its public address, the certificate, and every callback behind it."""

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import Final
from urllib.parse import urlencode

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from bot.clock import Clock
from bot.doctor.answers import unreached
from bot.doctor.callbacks import Heard, Probe, judge, judge_tenant, probes
from bot.doctor.finding import Area, Finding, State, bad, careful, good
from bot.platforms.calls import NoAnswer
from bot.settings import Settings

_CALLBACK: Final = Area.CALLBACK
_LONGEST_ANSWER: Final = 1 << 16
_NEAR_S: Final = 1.0  # for the machine itself
_PLATFORM_S: Final = 1.0  # in which WeCom wants its verification answered (document 90930)
_RENEW_DAYS: Final = 14
_DAY_S: Final = 86_400
_FROM_OUTSIDE: Final = (
    "这台机器也许访问不了自己的公网地址：请在外面的网络里打开 {url}/livez，看到 alive 就是通的。"
)


def judge_certificate(days: int) -> Finding:
    """`days` until it ends."""
    if days < 0:
        return bad(_CALLBACK, "certificate", "HTTPS 证书过期了。", "换新证书。")
    if days < _RENEW_DAYS:
        return careful(_CALLBACK, "certificate", f"HTTPS 证书还有 {days} 天到期。", "检查自动续期。")
    return good(_CALLBACK, "certificate", f"HTTPS 证书还有 {days} 天到期。")


def judge_scheme(url: str) -> list[Finding]:
    if url.startswith("https://"):
        return []
    say = "公网地址不是 https，消息在路上能被人看到。"
    return [careful(_CALLBACK, "https", say, "给域名配上证书，把 BOT_PUBLIC_URL 改成 https:// 开头。")]


def judge_slow(probe: Probe, seconds: float) -> list[Finding]:
    """WeCom does not wait for more when the address is saved."""
    if probe.method != "GET" or seconds <= _PLATFORM_S:
        return []
    say = f"{probe.what}的回调地址用了 {seconds:.1f} 秒才回答，保存地址时平台只等 1 秒。"
    return [careful(_CALLBACK, f"{probe.name}-slow", say, "检查代理和网络为什么慢。")]


def judge_stopped(settings: Settings) -> Finding:
    """Over connections nobody outside notices."""
    say = f"机器人没有在 {settings.host}:{settings.port} 运行，谁说话它都听不到。"
    return careful(Area.MACHINE, "running", say, "运行 python -m bot serve，让它一直开着。")


# ── looking ──


async def look(
    session: ClientSession, settings: Settings, clock: Clock, *, cards: bool = False
) -> list[Finding]:
    """Where no door waits to be called, only whether the bot runs. `cards` as `probes` has it."""
    asked = probes(settings, clock.real_ms() // 1000, cards=cards)
    if not asked:
        return [*_scheme(settings), *await _stopped(session, settings)]
    if settings.public_url is None:
        say = "没有设置 BOT_PUBLIC_URL，不知道平台从哪个地址来，没有查。"
        do = "把公网地址写进 .env，例如 BOT_PUBLIC_URL=https://bot.example.cn。"
        return [careful(_CALLBACK, "public-url", say, do)]
    if not await _runs(session, settings):
        say = f"机器人没有在 {settings.host}:{settings.port} 运行，回调地址没有查。"
        return [
            *_scheme(settings),
            careful(_CALLBACK, "running", say, "先运行 python -m bot serve，再查一次。"),
        ]
    url = settings.public_url
    try:
        tenant, _ = await _ask(session, "GET", f"{url}/tenant/")
    except NoAnswer as none:
        fault = unreached(_CALLBACK, "public-url", url, none)
        more = _FROM_OUTSIDE.format(url=url)
        return [bad(_CALLBACK, fault.name, fault.say, fault.do + more)]
    answered = await asyncio.gather(*(_probed(session, url, probe) for probe in asked))
    found = _worth_saying(list(zip(asked, answered, strict=True)))
    return [*judge_scheme(url), *await _certificate(url, clock), *found, judge_tenant(tenant)]


def _worth_saying(answered: Sequence[tuple[Probe, Sequence[Finding]]]) -> list[Finding]:
    """Where nothing gets through, what is long need not be told of as well."""
    broken = {probe.path for probe, found in answered if not probe.is_long and found[0].state is State.BAD}
    told = (found for probe, found in answered if not (probe.is_long and probe.path in broken))
    return [one for found in told for one in found]


def _scheme(settings: Settings) -> list[Finding]:
    """Of the pages, where no platform calls."""
    return [] if settings.public_url is None else judge_scheme(settings.public_url)


async def _stopped(session: ClientSession, settings: Settings) -> list[Finding]:
    if not (settings.wecom_aibot or settings.dingtalk) or await _runs(session, settings):
        return []
    return [judge_stopped(settings)]


async def _runs(session: ClientSession, settings: Settings) -> bool:
    """On this machine; a port that the system chose is nobody's to know."""
    if not settings.port:
        return True
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104  not bound to
    with suppress(NoAnswer):
        heard, _ = await _ask(
            session,
            "GET",
            str(URL.build(scheme="http", host=near, port=settings.port, path="/livez")),
            within_s=_NEAR_S,
        )
        return heard.status == 200
    return False


async def _probed(session: ClientSession, url: str, probe: Probe) -> Sequence[Finding]:
    # Encoded by ourselves: what aiohttp would leave bare is what proxies stumble over.
    query = f"?{urlencode(probe.query)}" if probe.query else ""
    try:
        heard, seconds = await _ask(
            session, probe.method, f"{url}{probe.path}{query}", headers=dict(probe.headers), body=probe.body
        )
    except NoAnswer as none:
        fault = unreached(_CALLBACK, probe.name, url, none)
        return [bad(_CALLBACK, probe.name, f"{probe.what}：{fault.say}", fault.do, probe.where)]
    found = judge(probe, heard)
    return [found, *(judge_slow(probe, seconds) if found.state is State.GOOD else ())]


async def _ask(  # noqa: PLR0913  a request has parts
    session: ClientSession,
    method: str,
    address: str,
    *,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    within_s: float | None = None,
) -> tuple[Heard, float]:
    """With the seconds that it took. Raises NoAnswer."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        async with session.request(
            method,
            URL(address, encoded=True),
            headers=headers,
            data=body or None,
            allow_redirects=False,
            timeout=ClientTimeout(total=within_s) if within_s else session.timeout,
        ) as response:
            heard = Heard(response.status, await _beginning(response))
    except (ClientError, TimeoutError, OSError) as error:
        raise NoAnswer(error, reached=isinstance(error, TimeoutError)) from None
    return heard, loop.time() - began


async def _beginning(response: ClientResponse) -> bytes:
    content = bytearray()
    async for piece in response.content.iter_any():
        content += piece
        if len(content) > _LONGEST_ANSWER:
            break
    return bytes(content)


async def _certificate(url: str, clock: Clock) -> list[Finding]:
    """One that does not hold has kept us from getting here."""
    address = URL(url)
    if address.scheme != "https" or address.host is None:
        return []
    try:
        _, writer = await asyncio.open_connection(
            address.host, address.port, ssl=ssl.create_default_context()
        )
    except OSError:
        return []
    certificate = writer.get_extra_info("peercert") or {}
    writer.close()
    ends = certificate.get("notAfter")
    if not isinstance(ends, str):
        return []
    left = ssl.cert_time_to_seconds(ends) - clock.real_ms() / 1000
    return [judge_certificate(int(left // _DAY_S))]
