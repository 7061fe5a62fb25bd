"""The full way of a look: a name, a socket, bytes, a verdict."""

import asyncio
import gzip
import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from yarl import URL

from bot.link_check.asking import MOST_BYTES, ask
from bot.link_check.looking import Looker, _as_judged, _Refused
from bot.link_check.verdict import NOTHING_LEARNED, Verdict
from bot.policy.links import Finding, host_of, judge_link

REACHABLE, GONE = Verdict(Finding.REACHABLE), Verdict(Finding.GONE)
UNHEARD = Verdict(Finding.NO_ANSWER, heard=False)


def ok(body=b"<title>\xe8\xaf\xbe</title>", *headers, status="200 OK"):
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", *headers]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def redirect(location, status="302 Found"):
    return f"HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


async def test_a_page_that_opens_is_reachable(looker, site):
    site.says = ok()

    assert await looker.look(site.url) == REACHABLE


async def test_the_request_is_plain_and_small(looker, site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    site.says = ok(b"", "Set-Cookie: a=b; Path=/")

    await looker.look(site.url)
    await looker.look(site.url + "#part")

    assert [request.split("\r\n")[0] for request in site.requests] == ["GET /a.html?b=c HTTP/1.1"] * 2
    assert site.headers() == {
        "Host": f"school.example:{site.port}",
        "User-Agent": "Mozilla/5.0 (compatible; yanxiu-assistant link check)",
        "Accept": "text/html,*/*;q=0.8",
        "Accept-Language": "zh-CN,zh;q=0.9",
        "Accept-Encoding": "identity",
        "Range": "bytes=0-65535",
        "Connection": "close",
    }


async def test_chinese_in_an_address_arrives_as_a_browser_sends_it(looker, site):
    site.says = ok()

    assert await looker.look(f"http://学校.example:{site.port}/视频/第 1 课.html?名=a%20b") == REACHABLE
    assert site.requests[0].split("\r\n")[0] == (
        "GET /%E8%A7%86%E9%A2%91/%E7%AC%AC%201%20%E8%AF%BE.html?%E5%90%8D=a%20b HTTP/1.1"
    )
    assert site.headers()["Host"] == f"xn--48s290a.example:{site.port}"


async def test_a_page_in_another_encoding_is_read(looker, site, names):
    site.says = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gbk\r\n\r\n"
        + "<title>百度网盘-链接不存在</title>".encode("gbk")
    )

    assert await looker.look(f"http://pan.baidu.com:{site.port}/s/1abc") == GONE


# ── what it must not reach ──


@pytest.fixture
def nobody_is_asked(monkeypatch):
    async def ask(url, *_rest):
        raise AssertionError(f"{url} was asked")

    monkeypatch.setattr("bot.link_check.looking.ask", ask)


PRIVATE = [
    "127.0.0.1",
    "::1",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "168.63.129.16",
    "fe80::1",
    "fd00:ec2::254",
    "::ffff:127.0.0.1",
    "64:ff9b::10.0.0.1",
    "2002:7f00:1::",
]


@pytest.mark.usefixtures("nobody_is_asked")
@pytest.mark.parametrize("address", PRIVATE)
async def test_a_name_that_leads_inward_is_not_asked(names, address):
    names.known["school.example"] = [address]

    found = await Looker(resolve=names).look("http://school.example/")

    assert found == Verdict(Finding.INWARD, heard=False)


@pytest.mark.usefixtures("nobody_is_asked")
async def test_one_inward_address_among_good_ones_is_enough(names):
    names.known["school.example"] = ["8.8.8.8", "10.0.0.1"]

    assert (await Looker(resolve=names).look("http://school.example/")).finding is Finding.INWARD


@pytest.mark.usefixtures("nobody_is_asked")
@pytest.mark.parametrize("port", [22, 25, 3306, 6379, 8080, 8443])
async def test_only_the_ports_of_the_web_are_asked(names, port):
    names.known["school.example"] = ["8.8.8.8"]

    assert await Looker(resolve=names).look(f"http://school.example:{port}/") == Verdict(None, heard=False)


@pytest.mark.usefixtures("nobody_is_asked")
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://１２７.0.0.1/",
        "http://[::ffff:7f00:1]/",
        "http://localhost/",
        "http://169.254.169.254/latest/meta-data/",
        "http://server/",
        "ftp://school.example/",
        "file:///etc/passwd",
        "http://a:b@school.example/",
    ],
)
async def test_what_should_not_have_been_taken_is_not_even_resolved(names, url):
    assert await Looker(resolve=names).look(url) == Verdict(None, heard=False)
    assert names.asked == []


@pytest.mark.parametrize("address", PRIVATE)
async def test_a_redirect_to_a_name_that_leads_inward_ends_there(looker, site, names, address):
    names.known["inner.example"] = [address]
    site.says = redirect("http://inner.example/")

    assert await looker.look(site.url) == Verdict(Finding.INWARD)
    assert len(site.requests) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "0x7f.1", "169.254.169.254", "localhost", "10.0.0.1"])
