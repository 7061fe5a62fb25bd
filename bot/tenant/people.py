"""Who is in the tenant: people, the groups they are in, and the chats in which a bot meets them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, unique


@unique
class Platform(StrEnum):
    """The two that are emulated."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody with a phone. `accounts` holds the user ids; without one the person is an outsider there."""

    key: str
    name: str
    unit: str = ""
    team: str = ""
    roles: tuple[str, ...] = ()  # in the words that people read
    accounts: Mapping[Platform, str] = field(default_factory=dict)
    mobile: str = ""

    def account(self, platform: Platform) -> str:
        return self.accounts.get(platform, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An internal group of one platform, with the webhook robot that stands in it."""

    key: str
    platform: Platform
    name: str
    chat_id: str  # `wr…` on WeCom, `cid…` on DingTalk; case matters
    members: frozenset[str]  # of Member.key
    webhook: str  # WeCom's key, DingTalk's access_token
    webhook_secret: str = ""  # DingTalk: `SEC…`
    webhook_keywords: tuple[str, ...] = ()  # DingTalk: one of them has to stand in every message
    made_by_app: bool = False  # WeCom: only such a group takes appchat/send


@unique
class Room(StrEnum):
    """With whom one is talking."""

    APP = "app"  # WeCom: the self-built app, private
    AIBOT = "aibot"  # WeCom: the AI bot, private
    ROBOT = "robot"  # DingTalk: the enterprise robot, private
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Chat:
    """One conversation; `id` is the user id of a private chat and the chat id of a group."""

    platform: Platform
    room: Room
    id: str

    @property
    def key(self) -> str:
        """The same chat has the same key, whatever the case of a user id."""
        name = self.id if self.room is Room.GROUP else self.id.casefold()
        return f"{self.platform}:{self.room}:{name}"


class Directory:
    """Finds people and groups as the platforms do."""

    def __init__(self, members: Iterable[Member], groups: Iterable[Group] = ()) -> None:
        self.members: dict[str, Member] = {member.key: member for member in members}
        self.groups: dict[str, Group] = {}
        self._by_chat: dict[tuple[Platform, str], Group] = {}
        self._by_webhook: dict[tuple[Platform, str], Group] = {}
        for group in groups:
            self.add_group(group)
        self._by_account = {
            (platform, account.casefold()): member
            for member in self.members.values()
            for platform, account in member.accounts.items()
            if account
        }

    def add_member(self, member: Member) -> None:
        self.members[member.key] = member
        for platform, account in member.accounts.items():
            if account:
                self._by_account[platform, account.casefold()] = member

    def add_group(self, group: Group) -> None:
        self.groups[group.key] = group
        self._by_chat[group.platform, group.chat_id] = group
        self._by_webhook[group.platform, group.webhook] = group

    def by_account(self, platform: Platform, account: str) -> Member | None:
        """WeCom compares user ids without regard to case, and so may anybody."""
        return self._by_account.get((platform, account.casefold()))

    def accounts(self, platform: Platform) -> list[str]:
        return [m.account(platform) for m in self.members.values() if m.account(platform)]

    def group_of_chat(self, platform: Platform, chat_id: str) -> Group | None:
        return self._by_chat.get((platform, chat_id))

    def group_of_webhook(self, platform: Platform, webhook: str) -> Group | None:
        return self._by_webhook.get((platform, webhook))

    def groups_of(self, platform: Platform, member: Member) -> Sequence[Group]:
        groups = self.groups.values()
        return [group for group in groups if group.platform is platform and member.key in group.members]

    def people_in(self, group: Group) -> list[Member]:
        return [member for member in self.members.values() if member.key in group.members]
