"""Links: which are taken, and that no notation of a private address is."""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.policy.links import (
    Drive,
    LinkFault,
    carried_extraction,
    drive_of,
    fingerprint,
    host_of,
    is_public,
    judge_link,
    needs_extraction,
)

LONGEST = 2048
PRIVATE = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]


@pytest.mark.parametrize(
    "url",
    [
        "https://pan.baidu.com/s/1abcDEF?pwd=8k2d",
        "http://example.com",
        "HTTPS://Example.COM:443/a b?c=d#e",
        "https://docs.qq.com/doc/DQ中文",
        "https://学校.中国/视频",
        "http://1.1.1.1/",
        "http://[2400:3200::1]/",
        "http://[::ffff:8.8.8.8]/",
        "http://[64:ff9b::8.8.8.8]/",
        "https://example.com./",
        "https://example.com:8443/",  # taken, but never looked at
    ],
)
def test_a_public_link_is_taken(url):
    assert judge_link(url, LONGEST) is None


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("ftp://example.com/a", LinkFault.SCHEME),
        ("javascript:alert(1)", LinkFault.SCHEME),
        ("file:///etc/passwd", LinkFault.SCHEME),
        ("gopher://127.0.0.1:6379/_INFO", LinkFault.SCHEME),
        ("https://" + "a" * 2041, LinkFault.LONG),
        ("http://", LinkFault.BROKEN),
        ("http:///etc/passwd", LinkFault.BROKEN),
        ("http:\\\\127.0.0.1\\", LinkFault.BROKEN),
        ("http://example.com:99999/", LinkFault.BROKEN),
        ("http://exa mple.com/", LinkFault.BROKEN),
        ("http://-example-.com/", LinkFault.BROKEN),
        ("http://256.256.256.256/", LinkFault.BROKEN),
        ("http://1.2.3.4.5/", LinkFault.BROKEN),
        ("http://08.8.8.8/", LinkFault.BROKEN),
        ("http://127..1/", LinkFault.BROKEN),
        ("http://0x7_f.0.0.1/", LinkFault.BROKEN),
        ("http://example.com℀.evil.example/", LinkFault.BROKEN),
        ("http://" + "9" * 1000 + "/", LinkFault.BROKEN),
        ("http://server/", LinkFault.SINGLE_LABEL),
        ("http://com./", LinkFault.SINGLE_LABEL),
        ("http://name@example.com/", LinkFault.ACCOUNT),
        ("http://example.com\\@127.0.0.1/", LinkFault.ACCOUNT),
        ("http://1.1.1.1:80@127.0.0.1/", LinkFault.ACCOUNT),
    ],
)
def test_a_link_that_is_none_is_named(url, fault):
    assert judge_link(url, LONGEST) is fault


@pytest.mark.parametrize(
    "host",
    [
        # the machine itself
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "127.0.1",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "0x7f000001",
        "0x7f.1",
        "0X7F.0X0.0X0.0X1",
        "%31%32%37.0.0.1",
        "１２７.0.0.1",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "127．0．0．1",
        "127｡0｡0｡1",
        "0",
        "0.0.0.0",
        "0x",
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::1%25lo]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b:1::127.0.0.1]",
        "[2002:7f00:1::]",
        "[2001:0:4136:e378:8000:63bf:80ff:fffe]",  # Teredo, whatever is inside
        "[2400::5efe:127.0.0.1]",
        "[2400::200:5efe:10.0.0.1]",
        "localhost",
        "LOCALHOST.",
        "ｌｏｃａｌｈｏｓｔ",
        "a.localhost",
        "printer.local",
        "router.lan",
        "localhost.localdomain",
        "nas.home.arpa",
        # neighbours
        "10.1.2.3",
        "10.66051",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "192.168.257",
        "100.64.0.1",
        "198.18.0.1",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[fe80::1]",
        "[fec0::1]",
        # metadata of the clouds
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "[::ffff:a9fe:a9fe]",
        "169.254.0.23",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "[fd00:ec2::254]",
        "metadata.google.internal",
        # nobody's
        "192.0.2.1",
        "203.0.113.1",
        "198.51.100.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "192.88.99.1",
        "[2001:db8::1]",
        "[3fff::1]",
        "[5f00::1]",
        "[100::1]",
        "[ff02::1]",
    ],
)
@pytest.mark.parametrize("shape", ["http://{}/", "https://{}:443/a?b=c", "HTTP://{}"])
def test_what_leads_inward_is_refused_in_every_notation(host, shape):
    assert judge_link(shape.format(host), LONGEST) is LinkFault.LOCAL


