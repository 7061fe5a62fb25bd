"""What the author of a submission is told, once and quietly, when a look at a link found it closed."""

from bot.policy.links import Finding
from messages.texts.evidence_words import receipt

_KEEP = "认定不受影响。请保留好原文件，验收要看时再分享"


def told(  # noqa: PLR0913 - what is known about one link
    finding: Finding,
    *,
    number: int,
    label: str,
    code: str,
    position: int,
    of: int,
    certified: bool,
    wants_code: bool,
) -> str:
    """One notice; "" where there is nothing that the author could do. `label`: the point, with its name.

    `position` and `of`: which link of how many. `wants_code`: it asks for a 提取码, and not for an account.
    """
    link = f"{receipt(number)}（{label}）的{f'第 {position} 个' if of > 1 else ''}链接"
    match finding:
        case Finding.GONE:
            what = f"{link}打不开了，页面说已取消、已过期或不存在。"
            todo = _KEEP if certified else f"请重新分享，有效期选“永久有效”，再发“提交 {code} 新链接”"
        case Finding.ASKS if wants_code:
            what = f"{link}要提取码才能打开。"
            todo = "" if certified else "请把提取码发来，例如“提取码 8k2d”，链接不用重交"
        case Finding.ASKS:
            what = f"{link}要登录或申请权限才能打开。"
            todo = "请把分享改成“获得链接的人可查看”，" + ("认定不受影响" if certified else "链接不用重交")
        case Finding.NO_ANSWER:
            what = f"{link}连着三天没有打开，网站没有回应。"
            todo = _KEEP if certified else f"请自己点开看看，确实打不开就换一个链接，发“提交 {code} 新链接”"
        case _:
            return ""
    return f"{what}{todo}。" if todo else ""
