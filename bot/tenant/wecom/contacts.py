"""Finding people: user/get, user/getuserid, batch/openuserid_to_userid (documents 90196, 96267 and 101521); agent/get."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bot.tenant.calls import Ask, Call, Dialect, Refused
from bot.tenant.people import Platform
from bot.tenant.tenant import Tenant
from bot.tenant.wecom.access import Access
from bot.tenant.wecom.identifiers import open_userid
from bot.tenant.wecom.requests import OK, body_of, text_of, texts_of
from bot.tenant.wecom.roster import Roster

_MOBILE: Final = re.compile(r"\+?\d{5,20}")
_OPEN_IDS: Final = 1000
_READ: Final = frozenset({"user/get", "agent/get", "getcallbackip"})


class Contacts:
    """Everybody in the tenant is in the app's visible range."""

    def __init__(self, tenant: Tenant, access: Access) -> None:
        self._tenant = tenant
        self._access = access
        self._roster = Roster(tenant)

    def user(self, ask: Ask) -> Mapping[str, object]:
        """Without mobile and the like, which apps made since June 2022 do not get."""
        account = ask.query.get("userid", "")
        if not account:
            raise Refused(41009, "userid missing")
        member = self._access.member(account)
        if member is None:
            raise Refused(60111, "userid not found")
        return {
            **OK,
            "userid": member.account(Platform.WECOM),
            "name": member.name,
            "department": [1],
            "position": "、".join(member.roles),
            "status": 1,
            "main_department": 1,
        }

    def by_mobile(self, ask: Ask) -> Mapping[str, object]:
        mobile = text_of(body_of(ask), "mobile", missing=40063)
        if not _MOBILE.fullmatch(mobile):
            raise Refused(60103, "invalid mobile")
        account = self._roster.account_of_mobile(mobile)
        if not account:
            raise Refused(46004, "no such user")
        return {**OK, "userid": account}

    def plain_ids(self, ask: Ask) -> Mapping[str, object]:
        """Ids that are plain already come back as invalid."""
        asked = texts_of(body_of(ask), "open_userid_list")
        if not asked:
            raise Refused(40063, "open_userid_list is empty")
        if len(asked) > _OPEN_IDS:
            raise Refused(40058, f"open_userid_list exceed {_OPEN_IDS}")
        known = {open_userid(account): account for account in self._tenant.directory.accounts(Platform.WECOM)}
        found = [{"open_userid": one, "userid": known[one]} for one in asked if one in known]
        missing = [one for one in asked if one not in known]
        return {**OK, "userid_list": found, "invalid_open_userid_list": missing}

    def agent(self, ask: Ask) -> Mapping[str, object]:
        """What the administration knows of the app itself, and who may see it."""
        app = self._access.app
        asked = ask.query.get("agentid", "")
        if not asked:
            raise Refused(41011, "agentid missing")
        if asked != str(app.agent_id):
            raise Refused(301002, "not allow operate another agent with this accesstoken")
        return {
            **OK,
            "agentid": app.agent_id,
            "name": app.name,
            "square_logo_url": "",
            "description": "",
            "allow_userinfos": {"user": []},
            "allow_partys": {"partyid": [1]},
            "allow_tags": {"tagid": []},
            "close": 0,
            "redirect_domain": "",
            "report_location_flag": 0,
            "isreportenter": 0,
            "home_url": "",
        }

    def callback_addresses(self, _ask: Ask) -> Mapping[str, object]:
        return {**OK, "ip_list": ["127.0.0.1", "::1"]}

    def calls(self) -> Sequence[Call]:
        make = self._call
        return (
            make("user/get", self.user, "按账号查成员", "90196", ("没有这个成员 60111",)),
            make("user/getuserid", self.by_mobile, "按手机号查账号", "96267", ("查不到 46004",)),
            make(
                "batch/openuserid_to_userid",
                self.plain_ids,
                "把加密的 userid 换成明文",
                "101521",
                ("≤ 1000 个（40058）；本来就是明文的列在 invalid_open_userid_list",),
            ),
            make("agent/get", self.agent, "查应用自己的设置", "90227", ("别的应用的 agentid 301002",)),
            make("getcallbackip", self.callback_addresses, "回调的来源地址", "90238", ()),
        )

    def _call(
        self,
        name: str,
        handle: Callable[[Ask], Mapping[str, object]],
        title: str,
        document: str,
        limits: Sequence[str],
    ) -> Call:
        return Call(
            name=f"wecom.{name.replace('/', '.')}",
            method="GET" if name in _READ else "POST",
            path=f"/wecom/cgi-bin/{name}",
            dialect=Dialect.QYAPI,
            title=title,
            limits=limits,
            source=f"官方文档 {document}",
            handle=self._access.guarded(name, handle),
        )
