"""The links of 后台 and 我的主页: used once, for a few minutes."""

from messages.outgoing import Answer, Secret, answer, text


def office_page(link: str, minutes: int) -> Answer:
    return _handed("后台", link, minutes)


def my_page(link: str, minutes: int) -> Answer:
    return _handed("我的主页", link, minutes)


def somebody_else(name: str, before: str) -> Answer:
    """On the first page after a link was opened where somebody else was logged in."""
    return answer(
        f"现在是以{name}的身份登录的。这个浏览器里原来登录的是{before}，已经退出。",
        "如果这个链接不是你自己取的，请点“退出”，不要在这里填任何内容。",
    )


def not_in_group(word: str) -> Answer:
    """A link is said once, to whoever asks for it, and is kept nowhere on its way."""
    return answer(f"“{word}”的链接只在私聊里给，群里没有执行。点我的头像发起私聊，再发一次“{word}”。")


def _handed(word: str, link: str, minutes: int) -> Answer:
    return answer(
        text(f"打开{word}：", Secret(link)),
        f"{minutes} 分钟内有效，只能用一次，只给你本人，请不要转发。过期了再发“{word}”。",
    )
