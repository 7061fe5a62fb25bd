"""The message templates of the OpenAPI (`msgKey`, `msgParam`): checked with their documented codes.

Official document robot-message-type; the codes are those of the two sending pages.
"""

from collections.abc import Mapping

from bot.tenant.calls import Refused, json_object

MOST_BYTES = 15_000
"""Of `msgParam` in UTF-8: official document the-robot-sends-a-group-message."""

WRONG_VALUE = "invalidParameter.param.invalid"

_CARD = (
    ("title", "miss.param.actionCardTotitle"),
    ("text", "miss.param.actionCardTotext"),
)


def _numbered(count: int, title: str, url: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        pair
        for number in range(1, count + 1)
        for pair in (
            (f"{title}{number}", "miss.param.actionCardTobtnsTotitle"),
            (f"{url}{number}", "miss.param.actionCardTobtnsToactionUrl"),
        )
    )


# For each template what it must have, and the code when it has not.
_REQUIRED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "sampleText": (("content", "miss.param.contentOfText"),),
    "sampleMarkdown": (
        ("title", "miss.param.markdownTotitle"),
        ("text", "miss.param.markdownTotext"),
    ),
    "sampleImageMsg": (("photoURL", "miss.param.photoTophotoUrl"),),
    "sampleLink": (
        ("title", "miss.param.titleOfLink"),
        ("text", "miss.param.textOfLink"),
        ("messageUrl", "miss.param.messageUrlOfLink"),
    ),
    "sampleActionCard": (
        *_CARD,
        ("singleTitle", "miss.param.actionCardTosingleTitle"),
        ("singleURL", "miss.param.actionCardTosingleUrl"),
    ),
    **{f"sampleActionCard{n}": (*_CARD, *_numbered(n, "actionTitle", "actionURL")) for n in range(2, 6)},
    "sampleActionCard6": (*_CARD, *_numbered(2, "buttonTitle", "buttonUrl")),
    "sampleAudio": (("mediaId", "miss.param.audio"), ("duration", "miss.param.audio")),
    "sampleFile": (
        ("mediaId", "miss.param.file"),
        ("fileName", "miss.param.file"),
        ("fileType", "miss.param.file"),
    ),
    "sampleVideo": (
        ("duration", "miss.param.video"),
        ("videoMediaId", "miss.param.video"),
        ("videoType", "miss.param.video"),
        ("picMediaId", "miss.param.video"),
    ),
}
NAMES = tuple(_REQUIRED)
MEDIA = {"photoURL": False, "picUrl": False, "mediaId": True, "videoMediaId": True, "picMediaId": True}
"""Parameters that may name an uploaded file, and whether they must, or else take an address of the web."""
SOUNDS = ("amr", "ogg")
"""What sampleAudio plays."""
_ONE_OF = {
    ("sampleFile", "fileType"): ("xlsx", "pdf", "zip", "rar", "doc", "docx"),
    ("sampleVideo", "videoType"): ("mp4",),
}


def check_sample(key: object, raw: object) -> dict[str, str]:
    """The parameters in `msgParam`, all of them strings. Raises Refused."""
    if not key:
        raise Refused("invalidParameter.msgKey.empty", "msgKey为空")
    if not isinstance(key, str) or key not in _REQUIRED:
        raise Refused("invalidParameter.msgKey.invalid", "msgKey无效，请传入正确的msgKey")
    params = _parsed(raw)
    for name, code in _REQUIRED[key]:
        if not params.get(name):
            raise Refused(code, f"消息内容不合法，需要{name}属性")
    for name, value in params.items():
        if not isinstance(value, str):
            raise Refused(WRONG_VALUE, f"参数不合法：{name}应当是字符串")
    for (template, name), values in _ONE_OF.items():
        if key == template and params[name] not in values:
            raise Refused(WRONG_VALUE, f"参数不合法：{name}只能是{'、'.join(values)}")
    return {name: str(value) for name, value in params.items()}


def as_message(key: str, params: Mapping[str, str]) -> dict[str, object] | None:
    """The same as a webhook message; None for what a webhook cannot send."""
    if key == "sampleText":
        return {"msgtype": "text", "text": params}
    if key == "sampleMarkdown":
        return {"msgtype": "markdown", "markdown": params}
    if key == "sampleLink":
        return {"msgtype": "link", "link": params}
    if key == "sampleActionCard":
        return {"msgtype": "actionCard", "actionCard": params}
    if not key.startswith("sampleActionCard"):
        return None
    across = key.endswith("6")
    title, url, count = (
        ("buttonTitle", "buttonUrl", 2) if across else ("actionTitle", "actionURL", int(key[-1]))
    )
    buttons = [
        {"title": params[f"{title}{n}"], "actionURL": params[f"{url}{n}"]} for n in range(1, count + 1)
    ]
    card = {"title": params["title"], "text": params["text"], "btns": buttons}
    return {"msgtype": "actionCard", "actionCard": card | {"btnOrientation": "1" if across else "0"}}


def _parsed(raw: object) -> dict[str, object]:
    invalid = Refused("invalidParameter.msgParam.invalid", "msgParam必须是json格式")
    if not isinstance(raw, str):
        raise invalid
    if len(raw.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise Refused("invalidParameter.msgParam.tooLong", "消息内容太长")
    found = json_object(raw)
    if found is None:
        raise invalid
    return found