def notations(address: IPv4Address) -> list[str]:
    """Whatever a browser or a C library takes for this address."""
    number = int(address)
    a, b, c, d = address.packed
    return [
        str(address),
        f"{address}.",
        str(number),
        f"0{number:o}",
        hex(number),
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{number & 0xFFFF}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"{a:#x}.{b:#x}.{c:#x}.{d:#x}",
        f"{a:#x}.{b}.0{c:o}.{d}",
        f"0x0000000{a:x}.{b}.{c}.{d}",
        "。".join(map(str, (a, b, c, d))),
        str(address).translate({ord("0") + n: ord("０") + n for n in range(10)}),
        "".join(f"%{ord(one):02x}" for one in str(address)),
        f"[::ffff:{address}]",
        f"[::{address}]",
        f"[64:ff9b::{address}]",
        f"[2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1]",
        f"[2400:3200::5efe:{address}]",
    ]


@given(st.sampled_from(PRIVATE).flatmap(lambda network: st.ip_addresses(v=4, network=network)))
def test_no_private_address_passes_in_any_notation(address):
    for host in notations(address):
        assert judge_link(f"http://{host}/", LONGEST) is not None, host


@given(st.ip_addresses(v=4))
def test_every_notation_of_an_address_is_read_as_the_same_address(address):
    for host in notations(address)[:14]:
        found = host_of(f"http://{host}/")
        assert found is not None, host
        assert found.address == address, host


@given(st.ip_addresses(v=4))
def test_the_judge_never_lets_through_what_python_calls_private(address):
    assume(not address.is_global)
    assert not is_public(address)


@given(st.ip_addresses(v=6))
def test_the_judge_never_lets_through_what_python_calls_private_in_ipv6(address):
    assume(not address.is_global)
    # That a translator turns it into a public IPv4 address, Python does not know.
    assume(address not in IPv6Network("64:ff9b::/96") and address.ipv4_mapped is None)
    assert not is_public(address)


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_only_the_global_part_of_ipv6_is_public(address):
    assume(address not in IPv6Network("2000::/3"))
    assume(address.ipv4_mapped is None and address not in IPv6Network("64:ff9b::/96"))
    assert not is_public(address)


@given(st.text(max_size=60))
def test_judging_never_fails(text):
    for url in (text, f"http://{text}", f"http://{text}/", f"https://[{text}]/", f"http://a.example:{text}"):
        judge_link(url, LONGEST)
        fingerprint(url)
        drive_of(url)
        needs_extraction(url)


@given(st.from_regex(re.compile(r"http://[0-9a-fx.]{1,20}/", re.ASCII), fullmatch=True))
def test_what_passes_as_a_number_is_public(url):
    host = host_of(url)
    if judge_link(url, LONGEST) is None and host.address is not None:
        assert is_public(host.address)
        assert not re.fullmatch(r"(127|10|0|192\.168|169\.254)\..*", str(host.address))


@pytest.mark.parametrize(
    ("url", "drive"),
    [
        ("https://pan.baidu.com/s/1abc", Drive.BAIDU),
        ("https://www.alipan.com/s/abc", Drive.ALIYUN),
        ("https://docs.qq.com/doc/Dabc", Drive.TENCENT),
        ("https://www.kdocs.cn/l/abc", Drive.WPS),
        ("https://alidocs.dingtalk.com/i/abc", Drive.DING_DOC),
        ("https://pan.baidu.com.evil.example/s/1abc", None),
        ("https://notkdocs.cn/l/abc", None),
        ("http://8.8.8.8/", None),
    ],
)
def test_a_drive_is_known_by_its_name_and_not_by_what_looks_like_it(url, drive):
    assert drive_of(url) is drive


def test_a_code_inside_the_link_is_found():
    assert carried_extraction("https://pan.baidu.com/s/1abc?pwd=8k2d") == "8k2d"
    assert carried_extraction("https://pan.baidu.com/s/1abc?pwd=<b>") == ""
    assert needs_extraction("https://pan.baidu.com/s/1abc")
    assert not needs_extraction("https://pan.baidu.com/s/1abc?pwd=8k2d")
    assert not needs_extraction("https://docs.qq.com/doc/Dabc")


@pytest.mark.parametrize(
    "other",
    [
        "http://pan.baidu.com/s/1abc",
        "https://pan.baidu.com/s/1abc/",
        "https://pan.baidu.com/s/1abc?pwd=8k2d",
        "https://pan.baidu.com/s/1abc#list",
        "https://PAN.baidu.com:443/s/1abc?utm_source=x",
        "https://pan.baidu.com/share/init?surl=abc&pwd=8k2d",
    ],
)
def test_the_same_document_has_one_fingerprint(other):
    assert fingerprint(other) == fingerprint("https://pan.baidu.com/s/1abc")


def test_another_document_has_another_fingerprint():
    assert fingerprint("https://pan.baidu.com/s/1abd") != fingerprint("https://pan.baidu.com/s/1abc")
    assert fingerprint("https://a.example/?id=1") != fingerprint("https://a.example/?id=2")
    assert fingerprint("https://a.example:8080/") != fingerprint("https://a.example/")


def test_addresses_are_judged_by_what_they_stand_for():
    assert is_public(ip_address("8.8.8.8"))
    assert is_public(ip_address("2001:4860:4860::8888"))
    assert is_public(ip_address("2002:808:808::1"))
    assert not is_public(ip_address("2002:a00:1::1"))
