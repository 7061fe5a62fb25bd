"""Pages keep to their limit, lose nothing, and cut neither a link nor what a reader sees as one character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.splitting import LINK, clusters, footer, halves, plain_footer, split

FAMILY = "👨‍👩‍👧"  # 18 bytes, one character to a reader
FLAG = "🇨🇳"
links = st.from_regex(r"https://[a-z]{1,8}\.example\.cn/[A-Za-z0-9/_?=&%-]{0,60}", fullmatch=True)
words = st.text(alphabet=st.sampled_from("学时数据abc 。，5e\u0301👍🏽" + FAMILY + FLAG), max_size=60)
lines = st.lists(st.one_of(words, links, st.just(FAMILY), st.just(FLAG)), max_size=6).map(" ".join)
texts = st.lists(lines, min_size=1, max_size=30)


def pieces(text_lines, gap="\n"):
    return [("" if n == 0 else gap, line) for n, line in enumerate(text_lines)]


def without_footers(pages):
    total = len(pages)
    bodies = [page.removesuffix("\n" + footer(n, total)) for n, page in enumerate(pages[:-1], start=1)]
    return [*bodies, pages[-1]]


def test_short_text_is_one_page_without_a_footer():
    assert split(pieces(["线上 18.5 学时", "数据截至 2024-05-20"]), 2048) == (
        "线上 18.5 学时\n数据截至 2024-05-20",
    )


def test_text_of_exactly_the_limit_is_one_page():
    assert split([("", "学" * 20)], 60) == ("学" * 20,)


def test_long_text_is_cut_at_line_borders_and_says_how_to_go_on():
    # A footer takes 37 bytes with its line break; of 100 are left 63: five lines of 11 bytes and four breaks are 59.
    assert len(("\n" + footer(1, 2)).encode()) == 37
    text_lines = [f"第{n:02}所学" for n in range(10)]
    assert [len(line.encode()) for line in text_lines] == [11] * 10
    assert split(pieces(text_lines), 100) == (
        "第00所学\n第01所学\n第02所学\n第03所学\n第04所学\n(1/2) 回复“更多”看下一段",
        "第05所学\n第06所学\n第07所学\n第08所学\n第09所学",
    )


def test_footer_of_ten_pages_takes_more_room_and_still_fits():
    pages = split(pieces(["学" * 20] * 10), 101)
    assert len(pages) == 10
    assert pages[0] == "学" * 20 + "\n(1/10) 回复“更多”看下一段"
    assert max(len(page.encode()) for page in pages) <= 101


def test_line_too_long_alone_is_cut_between_characters():
    # 37 of 67 bytes are the footer's: ten characters of three bytes remain
    assert split([("", "学" * 30)], 67) == (
        "学" * 10 + "\n(1/3) 回复“更多”看下一段",
        "学" * 10 + "\n(2/3) 回复“更多”看下一段",
        "学" * 10,
    )


def test_a_line_that_is_cut_anyway_begins_below_the_title():
    # 37 of 100 bytes are the footer's: below the title (6 and a line break) 56 remain, 18 characters
    assert split(pieces(["公告", "学" * 38]), 100) == (
        "公告\n" + "学" * 18 + "\n(1/2) 回复“更多”看下一段",
        "学" * 20,
    )


def test_link_moves_to_the_next_page_whole():
    link = "https://pan.example.cn/s/" + "1" * 20
    # 17 x 3 + 45 = 96 bytes; the footer leaves 53 of 90, enough for either but not for both
    pages = split([("", "学" * 17 + link)], 90)
    assert pages == ("学" * 17 + "\n(1/2) 回复“更多”看下一段", link)


def test_chinese_punctuation_ends_a_link():
    assert LINK.findall("见https://a.example.cn/文档，再见 HTTP://B.cn。") == [
        "https://a.example.cn/文档",
        "HTTP://B.cn",
    ]


def test_link_longer_than_a_page_is_cut_all_the_same():
    link = "https://example.cn/" + "a" * 200
    pages = split([("", link)], 100)
    assert "".join(without_footers(pages)) == link
    assert max(len(page.encode()) for page in pages) <= 100


@pytest.mark.parametrize("whole", [FAMILY, FLAG, "e\u0301", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣"])
def test_character_of_several_code_points_stays_whole(whole):
    assert list(clusters(whole * 3)) == [whole] * 3
    for size in range(80, 100):
        bodies = without_footers(split([("", whole * 40)], size))
        assert len(bodies) > 1
        assert all(body == whole * (len(body) // len(whole)) for body in bodies)


def test_endless_character_is_cut_rather_than_sent_too_long():
    pages = split([("", "e" + "\u0301" * 500)], 100)
    assert max(len(page.encode()) for page in pages) <= 100


def test_empty_lines_are_no_page_of_their_own():
    # the footer leaves 63 bytes: the second line fills the first page, the third would open the next one
    pages = split(pieces(["", "学" * 21, "", "学" * 16, ""]), 100)
    assert pages == ("学" * 21 + "\n(1/2) 回复“更多”看下一段", "学" * 16 + "\n")


@given(texts, st.integers(60, 300))
def test_pages_are_never_empty(text_lines, limit):
    assert all(without_footers(split(pieces([*text_lines, "学"]), limit)))


@given(texts, st.integers(60, 300))
def test_no_page_is_longer_than_the_limit(text_lines, limit):
    assert all(len(page.encode()) <= limit for page in split(pieces(text_lines), limit))


@given(texts, st.integers(60, 300))
def test_pages_together_are_the_whole(text_lines, limit):
    bodies = without_footers(split(pieces(text_lines), limit))
    assert "".join(bodies).replace("\n", "") == "".join(text_lines)


@given(texts, st.integers(160, 300))
def test_every_link_stays_in_one_piece(text_lines, limit):
    # a link has at most 8 + 8 + 12 + 60 bytes, a footer at most 39: 160 always leave room
    whole = [link for line in text_lines for link in LINK.findall(line)]
    found = [
        link for body in without_footers(split(pieces(text_lines), limit)) for link in LINK.findall(body)
    ]
    assert found == whole


@given(
    st.lists(st.text(alphabet="学时abc", min_size=1, max_size=20), min_size=1, max_size=40),
    st.integers(110, 300),
)
def test_lines_that_fit_are_never_cut(text_lines, limit):
    # 20 characters of three bytes and a footer of 39 fit in 110
    bodies = without_footers(split(pieces(text_lines), limit))
    assert [line for body in bodies for line in body.split("\n")] == text_lines


@given(st.text(max_size=100))
def test_clusters_together_are_the_text(text):
    assert "".join(clusters(text)) == text


def test_a_page_in_halves_is_two_pages_of_its_lines():
    """30 lines of 12 bytes and 29 breaks are 389 bytes; a half may have 194 + 40."""
    body = "\n".join(["第一行学"] * 30)
    first, second = halves(body)

    assert first.endswith("\n(1/2)")
    assert f"{first.removesuffix(chr(10) + plain_footer(1, 2))}\n{second}" == body


@given(texts)
def test_halves_lose_nothing_and_cut_no_link(text_lines):
    body = "\n".join(text_lines)
    pages = halves(body)
    assert max(len(page.encode()) for page in pages) <= max(len(body.encode()) // 2 + 40, 0)
    whole = "".join(
        page.removesuffix(f"\n{plain_footer(n, len(pages))}") for n, page in enumerate(pages, start=1)
    )
    assert whole.replace("\n", "") == body.replace("\n", "")
    told = [link for page in pages for link in LINK.findall(page)]
    assert [link for link in LINK.findall(body) if len(link) < len(body) // 2] == [
        link for link in told if len(link) < len(body) // 2
    ]


@pytest.mark.parametrize("short", ["", "收到。", "https://example.org/a"])
def test_what_is_short_has_no_halves(short):
    assert halves(short) == (short,)
