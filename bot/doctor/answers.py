"""What both platforms' answers have in common: a refusal with its cure, and no answer with its likely cause."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from yarl import URL

from bot.doctor.finding import Area, Finding, bad
from bot.platforms.calls import Answered, NoAnswer
from bot.platforms.refusals import Refusal, address_in

_CAUSES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "ClientConnectorDNSError": ("找不到 {host} 的地址", "检查服务器的 DNS 和网络。"),
        "ClientConnectorCertificateError": (
            "{host} 的证书不对",
            "检查中间有没有拦截 HTTPS 的设备，以及证书和服务器的时间。",
        ),
        "ClientConnectorSSLError": (
            "和 {host} 建不起加密连接",
            "检查中间有没有拦截 HTTPS 的设备，以及端口是不是 HTTPS 的。",
        ),
        "InvalidUrlClientError": ("{host} 不是能访问的地址", "检查设置里的地址。"),
    }
)
_NO_WAY: Final = ("连不上 {host}", "检查服务器能不能访问外网，防火墙要放行到它的 HTTPS。")
_SILENT: Final = ("{host} 没有回答", "过一会儿再查；一直这样，请检查服务器的网络。")


def unreached(area: Area, name: str, address: str, none: NoAnswer) -> Finding:
    say, do = _CAUSES.get(str(none), _SILENT if none.reached else _NO_WAY)
    return bad(area, name, f"{say.format(host=URL(address).host or address)}。", do)


def strange(area: Area, name: str, address: str, answered: Answered) -> Finding:
    """Somebody has answered, and it is not the platform."""
    say = f"{URL(address).host or address} 的回答看不懂（HTTP {answered.status}）。"
    return bad(area, name, say, "检查设置里的接口地址，以及中间有没有代理或登录页面。")


def refused(  # noqa: PLR0913  a refusal has parts
    area: Area, name: str, row: Refusal, code: int | str, *, said: str, where: str
) -> Finding:
    """`said`: the platform's own text, of which nothing is used but an address that has to be entered."""
    address = address_in(said) if row.names_address else ""
    more = f"要加的地址是 {address}。" if address else ""
    cure = f"{row.cure}。" if row.cure else "过一会儿再查。"
    return bad(area, name, f"{row.means}（代码 {code}）。", cure + more, where)
