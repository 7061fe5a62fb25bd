"""A group is bound or let go by somebody who names its address: the operator's command and the office's page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection

from bot.policy.outgoing import Way
from bot.policy.webhooks import Webhook, WebhookFault, read_webhook
from storage import audit, chat_groups
from storage.chat_groups import Binding, Bound, ChatGroup, platform_of
from storage.group_heirs import take_over
from storage.heard_chats import title_of
from storage.sealing import Sealing

_LONGEST_CHAT: Final = 128
_LONGEST_SECRET: Final = 200
_LONGEST_TITLE: Final = 100
_WEBHOOKS: Final = {"wecom": Way.WECOM_WEBHOOK, "dingtalk": Way.DINGTALK_WEBHOOK}
_CHATS: Final = {"wecom": Way.WECOM_AIBOT, "dingtalk": Way.DINGTALK_GROUP}
_NAMES: Final = {Way.WECOM_WEBHOOK: "企业微信", Way.DINGTALK_WEBHOOK: "钉钉"}


class NotAnAddress(Exception):
    """What was written cannot be bound; it never quotes what opens a group."""

    def __init__(self, field: str, sentence: str, platform: str = "") -> None:
        super().__init__(sentence)
        self.field = field  # "webhook", "chat" or "secret"
        self.sentence = sentence  # without a full stop
        self.platform = platform  # whose address it is, where it is another platform's


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """As somebody has written it; `webhook` or `chat`."""

    platform: str  # "wecom" or "dingtalk"
    webhook: str | None = field(default=None, repr=False)
    chat: str | None = None
    secret: str | None = field(default=None, repr=False)  # that DingTalk's webhook is signed with
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a binding; `heir_of`: the stopped group whose place it takes, and how many messages with it."""

    bound: Bound
    heard: bool  # somebody has spoken to the bot there
    heir_of: tuple[int, int] | None


def read(written: Written, bases: Mapping[Way, str]) -> tuple[Way, str, str]:
    """Way in, address and signing secret. `bases`: where webhooks may lead to. Raises NotAnAddress."""
    if written.chat is not None:
        way, address = _CHATS[written.platform], _chat(written.chat)
    else:
        way = _WEBHOOKS[written.platform]
        address = _webhook(written.webhook or "", way, bases)
    return way, address, _signing(way, written.secret)


def bind(  # noqa: PLR0913 - who binds what to whom
    connection: Connection,
    written: Written,
    school_id: int | None,
    bases: Mapping[Way, str],
    *,
    secret_key: str,
    at: int,
    actor: str,
) -> Done:
    """With its line in the audit log; `school_id` None = the county. Raises NotAnAddress."""
    way, address, secret = read(written, bases)
    heard = title_of(connection, platform_of(way), address)
    title = "".join(filter(str.isprintable, written.title)).strip() or heard or ""
    binding = Binding(
        way=way, address=address, school_id=school_id, secret=secret, title=title[:_LONGEST_TITLE]
    )
    done = chat_groups.bind(connection, binding, Sealing(secret_key), at=at, by=actor)
    is_new = written.chat is None and done.before is None
    heir_of = take_over(connection, done.group, at=at) if is_new else None
    detail: dict[str, int | str | None] = {
        "group": done.group.id,
        "school": done.group.school_id,
        "way": done.group.way.value,
    }
    detail |= {} if done.before is None else {"school_before": done.before.school_id}
    detail |= {} if heir_of is None else {"in_place_of": heir_of[0]}
    audit.record(connection, at=at, actor=actor, action="group.bound", person_id=None, detail=detail)
    return Done(bound=done, heard=heard is not None, heir_of=heir_of)


def unbind(connection: Connection, group_id: int, *, at: int, actor: str) -> ChatGroup | None:
    """The group as it was, with its line in the audit log; None when there is none that is bound."""
    was = chat_groups.unbind(connection, group_id, at=at)
    if was is not None:
        detail = {"group": group_id, "school": was.school_id}
        audit.record(connection, at=at, actor=actor, action="group.unbound", person_id=None, detail=detail)
    return was


def _chat(written: str) -> str:
    chat = written.strip()
    if "://" in chat:
        raise NotAnAddress("chat", "这是网址，不是群的会话 ID")
    if len(chat.split()) != 1 or len(chat) > _LONGEST_CHAT or not chat.isprintable():
        raise NotAnAddress("chat", "不像群的会话 ID，请原样复制")
    return chat


def _webhook(written: str, way: Way, bases: Mapping[Way, str]) -> str:
    found = read_webhook(written, way, dict(bases))
    if isinstance(found, Webhook):
        return found.url
    fault, base = WebhookFault(found), bases[way]
    here, other = ("wecom", "dingtalk") if way is Way.WECOM_WEBHOOK else ("dingtalk", "wecom")
    path = "/cgi-bin/webhook/send?key=…" if here == "wecom" else "/robot/send?access_token=…"
    name, form = _NAMES[way], base + path
    if fault is WebhookFault.OTHER_PLATFORM:
        raise NotAnAddress("webhook", f"这是{_NAMES[_WEBHOOKS[other]]}的地址", platform=other)
    raise NotAnAddress(
        "webhook",
        {
            WebhookFault.NOT_A_URL: f"不是网址，要像 {form}",
            WebhookFault.OTHER_HOST: f"不是{name}的地址，要以 {base} 开头",
            WebhookFault.OTHER_PATH: f"不是群机器人的地址，要像 {form}",
            WebhookFault.NO_KEY: f"里面没有密钥，或不完整，要像 {form}",
        }[fault],
    )


def _signing(way: Way, secret: str | None) -> str:
    if secret is None:
        return ""
    if way is not Way.DINGTALK_WEBHOOK:
        raise NotAnAddress("secret", "只有钉钉群机器人的 Webhook 才有加签密钥")
    found = secret.strip()
    if not (found.startswith("SEC") and found.isalnum() and len(found) <= _LONGEST_SECRET):
        raise NotAnAddress("secret", "加签密钥以 SEC 开头，请从群机器人的安全设置里原样复制")
    return found