async def test_a_redirect_inward_ends_there(looker, site, host):
    site.says = redirect(f"http://{host}:{site.port}/")

    assert await looker.look(site.url) == Verdict(Finding.INWARD)
    assert len(site.requests) == 1


async def test_a_redirect_to_another_port_is_not_followed(looker, site, names):
    names.known["other.example"] = ["8.8.8.8"]
    site.says = redirect("http://other.example:6379/")

    assert await looker.look(site.url) == NOTHING_LEARNED


async def test_a_name_is_resolved_once_and_its_second_answer_does_not_matter(looker, site, names):
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    names.known["school.example"] = lambda: next(answers)
    site.says = ok()

    assert await looker.look(site.url) == REACHABLE
    assert names.asked == ["school.example"]


async def test_every_hop_is_judged_anew(looker, site, names):
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    names.known["school.example"] = lambda: next(answers)
    site.says = redirect("/b.html")

    assert await looker.look(site.url) == Verdict(Finding.INWARD)
    assert len(site.requests) == 1


async def test_no_socket_is_opened_to_an_address_that_nobody_judged(site):
    """Even if the library were led astray: the last door is in front of the socket."""
    deadline = asyncio.get_running_loop().time() + 1
    with pytest.raises(OSError, match="nobody has judged"):
        await ask(
            URL(f"http://127.0.0.1:{site.port}/"),
            [ip_address("8.8.8.8")],
            ssl.create_default_context(),
            deadline,
        )
    assert site.requests == []


_HOSTS = st.sampled_from(
    ["school.example", "学校.example", "1.1.1.1", "[2400:3200::1]", "0x01010101", "A.EXAMPLE.", "a%2eexample"]
)


@given(
    st.one_of(
        st.text(max_size=40).map(lambda rest: f"http://school.example{rest}"),
        st.builds(
            "{}://{}{}/{}?{}#{}".format,
            st.sampled_from(["http", "HTTPS"]),
            _HOSTS,
            st.sampled_from(["", ":80", ":443", ":"]),
            st.text(max_size=15),
            st.text(max_size=15),
            st.text(max_size=15),
        ),
    )
)
def test_what_is_asked_is_what_was_judged(url):
    assume(judge_link(url, 2048) is None)
    try:
        asked = _as_judged(url)
    except _Refused:
        return

    judged = host_of(url)
    again = host_of(str(asked))
    assert asked.scheme in {"http", "https"}
    assert asked.user is None
    assert again is not None
    assert again.address == judged.address
    if judged.address is None:
        assert asked.host.rstrip(".") == judged.name
    assert asked.port == (urlsplit(url).port or {"http": 80, "https": 443}[asked.scheme])


# ── what a server may do to it ──


