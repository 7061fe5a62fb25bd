"""How long what people and the bot have said to each other is kept."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, or_, select

from bot.policy.outgoing import Kind
from messages.outgoing import NOTHING
from storage.announcement_tables import recall
from storage.connection_tables import owed_reply
from storage.delivery_tables import heard_chat, outbox, picture
from storage.inbox import dump_reply
from storage.outbox import State
from storage.retention_rule import Fate, Moment, Rule, not_older, older
from storage.tables import conversation, inbox

_SILENCE: Final = dump_reply(NOTHING)
_GIVEN_UP: Final = [State.DEAD.value, State.FAILED.value, State.UNCERTAIN.value]
KEYED: Final = (Kind.RANKING, Kind.CORRECTION, Kind.ALARM, Kind.SUMMARY, Kind.ANNOUNCEMENT, Kind.URGENT)
"""Messages whose key could come again (a job by hand for a past day, a trouble that lasts): it stays for ever."""

_later = inbox.alias("later")
_HAS_LATER: Final = exists(
    select(_later.c.id).where(
        _later.c.platform == inbox.c.platform,
        _later.c.folded == inbox.c.folded,
        _later.c.received_at > inbox.c.received_at,
    )
)
_heard: Final = older(inbox.c.received_at, "heard_days")
_IS_RECALLED: Final = exists().where(recall.c.outbox_id == outbox.c.id)
_BEING_RECALLED: Final = exists().where(recall.c.outbox_id == outbox.c.id, recall.c.done_at.is_(None))
_IS_SHOWN: Final = exists().where(outbox.c.picture_id == picture.c.id)
_KEYED: Final = or_(
    outbox.c.kind.in_([kind.value for kind in KEYED]), outbox.c.announcement.is_not(None), _IS_RECALLED
)


def _said(moment: Moment) -> ColumnElement[bool]:
    """Settled: what still waits for its person is never old."""
    return and_(outbox.c.done_at.is_not(None), outbox.c.done_at < moment.ago(moment.days.said_days))


def _wordless(moment: Moment) -> Mapping[str, Any]:
    """Nobody can send it once more: it has no words left."""
    unseen = and_(outbox.c.state.in_(_GIVEN_UP), outbox.c.dismissed_at.is_(None))
    return {
        "content": "",
        "receipt": "",
        "why": "",
        "account": None,
        "picture_id": None,
        "dismissed_at": case((unseen, moment.now_ms), else_=outbox.c.dismissed_at),
    }


TALK: Final = (
    Rule(
        name="heard",
        table=inbox,
        rows="大家发给机器人的消息和当时的回答（每个账号最后一条除外）",
        days="heard_days",
        since="收到那天",
        why="平台几分钟内会重发，靠它不重复办；钉钉的用量按月数。过了这些，原话没有留的必要",
        due=lambda moment: and_(_heard(moment), _HAS_LATER),
        young=not_older(inbox.c.received_at, "heard_days"),
    ),
    Rule(
        name="last-heard",
        table=inbox,
        fate=Fate.CLEAR,
        rows="每个账号最后一条消息的原话和回答",
        days="heard_days",
        since="收到那天",
        why="留下时间：一个人有几个账号时，发到最近用过的那个",
        due=lambda moment: and_(_heard(moment), or_(inbox.c.text != "", inbox.c.reply != _SILENCE)),
        young=not_older(inbox.c.received_at, "heard_days"),
        clears=lambda _moment: {"text": "", "reply": _SILENCE},
    ),
    Rule(
        name="said",
        table=outbox,
        rows="机器人发给个人的通知、提醒、群里提问的私信回答、试发的消息，已经有结果的",
        days="said_days",
        since="有结果那天",
        why="没有送到的，项目办要有时间看；以后同样的事不会再发，因为事情本身还记着",
        due=lambda moment: and_(_said(moment), ~_KEYED),
        young=not_older(outbox.c.noted_at, "said_days"),
    ),
    Rule(
        name="said-once",
        table=outbox,
        fate=Fate.CLEAR,
        rows="排名、更正、汇总、公告、报警，已经有结果的",
        days="said_days",
        since="有结果那天",
        why="留下“发过”这一条：同一天的排名补做一遍也不会再发，公告送到多少人也还数得出来",
        due=lambda moment: and_(_said(moment), _KEYED, outbox.c.content != "", ~_BEING_RECALLED),
        young=not_older(outbox.c.noted_at, "said_days"),
        clears=_wordless,
    ),
    Rule(
        name="pictures",
        table=picture,
        rows="没有消息再用的图片",
        days=7,
        since="画好那天",
        why="图片随消息一起过期；随时能照当天的排名再画",
        due=lambda moment: and_(picture.c.made_at < moment.ago(7), ~_IS_SHOWN),
        looks=lambda _moment: ~_IS_SHOWN,
    ),
    Rule(
        name="owed",
        table=owed_reply,
        rows="没能说出去的回答",
        days=7,
        since="该说那天",
        why="连接断了几天以后，没有人还在等这一句",
        due=older(owed_reply.c.noted_at, 7),
    ),
    Rule(
        name="conversations",
        table=conversation,
        rows="聊到一半的事：没看完的下一页、等确认的预览、编号的列表",
        days=7,
        since="失效那天",
        why="失效后还来问的，告诉他过期了；一周后不用再记",
        due=older(conversation.c.expires_at, 7),
    ),
    Rule(
        name="session-addresses",
        table=heard_chat,
        fate=Fate.CLEAR,
        rows="钉钉群会话的临时地址",
        days=1,
        since="失效那天",
        why="失效的地址没有用",
        due=lambda moment: and_(heard_chat.c.reply_url != "", heard_chat.c.reply_until < moment.ago(1)),
        clears=lambda _moment: {"reply_url": ""},
    ),
)
