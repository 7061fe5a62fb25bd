"""绑定: whose account it is from now on, or why not."""

from bot.policy.plan import Binding
from messages.incoming import Platform
from messages.outgoing import Answer, Data, answer, quote, text
from messages.texts.access import BIND_FORM
from messages.texts.wording import PLATFORMS, masked

_MINUTE_MS = 60_000


def bound(name: str, school: str) -> Answer:
    return answer(text("绑定成功：", Data(name), "（", Data(school), "）。"), "下一步：发“还差什么”。")


def already(name: str, school: str, office: str) -> Answer:
    return answer(
        text("这个账号已经绑定：", Data(name), "（", Data(school), "），不用再绑。"),
        text("如果不是你，请联系", Data(office), "更正。"),
    )


def usage() -> Answer:
    return answer(
        f"请发“{BIND_FORM}”，中间空一格，例如“绑定 王小明 7K3M9QXD”。",
        quote("绑定码向本校学校管理员或项目办要。"),
    )


def not_in_group() -> Answer:
    return answer(
        "绑定请私聊办理，群里没有执行。点我的头像发起私聊，再发一次。",
        quote("如果绑定码已经发在群里，请让学校管理员换一个新的，旧码随即作废。"),
    )


def wrong(left: int) -> Answer:
    return answer(
        f"姓名或绑定码不对，还可以再试 {left} 次。",
        quote("绑定码只能用一次，过期或换新后旧码无效；拿不准就向本校学校管理员要一个新的。"),
    )


def locked_now(rule: Binding) -> Answer:
    return answer(
        f"连续 {rule.wrong_tries} 次不对，这个账号 {rule.lock_hours} 小时内不能绑定，原来的绑定码已作废。",
        f"请向本校学校管理员要一个新的绑定码，{rule.lock_hours} 小时后再试。",
    )


def locked(left_ms: int) -> Answer:
    """`left_ms`: milliseconds until the lock ends."""
    whole, minutes = divmod(-(-left_ms // _MINUTE_MS), 60)
    wait = " ".join([f"{whole} 小时"] * bool(whole) + [f"{minutes} 分钟"] * bool(minutes))
    return answer(f"这个账号的绑定已锁定，请 {wait}后再试。", "到时用学校管理员新给的绑定码。")


def lock_notice(platform: Platform, account: str, name: str, rule: Binding) -> str:
    """For the school's lead and the office."""
    return (
        f"有人用{PLATFORMS[platform]}账号 {masked(account)} 绑定“{name[:20]}”，{rule.wrong_tries} 次不对，"
        f"已锁定 {rule.lock_hours} 小时，绑定码已作废。如是本人，请重新给一个绑定码。"
    )
