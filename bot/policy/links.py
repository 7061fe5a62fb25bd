"""Links to evidence: which are taken, where they lead, and what a look at them has found (rules, section 5)."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum, unique
from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

Address = IPv4Address | IPv6Address

# Not for everybody: IANA's registries of special addresses. Written out, because what `is_global` knows of
# them differs from one release of Python to the next.
_CLOSED_IPV4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this machine
            "10.0.0.0/8",
            "100.64.0.0/10",  # a provider's own; 100.100.100.200 is Aliyun's metadata
            "127.0.0.0/8",
            "169.254.0.0/16",  # link-local; 169.254.169.254 and 169.254.0.23 are metadata
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",  # examples, as the next but three
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",
            "198.18.0.0/15",  # measurements; also what a transparent proxy makes up
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",  # multicast, reserved, broadcast
            "168.63.129.16/32",  # Azure's metadata, on an address that looks public
        ),
    )
)
_OPEN_IPV6 = IPv6Network("2000::/3")
_CLOSED_IPV6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = 0x5EFE
_LOCAL_ENDINGS = (
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "localdomain",
    "home.arpa",
)
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|\d+)", re.ASCII)
_TRACKING = re.compile(
    r"utm_.*|spm|from|scene|share_?from|share_?source|pwd|_at_|tdsourcetag|dt_?log", re.IGNORECASE
)
_CARRIED = re.compile(r"[?&]pwd=([^&]*)")
_CODE = re.compile(r"[A-Za-z0-9]{4,8}")

_REMEMBERED = 256  # links: every question about one reads it anew, and a submission asks several


@unique
class LinkFault(StrEnum):
    """Why a link is not taken."""

    SCHEME = "scheme"  # neither http nor https
    LONG = "long"
    BROKEN = "broken"  # no host, a host that cannot be one, an impossible port
    SINGLE_LABEL = "single_label"  # http://intranet/: found by nobody outside
    LOCAL = "local"  # the machine itself, or a network at home: loopback, private, link-local
    ACCOUNT = "account"  # http://name:password@host/: shows another host than it leads to


@unique
class Finding(StrEnum):
    """What a look at a link has found; never a reason to refuse anything by itself."""

    REACHABLE = "reachable"
    MOVED = "moved"  # leads to another address for good
    GONE = "gone"  # 404, 410, or the page says that it was deleted or has expired
    ASKS = "asks"  # wants a 提取码 or a login
    NO_ANSWER = "no_answer"  # no connection, too slow, a server's fault
    INWARD = "inward"  # its name leads into a private network: not looked at


@unique
class Drive(StrEnum):
    """Where teachers keep their files; the value is what they call it."""

    BAIDU = "百度网盘"
    ALIYUN = "阿里云盘"
    QUARK = "夸克网盘"
    TIANYI = "天翼云盘"
    TENCENT = "腾讯文档"
    WPS = "金山文档"
    DING = "钉盘"
    DING_DOC = "钉钉文档"
    WEDRIVE = "企业微信微盘"


_DRIVES = {
    "pan.baidu.com": Drive.BAIDU,
    "yun.baidu.com": Drive.BAIDU,
    "aliyundrive.com": Drive.ALIYUN,
    "alipan.com": Drive.ALIYUN,
    "pan.quark.cn": Drive.QUARK,
    "cloud.189.cn": Drive.TIANYI,
    "docs.qq.com": Drive.TENCENT,
    "kdocs.cn": Drive.WPS,
    "wps.cn": Drive.WPS,
    "alidocs.dingtalk.com": Drive.DING_DOC,
    "dingtalk.com": Drive.DING,
    "drive.weixin.qq.com": Drive.WEDRIVE,
    "doc.weixin.qq.com": Drive.WEDRIVE,
}
_WITH_CODE = frozenset({Drive.BAIDU, Drive.TIANYI})


@dataclass(frozen=True, slots=True)
class Host:
    """The host of a link as a browser would find it: a name in lower case, or an address in any notation."""

    name: str
    address: Address | None = None


def judge_link(url: str, longest: int) -> LinkFault | None:
    """The first fault; None for a link that is taken. `longest`: characters."""
    if len(url) > longest:
        return LinkFault.LONG
    parts, host = _split(url), host_of(url)
    if parts is not None and parts.scheme not in {"http", "https"}:
        return LinkFault.SCHEME
    if parts is not None and "@" in parts.netloc:
        return LinkFault.ACCOUNT
    return LinkFault.BROKEN if host is None else _judge_host(host)


def _judge_host(host: Host) -> LinkFault | None:
    if host.address is not None:
        return None if is_public(host.address) else LinkFault.LOCAL
    if any(host.name == ending or host.name.endswith(f".{ending}") for ending in _LOCAL_ENDINGS):
        return LinkFault.LOCAL
    return None if "." in host.name else LinkFault.SINGLE_LABEL


@lru_cache(_REMEMBERED)
def host_of(url: str) -> Host | None:
    """None where there is no host, or one that nobody could reach."""
    parts = _split(url)
    if parts is None or not parts.hostname:
        return None
    name = unicodedata.normalize("NFKC", unquote(parts.hostname)).replace("。", ".").lower().rstrip(".")
    if ":" in name or name[-1:].isdigit():  # nothing else is an address
        try:
            return Host(name, ip_address(name.partition("%")[0]))
        except ValueError:
            pass
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        address = _old_notation(labels)
        return None if address is None else Host(name, address)
    if len(name) > 253 or not all(map(_LABEL.fullmatch, labels)):
        return None
    return Host(name)


def is_public(address: Address) -> bool:
    """Whether an address may be looked at: an IPv6 one that stands for an IPv4 one is judged by that."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_IPV4)
    inner = _inner(address)
    if inner is not None and not is_public(inner):
        return False
    if address.ipv4_mapped is not None or address in _NAT64:
        return True
    return address in _OPEN_IPV6 and not any(address in network for network in _CLOSED_IPV6)


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a translator or a tunnel would turn this one into."""
    lower = int(address) & 0xFFFF_FFFF
    if address in _NAT64 or (int(address) >> 32) & 0xFDFF_FFFF == _ISATAP:
        return IPv4Address(lower)
    return address.ipv4_mapped or address.sixtofour


@lru_cache(_REMEMBERED)
def drive_of(url: str) -> Drive | None:
    host = host_of(url)
    if host is None or host.address is not None:
        return None
    labels = host.name.split(".")
    return next(
        (_DRIVES[name] for start in range(len(labels)) if (name := ".".join(labels[start:])) in _DRIVES), None
    )


def needs_extraction(url: str) -> bool:
    """Whether nobody opens it without a 提取码, and the link does not carry one."""
    return drive_of(url) in _WITH_CODE and not carried_extraction(url)


def carried_extraction(url: str) -> str:
    """The 提取码 inside the link (`?pwd=8k2d`); "" without one."""
    said = _CARRIED.findall(url.partition("#")[0])
    return said[-1] if said and _CODE.fullmatch(said[-1]) else ""


def fingerprint(url: str) -> str:
    """The same for two links to the same document, however they were shared; 32 hexadecimal digits."""
    parts = _split(url)
    if parts is None or not parts.hostname:
        return _digest(url)
    host = host_of(url)
    name = parts.hostname if host is None else host.name
    query = sorted(
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(key)
    )
    path = unquote(parts.path).rstrip("/")
    if drive_of(url) is Drive.BAIDU:
        # /share/init?surl=abc is the page behind /s/1abc
        surl = next((value for key, value in query if key == "surl"), "")
        if path == "/share/init" and surl:
            path, query = f"/s/1{surl}", []
    fragment = parts.fragment if parts.fragment.startswith(("/", "!")) else ""
    port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    return _digest(f"{name.removeprefix('www.')}{port}{path}?{urlencode(query)}#{fragment}")


@lru_cache(_REMEMBERED)
def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _old_notation(labels: list[str]) -> IPv4Address | None:
    """127.1, 0x7f000001, 017700000001: what a browser still takes for an IPv4 address."""
    if not all(map(_NUMBER.fullmatch, labels)):
        return None
    try:
        numbers = [int(label, 16 if label.startswith("0x") else 8 if label[0] == "0" and len(label) > 1 else 10)
                   if label != "0x" else 0 for label in labels]  # fmt: skip
    except ValueError:  # 08 is no octal number
        return None
    *high, low = numbers
    if len(numbers) > 4 or any(number > 255 for number in high) or low >= 256 ** (5 - len(numbers)):
        return None
    return IPv4Address(sum(number << (24 - 8 * place) for place, number in enumerate(high)) + low)


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