async def test_ten_megabytes_are_not_read(looker, site):
    async def pour(_request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10000000\r\n\r\n")
        for _ in range(10_000):
            writer.write(b"x" * 1000)
            await writer.drain()
            site.served += 1000
        return b""

    site.says = pour
    tracemalloc.start()
    found = await looker.look(site.url)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found == REACHABLE
    assert peak < 6_000_000
    assert site.served < 10_000_000


async def test_a_body_that_drips_is_judged_by_what_came(looker, site, names):
    async def drip(_request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n")
        writer.write("<title>百度网盘-链接不存在</title>".encode())
        while not writer.is_closing():
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.05)
        return b""

    site.says = drip
    started = time.monotonic()

    assert await looker.look(f"http://pan.baidu.com:{site.port}/s/1abc") == GONE
    assert time.monotonic() - started < 3


async def test_headers_that_drip_are_no_answer(looker, site):
    async def drip(_request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not writer.is_closing():
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.05)
        return b""

    site.says = drip
    started = time.monotonic()

    assert await looker.look(site.url) == UNHEARD
    assert time.monotonic() - started < 3


async def test_all_hops_together_have_one_limit(looker, site):
    async def slowly(_request, _writer):
        await asyncio.sleep(0.4)
        return redirect("/again")

    site.says = slowly
    started = time.monotonic()
    found = await looker.look(site.url)

    # One second in all: two hops are made, the third is cut off.
    assert found == Verdict(Finding.NO_ANSWER)
    assert time.monotonic() - started < 2


async def test_endless_redirects_end(looker, site):
    site.says = redirect("/again")

    assert await looker.look(site.url) == NOTHING_LEARNED
    assert len(site.requests) == 4


async def test_a_redirect_without_a_place_says_nothing(looker, site):
    site.says = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"

    assert await looker.look(site.url) == NOTHING_LEARNED


async def test_a_redirect_in_no_known_encoding_is_survived(looker, site):
    site.says = b"HTTP/1.1 302 Found\r\nLocation: /\xff\xfe\x80\r\nContent-Length: 0\r\n\r\n"

    assert await looker.look(site.url) == NOTHING_LEARNED


async def test_a_bomb_is_not_unpacked(looker, site):
    bomb = gzip.compress(b"\0" * 50_000_000)  # some 48 kB
    site.says = ok(bomb, "Content-Encoding: gzip")

    tracemalloc.start()
    found = await looker.look(site.url)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(bomb) < MOST_BYTES
    assert found == REACHABLE
    assert peak < 6_000_000


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
async def test_a_packed_page_is_read_all_the_same(looker, site, pack):
    encoding = "gzip" if pack is gzip.compress else "deflate"
    body = pack("<title>百度网盘-链接不存在</title>".encode())
    site.says = ok(body, f"Content-Encoding: {encoding}")

    assert await looker.look(f"http://pan.baidu.com:{site.port}/s/1abc") == GONE


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "none"])
async def test_what_cannot_be_unpacked_is_not_read(looker, site, encoding):
    site.says = ok(b"\x01not packed at all", f"Content-Encoding: {encoding}")

    assert await looker.look(site.url) == REACHABLE


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n\r\n",
        b"garbage\r\n\r\n",
        b"HTTP/9.9 abc\r\n\r\n",
        b"HTTP/1.1 200\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x16\x03\x01\x02\x00",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(5000)) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 50,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_what_is_no_answer_is_none(looker, site, answer):
    site.says = answer

    assert await looker.look(site.url) == UNHEARD


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort",
    ],
)
async def test_an_answer_that_breaks_off_is_judged_by_its_beginning(looker, site, answer):
    site.says = answer

    assert await looker.look(site.url) == REACHABLE


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=200),
        st.builds(
            lambda status, head, body: b"HTTP/1.1 %d x\r\n%s\r\n\r\n%s" % (status, head, body),
            st.integers(100, 999),
            st.binary(max_size=80),
            st.binary(max_size=80),
        ),
    )
)
def test_no_answer_at_all_can_break_it(answer):
    async def look():
        async def serve(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        looker = Looker(
            may_connect=lambda _address, at: at == port,
            resolve=lambda _name, _port: [ip_address("127.0.0.1")],
            seconds=0.5,
        )
        try:
            return await looker.look(f"http://school.example:{port}/")
        finally:
            server.close()

    assert isinstance(asyncio.run(look()), Verdict)


async def test_nobody_listening_is_no_answer(looker, site, names):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        quiet = Looker(may_connect=lambda *_: True, resolve=names, seconds=1.0)

        assert await quiet.look(f"http://school.example:{taken.getsockname()[1]}/") == UNHEARD


@pytest.mark.parametrize(
    "fault", [socket.gaierror(socket.EAI_NONAME, "no such name"), OSError("x"), UnicodeError("x")]
)
async def test_an_unknown_name_is_no_answer(looker, site, names, fault):
    names.known["school.example"] = fault

    assert await looker.look(site.url) == UNHEARD


async def test_a_name_without_addresses_is_no_answer(looker, site, names):
    names.known["school.example"] = []

    assert await looker.look(site.url) == UNHEARD


async def test_a_name_server_that_hangs_costs_one_look_and_no_more(looker, site, names):
    released = threading.Event()
    names.known["school.example"] = lambda: released.wait(5) and ["127.0.0.1"]
    started = time.monotonic()

    assert await looker.look(site.url) == UNHEARD
    assert time.monotonic() - started < 3
    released.set()


async def test_a_name_that_is_longer_than_names_are_is_survived(names):
    url = "http://" + ".".join(["a" * 60] * 4) + ".example/"

    assert await Looker(resolve=names).look(url) == Verdict(Finding.INWARD, heard=False)


# ── TLS ──


@pytest.fixture
def certified(tmp_path):
    """Contexts of a server that is school.example, and of a client that trusts whoever has signed that."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "school.example")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("school.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "site.pem").write_bytes(pem + secret)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "site.pem")
    return server, ssl.create_default_context(cadata=pem.decode())


@pytest.fixture
async def secure(site, certified):
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0, ssl=certified[0])
    site.says = ok()
    yield server.sockets[0].getsockname()[1]
    server.close()


def secure_looker(names, port, tls=None):
    return Looker(may_connect=lambda _address, at: at == port, resolve=names, seconds=2.0, tls=tls)


async def test_a_secure_site_is_asked_under_its_own_name(secure, names, certified, site):
    looker = secure_looker(names, secure, certified[1])

    assert await looker.look(f"https://school.example:{secure}/") == REACHABLE
    assert site.headers()["Host"] == f"school.example:{secure}"


async def test_a_certificate_of_another_name_is_no_answer(secure, names, certified, site):
    looker = secure_looker(names, secure, certified[1])

    assert await looker.look(f"https://other.example:{secure}/") == UNHEARD
    assert site.requests == []


async def test_a_certificate_that_nobody_vouches_for_is_no_answer(secure, names, site):
    assert await secure_looker(names, secure).look(f"https://school.example:{secure}/") == UNHEARD
    assert site.requests == []


async def test_the_pace_holds_across_redirects(looker, site, monkeypatch):
    monkeypatch.setattr("bot.link_check.pace.SECONDS", 0.3)
    site.says = redirect("/again")
    started = time.monotonic()

    await looker.look(site.url)

    # Four requests to one host: three times a wait, which does not count against the look's own second.
    assert time.monotonic() - started >= 0.9
    assert len(site.requests) == 4
