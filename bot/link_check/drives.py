"""What the pages of the drives say, as far as a visitor without an account and without JavaScript sees it.

百度网盘 answers with finished pages. 阿里云盘, 夸克网盘 and the documents of 腾讯, 金山 and 钉钉 draw theirs in the
browser: what comes over the wire is often an empty frame, which says only that the drive is there. Nothing is
concluded from a frame. A drive that has changed its wording is mended by a line here and in its test.
"""

from dataclasses import dataclass
from enum import Enum, auto, unique
from urllib.parse import urlsplit

from bot.link_check.pages import Page
from bot.policy.links import Drive, drive_of

SHORT_PAGE = 1000
"""Characters. Only a page that says little else says that something is gone: a long one may be the document."""


@unique
class Means(Enum):
    """What a sign means."""

    GONE = auto()
    CODE = auto()  # asks for a 提取码
    LOGIN = auto()  # asks for an account, or for permission
    UNCLEAR = auto()  # wants to see a person, or a certain app: says nothing about the document


@dataclass(frozen=True, slots=True)
class Sign:
    """Words without white space: in the title, or in the text of a short page."""

    means: Means
    words: str
    title: bool = False  # in the title; only where that is not what somebody has called a document
    under: str = ""  # only below this title, which is nothing else


@dataclass(frozen=True, slots=True)
class Place:
    """An address that a drive sends its visitors to. `path` is how it begins."""

    means: Means
    host: str
    path: str = "/"


# In this order: a page that says that something has expired may still show the field for the 提取码.
_SIGNS: dict[Drive, tuple[Sign, ...]] = {
    Drive.BAIDU: (
        Sign(Means.GONE, "百度网盘-链接不存在", title=True),
        Sign(Means.GONE, "页面不存在", title=True),
        Sign(Means.GONE, "分享的文件已经被"),  # 啊哦，你来晚了，… 取消了 / 删除了，下次要早点哟
        Sign(Means.GONE, "该分享文件已过期"),
        Sign(Means.GONE, "链接错误没找到文件"),
        Sign(Means.GONE, "此链接分享内容可能因为涉及"),  # 侵权、色情…，无法访问
        Sign(Means.UNCLEAR, "百度安全验证", title=True),
        Sign(Means.CODE, "请输入提取码", title=True),
        Sign(Means.CODE, "请输入提取码"),
    ),
    Drive.ALIYUN: (
        Sign(Means.GONE, "该分享已失效"),  # 来晚啦，…
        Sign(Means.GONE, "分享已取消"),
        Sign(Means.GONE, "分享已过期"),
        Sign(Means.GONE, "该文件已禁止访问"),
        Sign(Means.CODE, "请输入提取码"),
    ),
    Drive.QUARK: (
        Sign(Means.GONE, "分享已失效"),
        Sign(Means.GONE, "分享已取消"),
        Sign(Means.GONE, "分享已过期"),
        Sign(Means.CODE, "请输入提取码"),
    ),
    Drive.TIANYI: (
        Sign(Means.GONE, "您访问的页面地址有误，或者该页面不存在"),
        Sign(Means.GONE, "该内容审核不通过"),
        Sign(Means.CODE, "请输入访问码"),
    ),
    Drive.TENCENT: (
        Sign(Means.GONE, "文档已被删除"),
        Sign(Means.GONE, "文档不存在"),
        Sign(Means.LOGIN, "没有权限访问"),
        Sign(Means.LOGIN, "申请访问权限"),
        # 登录腾讯文档 stands on every public document, too; the page for logging in has no document's title.
        Sign(Means.LOGIN, "扫码登录", under="腾讯文档"),
    ),
    Drive.WPS: (
        Sign(Means.GONE, "分享已取消"),
        Sign(Means.GONE, "分享已过期"),
        Sign(Means.GONE, "链接已失效"),
        Sign(Means.GONE, "文件不存在"),
        Sign(Means.LOGIN, "没有访问权限"),
        Sign(Means.LOGIN, "申请访问权限"),
    ),
    Drive.DING_DOC: (Sign(Means.GONE, "文档已被删除"), Sign(Means.LOGIN, "没有访问权限")),
    Drive.WEDRIVE: (
        Sign(Means.GONE, "分享已取消"),
        Sign(Means.GONE, "文件已被删除"),
        Sign(Means.UNCLEAR, "客户端打开"),  # 请在微信 / 企业微信客户端打开链接: the reviewer does just that
    ),
}

_PLACES = (
    Place(Means.GONE, "pan.baidu.com", "/error/"),
    Place(Means.CODE, "pan.baidu.com", "/share/init"),
    Place(Means.UNCLEAR, "wappass.baidu.com"),  # 安全验证
    Place(Means.LOGIN, "passport.baidu.com"),
    # Sets its cookies there and back on the way to every document, public or not.
    Place(Means.UNCLEAR, "account.kdocs.cn"),
    Place(Means.UNCLEAR, "account.wps.cn"),
    Place(Means.UNCLEAR, "open.weixin.qq.com"),
    Place(Means.LOGIN, "docs.qq.com", "/login"),
    Place(Means.LOGIN, "login.dingtalk.com"),
)


def said_by(url: str, page: Page) -> Means | None:
    """What the drive behind `url` says with this page; None where it says nothing known, or is no drive."""
    drive = drive_of(url)
    signs = () if drive is None else _SIGNS.get(drive, ())
    return next((sign.means for sign in signs if _shows(sign, page)), None)


def place_of(url: str) -> Means | None:
    """What the address alone means."""
    parts = urlsplit(url)
    return next(
        (
            one.means
            for one in _PLACES
            if parts.hostname == one.host and (parts.path or "/").startswith(one.path)
        ),
        None,
    )


def _shows(sign: Sign, page: Page) -> bool:
    if sign.title:
        return sign.words in page.title
    if sign.under and page.title != sign.under:
        return False
    return len(page.text) <= SHORT_PAGE and sign.words in page.text
