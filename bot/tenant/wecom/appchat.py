"""Groups that the app makes and speaks in: appchat (documents 90245 to 90248)."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.tenant.calls import Ask, Call, Dialect, Refused
from bot.tenant.limits import Window
from bot.tenant.people import Chat, Group, Member, Platform, Room
from bot.tenant.tenant import Tenant
from bot.tenant.transcript import Author
from bot.tenant.wecom.access import Access
from bot.tenant.wecom.contents import Place, compose
from bot.tenant.wecom.messages import APP_OWNER
from bot.tenant.wecom.requests import OK, body_of, number_of, optional_text, text_of, texts_of
from bot.tenant.wecom.roster import Roster

_CHAT_ID: Final = re.compile(r"[0-9A-Za-z]{1,32}")
_FEWEST, _MOST = 2, 2000
_NAME_CHARACTERS: Final = 50
_DAY: Final = 24 * 3600.0


class AppChats:
    """Only the groups made here take messages of the app."""

    def __init__(self, tenant: Tenant, access: Access) -> None:
        self._tenant = tenant
        self._access = access
        self._roster = Roster(tenant)
        self._owners: dict[str, str] = {}  # Group.key → Member.key
        self._created = Window(tenant.clock, 1000, _DAY)
        self._updated = Window(tenant.clock, 1000, 3600)
        self._minute = Window(tenant.clock, 200, 60)
        self._day = Window(tenant.clock, 10_000, _DAY)

    def create(self, ask: Ask) -> Mapping[str, object]:
        body = body_of(ask)
        people = self._people(texts_of(body, "userlist"))
        owner = self._owner(body, people)
        chat_id = optional_text(body, "chatid") or secrets.token_hex(16)
        if not _CHAT_ID.fullmatch(chat_id):
            raise Refused(86205 if len(chat_id) > 32 else 86001, "invalid chatid")
        if self._tenant.directory.group_of_chat(Platform.WECOM, chat_id):
            raise Refused(86215, "chatid exists already")
        if not self._created.take(""):
            raise Refused(45009, "more than 1000 groups a day")
        name = optional_text(body, "name")[:_NAME_CHARACTERS] or "、".join(m.name for m in people)[:20]
        group = Group(
            key=f"appchat-{chat_id}",
            platform=Platform.WECOM,
            name=name,
            chat_id=chat_id,
            members=frozenset(member.key for member in people),
            webhook="",
            made_by_app=True,
        )
        self._tenant.directory.add_group(group)
        self._owners[group.key] = owner.key
        return {**OK, "chatid": chat_id}

    def update(self, ask: Ask) -> Mapping[str, object]:
        body = body_of(ask)
        group = self._group(text_of(body, "chatid", missing=86201))
        added = self._people(texts_of(body, "add_user_list"), fewest=0)
        leaving = {
            member.key
            for user in texts_of(body, "del_user_list")
            if (member := self._access.member(user)) is not None
        }
        members = (group.members | {member.key for member in added}) - leaving
        if not _FEWEST <= len(members) <= _MOST:
            raise Refused(86006, "a group has 2 to 2000 members")
        if not self._updated.take(""):
            raise Refused(45009, "more than 1000 updates an hour")
        name = optional_text(body, "name")[:_NAME_CHARACTERS] or group.name
        changed = replace(group, name=name, members=members)
        people = self._tenant.directory.people_in(changed)
        if body.get("owner") or self._owners.get(group.key) not in members:
            self._owners[group.key] = self._owner(body, people).key
        self._tenant.directory.add_group(changed)
        return OK

    def get(self, ask: Ask) -> Mapping[str, object]:
        group = self._group(ask.query.get("chatid", ""))
        people = self._tenant.directory.people_in(group)
        owner = next((m for m in people if m.key == self._owners.get(group.key)), people[0])
        info = {
            "chatid": group.chat_id,
            "name": group.name,
            "owner": owner.account(Platform.WECOM),
            "userlist": [member.account(Platform.WECOM) for member in people],
            "chat_type": 0,
        }
        return {**OK, "chat_info": info}

    def send(self, ask: Ask) -> Mapping[str, object]:
        body = body_of(ask)
        group = self._group(text_of(body, "chatid", missing=86201))
        if number_of(body, "safe", 0) not in (0, 1):
            raise Refused(40058, "invalid safe")
        drawn = compose(body, self._place(group))
        # Whoever is beyond the limits does not see it, without an error; the others do.
        taken = [self._minute.take(key) and self._day.take(key) for key in group.members]
        if any(taken):
            chat = Chat(Platform.WECOM, Room.GROUP, group.chat_id)
            author = Author(self._access.app.name)
            self._tenant.transcript.post(chat, drawn, author, at_ms=self._tenant.clock.ms())
        return OK

    def _place(self, group: Group) -> Place:
        return Place(
            name="chat",
            owner=APP_OWNER,
            media=self._tenant.media,
            switches=self._tenant.switches,
            names=lambda account: self._roster.name_in(group, account),
            by_mobile=self._roster.account_of_mobile,
        )

    def _group(self, chat_id: str) -> Group:
        group = self._tenant.directory.group_of_chat(Platform.WECOM, chat_id)
        if group is None:
            raise Refused(86003, "chatid not exist")
        if not group.made_by_app:
            raise Refused(86008, "not allow to operate a group made by others")
        return group

    def _people(self, users: Sequence[str], *, fewest: int = _FEWEST) -> list[Member]:
        found: dict[str, Member] = {}
        for user in users:
            member = self._access.member(user)
            if member is None:
                raise Refused(86216, f"invalid chat member id: {user[:64]}")
            found[member.key] = member
        if not fewest <= len(found) <= _MOST:
            raise Refused(86006, "a group has 2 to 2000 members")
        return list(found.values())

    def _owner(self, body: Mapping[str, Any], people: Sequence[Member]) -> Member:
        wanted = optional_text(body, "owner")
        if not wanted:
            return people[0]
        owner = self._access.member(wanted)
        if owner is None:
            raise Refused(86005, "invalid owner")
        if owner not in people:
            raise Refused(86207, "owner not in userlist")
        return owner

    def calls(self) -> Sequence[Call]:
        make = self._call
        return (
            make(
                "create",
                self.create,
                "应用建群",
                (
                    "成员 2–2000 人（86006），群名 ≤ 50 字",
                    "chatid ≤ 32 位数字字母（86001、86205），已经有的 86215",
                    "每天 1000 个（45009）",
                ),
            ),
            make("update", self.update, "改应用建的群", ("每小时 1000 次（45009）",)),
            make("get", self.get, "查应用建的群", ("不是应用建的群 86008，没有的群 86003",), method="GET"),
            make(
                "send",
                self.send,
                "应用在自己建的群里发消息",
                (
                    "不是应用建的群 86008，没有的群 86003",
                    "text ≤ 2048 字节，超过的截断；@ 用 mentioned_list 或 <@userid>",
                    "每人每分钟 200 条、每天 1 万条，超过的不送达、不报错",
                ),
            ),
        )

    def _call(
        self,
        name: str,
        handle: Callable[[Ask], Mapping[str, object]],
        title: str,
        limits: Sequence[str],
        *,
        method: str = "POST",
    ) -> Call:
        return Call(
            name=f"wecom.appchat.{name}",
            method=method,
            path=f"/wecom/cgi-bin/appchat/{name}",
            dialect=Dialect.QYAPI,
            title=title,
            limits=limits,
            source="官方文档 90245–90248",
            handle=self._access.guarded(f"appchat/{name}", handle),
            target=_chat_id,
        )


def _chat_id(ask: Ask) -> str:
    found = ask.query.get("chatid") or (ask.object() or {}).get("chatid")
    return found if isinstance(found, str) else ""
