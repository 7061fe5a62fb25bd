"""The tables of failures as a page of the office's handbook: what a code means, and who does what about it."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final

from bot.platforms.dingtalk import failures as dingtalk
from bot.platforms.refusals import UNKNOWN, Code, Refusal, Refusals
from bot.platforms.wecom import failures as wecom
from bot.sending import Do

_HEAD: Final = """# 平台报错时怎么办

<!-- 由 `make docs` 从代码生成，不要手改。 -->

一条出路停下、一个群被停用的时候，项目办会收到提醒，里面有平台给的代码；别的代码记在发送记录里。
在这一页找到它，照最后一列做；最后一列是“—”的不用管，机器人自己会处理。改好以后，没发出去的消息可以重新发。

- “再发”：第一次等一两秒，以后越等越久；过了这条消息的有效期就不发了。
- “停下”：这个平台的这条出路十分钟内不再试，避免平台封禁；改好后会自己恢复，改了设置的要重启机器人。
- “停用这个群”：再试两次，还不行就不再往这个群发，重新绑定后恢复。别的群不受影响。
- 没有代码的情况：连不上、平台不回答、回了一个网页。可能已经送到的，机器人带着同一个编号再发一次，平台能认出重复；
  不能认出重复的，过一分钟只再发一次，之后记为“不确定”，不会一直重复。
"""
_OF_MANY: Final = "### 一次发给几个人，有几个没发到\n\n平台在应答里单列出来，别人照常收到。\n"
_BACK: Final = "### 撤回\n\n和{}相同，下面这些除外。群机器人（webhook）发的撤不回来。\n"
_CELLS: Final = ("代码", "含义", "机器人怎么做", "您要做什么")


def handbook() -> str:
    """The whole page, ending in a newline."""
    parts = [_HEAD]
    for title, rows, unsent in _chapters():
        doing = partial(done, unsent=unsent) if unsent else _undone
        parts += [title, _table(rows, doing), ""]
    return "\n".join(parts)


def _chapters() -> Iterable[tuple[str, Mapping[str, Refusal], str]]:
    """Title, rows, and what becomes of a message that is left; "" = these are to be taken back."""
    person, group, none = "不发了，本人下次来问时再说", "不发了", "不带图，只发文字"
    forbidden = {f"`Forbidden.AccessDenied.{end}`": row for end, row in dingtalk.FORBIDDEN.items()}
    families = {f"`{start}…`": row for start, row in dingtalk.CONTENT.items()}
    robot = {**_named(dingtalk.OPEN_API), **forbidden, **families}
    in_groups = _named(_only_in(dingtalk.GROUP, dingtalk.OPEN_API))
    missing = {f"`{start}…`": row for start, row in wecom.MISSING.items()}
    yield "## 企业微信\n\n### 应用发给个人\n", {**_named(wecom.APP), **missing}, person
    yield _OF_MANY, _named(wecom.NOT_REACHED), person
    yield _BACK.format("应用发给个人"), _named(_only_in(wecom.RECALL, wecom.APP)), ""
    yield (
        "### 取 access_token\n\n和发给个人相同，下面这些除外。\n",
        _named(_only_in(wecom.TOKEN, wecom.APP)),
        person,
    )
    yield "### 群机器人（webhook）\n", _named(wecom.WEBHOOK), group
    yield "### 智能机器人发到群\n", _named(wecom.AIBOT), group
    yield (
        "### 智能机器人发给个人\n\n和发到群相同，下面这些除外。\n",
        _named(_only_in(wecom.AIBOT_PEOPLE, wecom.AIBOT)),
        person,
    )
    yield "## 钉钉\n\n### 机器人发给个人\n", robot, person
    yield _OF_MANY, _named(dingtalk.NOT_REACHED), person
    yield "### 机器人发到群\n\n和发给个人相同，下面这些除外。\n", in_groups, group
    yield _BACK.format("机器人发给个人"), _named(_only_in(dingtalk.RECALL, dingtalk.OPEN_API)), ""
    yield "### 群机器人（webhook）\n", _named(dingtalk.WEBHOOK), group
    yield "### 上传图片\n", _named(dingtalk.UPLOAD), none
    yield "## 别的代码\n", {"没有列出的": UNKNOWN}, group


def _named(table: Mapping[Code, Refusal] | Mapping[str, Refusal]) -> Mapping[str, Refusal]:
    return {f"`{code}`": row for code, row in table.items()}


def _only_in(table: Refusals, other: Refusals) -> Refusals:
    return {code: row for code, row in table.items() if other.get(code) != row}


def _table(rows: Mapping[str, Refusal], doing: Callable[[Refusal], str]) -> str:
    lines = [_line(_CELLS), _line(["---"] * len(_CELLS))]
    lines += [_line((code, row.means, doing(row), row.cure or "—")) for code, row in rows.items()]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def done(row: Refusal, unsent: str) -> str:
    """What the bot does about it, as a sentence without its full stop."""
    verdict = row.verdict
    match verdict.do:
        case Do.AGAIN:
            return _again(verdict.after_s, verdict.most_tries, everybody=verdict.everybody)
        case Do.RENEW:
            return "换一个 access_token 再发一次；还不行就停下，告诉项目办"
        case Do.STOP if verdict.everybody:
            return "停下，告诉项目办"
        case Do.STOP:
            return "停用这个群，告诉项目办"
        case Do.DOUBT:
            return "过一分钟再发一次，之后记为不确定"
        case Do.LEAVE:
            return "分成更短的几条再发一次；还不行就不发了" if row.shorter else unsent


def _again(after_s: int, most_tries: int, *, everybody: bool) -> str:
    when = "再发"
    if after_s:
        length = f"{after_s // 60} 分钟" if after_s >= 60 else f"{after_s} 秒"
        when = f"{length}内谁也不发，之后再发" if everybody else f"{length}内不往这里发，之后再发"
    return f"{when}，最多 {most_tries} 次" if most_tries else when


def _undone(row: Refusal) -> str:
    """As `done`, of a message that is to be taken back."""
    verdict = row.verdict
    if verdict.do is Do.AGAIN:
        return f"{verdict.after_s} 秒后再撤，最多 {verdict.most_tries} 次"
    return "不撤了，照原样留着"
