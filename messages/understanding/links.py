"""Links in a message, and the text that share buttons of network drives put around them."""

import re
from itertools import islice

from messages.understanding.cleaning import Heard
from messages.understanding.expression import expression

_MOST = 64  # links that are looked for
LINK = "\ufffc"  # stands in a message where a link stood

_SCHEME = expression(r"https?\s?:?\s?//\s?", re.IGNORECASE)
_BARE_HOST = expression(
    r"(?<![A-Za-z0-9./@_-])(?:pan\.baidu\.com|docs\.qq\.com|(?:www\.|365\.)?kdocs\.cn|f\.wps\.cn|www\.alipan\.com"
    r"|www\.aliyundrive\.com|alidocs\.dingtalk\.com|(?:drive|doc)\.weixin\.qq\.com|pan\.quark\.cn|cloud\.189\.cn"
    r"|www\.[a-z0-9-]{2,40}(?:\.[a-z]{2,6}){1,2})/",
    re.IGNORECASE,
)
_BODY = expression(r"[!#-;=?-\[\]-_a-~]+")  # printable ASCII but quotes, < > \ `
_GLUED = expression(r"(?<=[^=/%&?])https?://", re.IGNORECASE)
# 'https://…/a,A5': what follows the sign is a point, not a part of the link.
_LISTED = expression(r"[,;|]+[ABCabc]\d{1,2}(?![A-Za-z0-9])")
_CLOSING = {")": "(", "]": "[", "}": "{"}

_SHARE = expression(
    "|".join(  # noqa: FLY002  one form a line
        (
            r"复制(?:这段|本段|该段|此段)?(?:内容|文字|链接)[^\n\ufffc]{0,24}?(?:[Aa][Pp][Pp]|(?:网盘|云盘)(?!」?\s*(?:手机|客户端|[Aa][Pp][Pp]))|客户端|浏览器)[」】』\"]?(?:[^\n\ufffc]{0,8}?(?:(?:操作|查看)更方便哦?|即可获取|即可查看|无需下载[^\n\ufffc]{0,24}))?[!。.~]?",
            r"-{0,4}\s*来自(?:百度网盘)?(?:超级)?(?:会员)?[Vv]?\d{0,2}的分享",
            r"通过(?:百度)?网盘分享的(?:文件夹?|文档)\s*:",
            r"我?(?:用|通过|使用)?\s*「?(?:阿里云盘|夸克网盘|天翼云盘|百度网盘|企业微信微盘|微盘|钉盘|钉钉文档|腾讯文档|金山文档|WPS云?文档|WPS)」?\s*(?:给你|向你)?分享了?(?:一个|一份)?(?:文件夹?|文档)?(?:给你)?\s*:?",
            r"你可以(?:不限速|免费)下载[^\n\ufffc复]{0,6}",
            r"点击链接(?:即可)?(?:(?:保存|查看)[,。]?(?:或者)?|或(?:者)?复制整段内容,?)",
            r"打开「?[^\n\ufffc」]{0,8}[Aa][Pp][Pp]」?[^\n\ufffc]{0,8}(?:极速在线查看[^\n\ufffc]{0,24}|在线播放视频(?:,畅享原画\d倍速)?(?:,支持电视投屏)?[。.]?|即可(?:查看|获取))",
            r"[【\[](?:腾讯文档|金山文档[^】\]\n]{0,20}|WPS[^】\]\n]{0,12}|钉钉文档|钉盘|微盘|企业微信[^】\]\n]{0,8}|石墨文档|语雀)[】\]]",
            r"(?:分享)?(?:链接|地址|网址)\s*(?:是|:)?\s*(?=\ufffc)",
            r"等\d{0,4}个?文件(?=[\s,。」]|$)|\(?(?:链接)?(?:有效期|失效时间)\s*:?\s*[^\s\ufffc]{1,16}|\(?永久有效\)?",
        )
    )
)
_EXTRACTION = expression(
    r"(?:提取密?码|访问码|分享码|提取吗|密码|口令|pwd)\s*(?:忘(?:写|发|了)?了?|[发写给打填]?错了?)?[\s,]*"
    r"(?:应该?是|应该?为|改[成为]|换成|是|为)?\s*[:=]?\s*(?P<code>[A-Za-z0-9]{4,8})(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def take_links(heard: Heard) -> tuple[Heard, tuple[str, ...]]:
    """The message with LINK in place of every link, and the links; a bare known host gets https."""
    text = heard.plain
    if "//" not in text and "/" not in text:
        return heard, ()
    spans: list[tuple[int, int]] = []
    links: list[str] = []
    at = 0
    for start, body_start, prefix in _openings(text):
        if start < at:
            continue  # inside the link before
        end = _body_end(heard, body_start)
        if end > body_start:
            links.append(prefix + text[body_start:end])
            spans.append((start, end))
        at = max(end, body_start)
        if len(spans) == _MOST:
            break
    return heard.cut(*spans, fill=LINK), tuple(links)


def _openings(text: str) -> list[tuple[int, int, str]]:
    """Where a link may start, where what follows its scheme starts, and the scheme; in order."""
    schemes = [
        (
            match.start(),
            match.end(),
            "https://" if text[match.start() + 4 : match.start() + 5] in "sS" else "http://",
        )
        for match in islice(_SCHEME.finditer(text), 4 * _MOST)
    ]
    hosts = [(match.start(), match.start(), "https://") for match in islice(_BARE_HOST.finditer(text), _MOST)]
    return sorted(schemes + hosts)


def _body_end(heard: Heard, start: int) -> int:
    # Read from what was typed: a full-width comma ends a link, an ASCII one need not.
    # A link typed in full width throughout is read from the comparable form.
    view = heard.raw if heard.raw[start : start + 1].isascii() else heard.plain
    body = _BODY.match(view, start)
    if body is None:
        return start
    end = body.end()
    if glued := _GLUED.search(view, start + 1, end):
        end = glued.start()
    if listed := _LISTED.search(view, start + 1, end):
        end = listed.start()
    while end > start:
        last = view[end - 1]
        opening = _CLOSING.get(last)
        unbalanced = opening is not None and view.count(opening, start, end) < view.count(last, start, end)
        if last in ".,;:!?'*|" or unbalanced:
            end -= 1
        elif view.startswith("--", end - 2) and not view[end : end + 1].isascii():
            end -= 2  # '…--来自百度网盘的分享'
        else:
            break
    return end


def without_share_text(heard: Heard) -> Heard:
    """Without what the share button wrote; file names and 提取码 stay."""
    spans = [match.span() for match in _SHARE.finditer(heard.plain) if match.end() > match.start()]
    return heard.cut(*spans) if spans else heard


def extraction_codes(heard: Heard) -> tuple[tuple[int, int], ...]:
    """Where a 提取码 with its value stands."""
    return tuple(match.span() for match in _EXTRACTION.finditer(heard.plain))
