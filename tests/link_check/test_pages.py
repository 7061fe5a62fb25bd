"""Reading the beginning of a page, whatever it is made of."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.link_check.pages import EMPTY, Page, read_page

HTML = "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("content_type", "markup", "page"),
    [
        (HTML, "<title>百度网盘 请输入提取码</title><p>你 好</p>", Page("百度网盘请输入提取码", "你好")),
        (HTML, "<TITLE lang=zh>标题</TITLE>\n<B>正</B>文", Page("标题", "正文")),
        (HTML, "<script>var a = '<p>请登录</p>'</script>可见<style>p{}</style>", Page("", "可见")),
        (HTML, "<noscript>请打开 JavaScript</noscript>好", Page("", "好")),
        (HTML, "前<script>没有结束，请登录", Page("", "前")),
        (HTML, "a&nbsp;&amp;&#x4E2D;", Page("", "a&中")),
        (HTML, "3 < 4 和 5 > 4", Page("", "3<4和5>4")),
        (HTML, "<p", Page("", "<p")),
        ("", "<title>没说是什么</title>", Page("没说是什么", "")),
        ("text/plain", "只有字", Page("", "只有字")),
        ("application/pdf", "<title>不是网页</title>", EMPTY),
        ("video/mp4", "\0\0\0\x20ftyp", EMPTY),
        (HTML, "", EMPTY),
    ],
)
def test_a_page_is_its_title_and_its_visible_text(content_type, markup, page):
    assert read_page(content_type, markup.encode()) == page


@pytest.mark.parametrize(
    ("content_type", "head", "codec"),
    [
        ("text/html; charset=GBK", "", "gb18030"),
        ("text/html", '<meta charset="gb2312">', "gb18030"),
        ("text/html", '<meta http-equiv="Content-Type" content="text/html; charset=GB18030">', "gb18030"),
        ("text/html; charset=big5", "", "big5"),
        ("text/html; charset=klingon", "", "utf-8"),
        ("text/html; charset=punycode", "", "utf-8"),
        ("text/html; charset=zip", "", "utf-8"),
        ("text/html", "", "utf-8"),
    ],
)
def test_a_page_is_read_in_its_own_encoding(content_type, head, codec):
    assert read_page(content_type, f"{head}<title>分享</title>".encode(codec)).title == "分享"


def test_a_page_in_no_known_encoding_is_read_as_far_as_it_goes():
    assert read_page("text/html", b"<title>\xff\xfe ok \x80</title>").title == "��ok�"


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a",
        "<a ",
        "<!--",
        "<script>",
        "</script",
        "&",
        "&#",
        "<title>",
        "<a b='",
        "a" * 64,
        "< a",
        "&lt;",
    ],
)
def test_no_page_keeps_its_reader_busy(piece):
    body = (piece * 65536)[:65536].encode()

    started = time.perf_counter()
    read_page(HTML, body)
    read_page(HTML, b"<" + b"a" * 65536)

    assert time.perf_counter() - started < 2


@given(st.text(max_size=60), st.binary(max_size=300))
def test_reading_never_fails(content_type, body):
    read_page(content_type, body)
    read_page(HTML, body)
    read_page(f"text/html; charset={content_type}", body)
