"""绑定本群: the office says in a group whose news it gets."""

from bot.policy.outgoing import Way
from bot.policy.plan import Plan, RankingMode
from bot.policy.school_named import meant
from handlers.preview import preview
from handlers.turn import Turn
from messages.commands import Command
from messages.incoming import UNNAMED_GROUP, Door, Platform
from messages.outgoing import Answer
from messages.texts import bind_group as texts
from messages.texts.wording import clock_time
from storage import chat_groups
from storage.chat_groups import Binding, ChatGroup
from storage.heard_chats import title_of
from storage.schools import all_schools
from storage.sealing import Sealing

COUNTY = "全市"
_WAYS = {Platform.WECOM: Way.WECOM_AIBOT, Platform.DINGTALK: Way.DINGTALK_GROUP}
_RANKING = "daily-ranking"


def bind_group(turn: Turn) -> Answer:
    if not turn.message.in_group:
        return texts.how()
    way = _WAYS.get(turn.message.platform)
    if way is None or turn.message.chat == UNNAMED_GROUP:
        return texts.no_group_here()
    if not turn.secret_key:
        return texts.no_key()
    before = chat_groups.in_chat(turn.connection, turn.message.platform, turn.message.chat)
    written = turn.arguments.school.strip()
    if not written:
        stopped = before is not None and before.stopped_at is not None
        return texts.stands(_whose(before), stopped=stopped)
    school = _school(turn, written)
    return school if isinstance(school, Answer) else _bind(turn, way, before, *school)


def _school(turn: Turn, written: str) -> tuple[int | None, str] | Answer:
    """Its id and name, None for the whole county; or what to ask back."""
    if written == COUNTY:
        return None, COUNTY
    names = {one.school_id: (one.name, one.short_name) for one in all_schools(turn.connection)}
    found = meant(written, names)
    if found.school_id is not None:
        return found.school_id, names[found.school_id][0]
    if found.ambiguous:
        return texts.which_school(written, found.candidates)
    return texts.no_such_school(written, found.candidates)


def _bind(turn: Turn, way: Way, before: ChatGroup | None, school_id: int | None, whose: str) -> Answer:
    if before is not None and before.school_id == school_id and before.stopped_at is None:
        return texts.already(whose)
    if before is not None and before.school_id != school_id and not turn.confirmed:
        said = texts.preview(_whose(before), whose, turn.plan.confirm_minutes)
        return preview(turn, Command.BIND_GROUP, turn.arguments, said)
    chat = turn.message.chat
    title = turn.message.chat_title or title_of(turn.connection, turn.message.platform, chat) or ""
    done = chat_groups.bind(
        turn.connection,
        Binding(way=way, address=chat, school_id=school_id, title=title),
        Sealing(turn.secret_key),
        at=turn.real_ms,
        by=turn.actor,
    )
    detail = {"group": done.group.id, "school": school_id}
    if before is not None:
        detail["school_before"] = before.school_id
    turn.record("group.bound", detail)
    others = [
        one.name
        for one in chat_groups.of_school(turn.connection, school_id)
        if one.id != done.group.id and one.platform is done.group.platform  # elsewhere it is another group
    ]
    return texts.bound(
        whose,
        texts.Posting(
            at=_posted_at(turn.plan),
            # What was heard on the long connection shows that it is there.
            long_connection=way is Way.WECOM_AIBOT and turn.message.door is not Door.AIBOT,
            others=others,
            resumed=done.resumed,
        ),
    )


def _whose(group: ChatGroup | None) -> str:
    return "" if group is None else group.school_name or COUNTY


def _posted_at(plan: Plan) -> str:
    """When the ranking comes; "" when none does."""
    if plan.ranking_mode is RankingMode.OFF:
        return ""
    return next((clock_time(job.at) for job in plan.jobs if job.name == _RANKING and job.on), "")
