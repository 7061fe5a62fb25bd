"""What a message that hands in evidence says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.calendar import Lateness
from bot.policy.links import LinkFault
from bot.policy.plan import LatePolicy, ReviewRule
from bot.policy.submission import (
    Advice,
    Piece,
    PieceFault,
    Refusal,
    advise,
    bare_extraction,
    closed,
    deal,
    foreign_scheme,
    judge_links,
    pair,
    share_period,
    split_note,
    usual_wait,
)

RULE = ReviewRule(warn_percent=50, waiting_workdays=5, reason_characters=2, links=5, link_characters=2048)
CODES = st.lists(st.sampled_from(["A1", "A5", "B2", "B9", "C4"]), unique=True, max_size=5)
FILE = st.integers(0, 99).map("https://files.example.com/{}".format)
LINKS = st.lists(FILE, unique=True, max_size=7)
EXTRACTION = st.text("abcdefghijkmnpqrstuvwxyz23456789", min_size=4, max_size=4)
BAIDU = st.integers(0, 99).map("https://pan.baidu.com/s/1{}".format)

# ── which link is for which point ──


def test_one_point_takes_all_links_and_several_take_one_each():
    assert pair(["A5"], ["u", "v"]) == (Piece("A5", ("u", "v")),)
    assert pair(["B9", "A5"], ["u", "v"]) == (Piece("B9", ("u",)), Piece("A5", ("v",)))


@pytest.mark.parametrize(
    ("codes", "links"), [([], ["u"]), (["A5"], []), (["A5", "B2"], ["u"]), (["A5", "B2"], ["u", "v", "w"])]
)
def test_what_does_not_agree_is_not_guessed(codes, links):
    assert pair(codes, links) == ()


@given(CODES, LINKS)
def test_no_link_is_lost_doubled_or_given_to_a_point_that_was_not_named(codes, links):
    pieces = pair(codes, links)

    if pieces:
        assert [piece.code for piece in pieces] == codes
        assert [link for piece in pieces for link in piece.links] == links


# ── what stands against it ──


def test_the_first_bad_link_is_named():
    good, bad = "https://files.example.com/1", "http://127.0.0.1/"

    assert judge_links([good], RULE) is None
    assert judge_links([good, bad], RULE) == Refusal(PieceFault.LINK, 2, bad, LinkFault.LOCAL)
    assert judge_links([bad] * 6, RULE) == Refusal(PieceFault.MANY_LINKS)


@pytest.mark.parametrize("late", list(Lateness))
def test_only_a_plan_that_refuses_is_ever_closed(late):
    assert not closed(late, LatePolicy.MARK)
    assert closed(late, LatePolicy.REFUSE) == (late is Lateness.OVERDUE)


@pytest.mark.parametrize(
    ("note", "scheme"),
    [
        ("javascript:alert(1)", "javascript"),
        ("JavaScript : alert(1)", "javascript"),
        ("ｆｔｐ：／／files.example.com", "ftp"),
        ("放在 smb://server/share 了", "smb"),
        ("file:///C:/a", "file"),
        ("mailto:a@example.com", "mailto"),
        ("https://", ""),
        ("C:\\课件.pptx", ""),
        ("时间 10:30", ""),
        ("说明：见附件", ""),
        ("data 分析", ""),
    ],
)
def test_a_link_of_another_kind_is_recognised(note, scheme):
    assert foreign_scheme(note) == scheme


# ── 提取码 ──


@pytest.mark.parametrize(
    ("note", "codes", "rest"),
    [
        ("提取码:8k2d", ("8k2d",), ""),
        ("提取码：８ｋ２ｄ", ("8k2d",), ""),
        ("课堂导入 提取码 8k2d 有反思", ("8k2d",), "课堂导入 有反思"),
        ("提取码忘写了 是 abcd", ("abcd",), ""),
        ("设计 提取码 aaaa，实录 密码：bb22", ("aaaa", "bb22"), "设计 实录"),
        ("访问码=x1y2", ("x1y2",), ""),
        ("（访问码：x7y8）", ("x7y8",), ""),
        ("课堂导入（访问码：x7y8）", ("x7y8",), "课堂导入"),
        ("提取码发错了，应该是 x7y9", ("x7y9",), ""),
        ("pwd=8k2d", ("8k2d",), ""),
        ("没有提取码", (), "没有提取码"),
        ("提取码 abc", (), "提取码 abc"),  # too short to be one
        ("提取码 abcdefghi", (), "提取码 abcdefghi"),  # too long
        ("学生体会在最后一页。", (), "学生体会在最后一页。"),
    ],
)
def test_a_code_is_taken_out_of_a_note(note, codes, rest):
    assert split_note(note) == (codes, rest)


@given(st.text(max_size=60))
def test_a_note_without_a_code_stays_as_it_is(note):
    codes, rest = split_note(note)

    if not codes:
        assert rest == note.strip()


@given(st.text("一二三课件设计。", max_size=20), EXTRACTION, st.text("一二三课件设计。", max_size=20))
def test_a_code_is_found_between_whatever_else_is_said(before, code, after):
    codes, rest = split_note(f"{before}提取码：{code} {after}")

    assert codes == (code,)
    assert rest.replace(" ", "").replace("。", "") == f"{before}{after}".replace("。", "")


@pytest.mark.parametrize("text", ["8k2d", " 8K2D ", "８ｋ２ｄ", "qwer", "1234", "ab12cd", "8k2d。"])
def test_a_bare_code_is_heard(text):
    assert bare_extraction(text)


@pytest.mark.parametrize(
    "text", ["", "8k2", "okay", "OKAY", "hello", "123456", "8k2d 好的", "提取码", "A5", "ab12cd34e"]
)
def test_what_is_no_bare_code_is_left_alone(text):
    assert bare_extraction(text) == ""


def test_codes_are_dealt_to_the_links_that_need_them():
    docs, drive, own = (
        "https://docs.qq.com/1",
        "https://pan.baidu.com/s/1a",
        "https://pan.baidu.com/s/1b?pwd=zz99",
    )

    assert deal(["8k2d"], [docs, drive]) == (("", "8k2d"), ())
    assert deal(["8k2d"], [docs, own]) == (("8k2d", "zz99"), ())
    assert deal(["zz99"], [docs, own]) == (("", "zz99"), ())  # said twice: in the link and beside it
    assert deal(["a1a1", "b2b2"], [docs, drive]) == (("a1a1", "b2b2"), ())
    assert deal(["a1a1", "b2b2", "c3c3"], [drive]) == (("a1a1",), ("b2b2", "c3c3"))
    assert deal([], [docs, own]) == (("", "zz99"), ())


@given(st.lists(EXTRACTION, max_size=4, unique=True), st.lists(st.one_of(BAIDU, FILE), max_size=4))
def test_no_code_is_lost_or_given_twice(codes, links):
    dealt, left = deal(codes, links)

    assert len(dealt) == len(links)
    assert sorted([*filter(None, dealt), *left]) == sorted(codes)


# ── advice ──


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("有效期:7天", "7 天"),
        ("有效期至 30 天", "30 天"),
        ("链接7天内有效", "7 天"),
        ("30天后失效", "30 天"),
        ("https://pan.baidu.com/s/1a 7天", "7 天"),
        ("永久有效", ""),
        ("一共用了7天时间", ""),
        ("第17天的活动", ""),
        ("有效期 永久", ""),
    ],
)
def test_a_share_of_some_days_is_recognised(text, period):
    assert share_period(text) == period


@pytest.mark.parametrize(
    ("url", "extraction", "said", "period", "advice"),
    [
        ("https://pan.baidu.com/s/1a", "", "", "", {Advice.EXTRACTION}),
        ("https://pan.baidu.com/s/1a", "8k2d", "", "", set()),
        ("https://pan.baidu.com/s/1a?pwd=8k2d", "8k2d", "", "7 天", {Advice.PERIOD}),
        ("https://docs.qq.com/doc/D1", "", "", "", {Advice.CLOSED}),
        ("https://files.example.com/1", "", "仅自己可见", "", {Advice.CLOSED}),
        ("https://files.example.com/1", "", "私密文件", "1 天", {Advice.CLOSED, Advice.PERIOD}),
        ("https://files.example.com/1", "", "公开课", "", set()),
    ],
)
def test_advice_names_what_would_keep_a_reviewer_out(url, extraction, said, period, advice):
    assert advise(url, extraction, said=said, period=period) == advice


# ── how long it takes ──


def test_the_usual_wait_needs_three_decisions():
    assert usual_wait([1, 9]) is None
    assert usual_wait([9, 1, 2]) == 2
    assert usual_wait([1, 2, 3, 4]) == 3  # of two in the middle the longer one: nobody is promised too much


@given(st.lists(st.integers(0, 30), min_size=3))
def test_at_least_half_of_the_decisions_took_no_longer(waits):
    usual = usual_wait(waits)

    assert 2 * sum(wait <= usual for wait in waits) >= len(waits)
