"""What an author reads about a link."""

import pytest

from bot.policy.links import Finding
from messages.texts.link_findings import told

A5 = "编号 12（A5 技术支持的课堂导入）的"


def notice(finding, *, certified=False, wants_code=False, position=1, of=1):
    return told(
        finding,
        number=12,
        label="A5 技术支持的课堂导入",
        code="A5",
        position=position,
        of=of,
        certified=certified,
        wants_code=wants_code,
    )


@pytest.mark.parametrize(
    ("finding", "wants_code", "certified", "text"),
    [
        (
            Finding.GONE,
            False,
            False,
            f"{A5}链接打不开了，页面说已取消、已过期或不存在。请重新分享，有效期选“永久有效”，再发“提交 A5 新链接”。",
        ),
        (
            Finding.GONE,
            False,
            True,
            f"{A5}链接打不开了，页面说已取消、已过期或不存在。认定不受影响。请保留好原文件，验收要看时再分享。",
        ),
        (
            Finding.ASKS,
            True,
            False,
            f"{A5}链接要提取码才能打开。请把提取码发来，例如“提取码 8k2d”，链接不用重交。",
        ),
        (Finding.ASKS, True, True, ""),
        (
            Finding.ASKS,
            False,
            False,
            f"{A5}链接要登录或申请权限才能打开。请把分享改成“获得链接的人可查看”，链接不用重交。",
        ),
        (
            Finding.ASKS,
            False,
            True,
            f"{A5}链接要登录或申请权限才能打开。请把分享改成“获得链接的人可查看”，认定不受影响。",
        ),
        (
            Finding.NO_ANSWER,
            False,
            False,
            f"{A5}链接连着三天没有打开，网站没有回应。请自己点开看看，确实打不开就换一个链接，发“提交 A5 新链接”。",
        ),
        (
            Finding.NO_ANSWER,
            False,
            True,
            f"{A5}链接连着三天没有打开，网站没有回应。认定不受影响。请保留好原文件，验收要看时再分享。",
        ),
        (Finding.REACHABLE, False, False, ""),
        (Finding.MOVED, False, False, ""),
        (Finding.INWARD, False, False, ""),
    ],
)
def test_it_says_what_was_seen_and_what_to_do(finding, wants_code, certified, text):
    assert notice(finding, wants_code=wants_code, certified=certified) == text


def test_of_several_links_it_says_which():
    assert notice(Finding.ASKS, position=2, of=3) == (
        f"{A5}第 2 个链接要登录或申请权限才能打开。请把分享改成“获得链接的人可查看”，链接不用重交。"
    )
