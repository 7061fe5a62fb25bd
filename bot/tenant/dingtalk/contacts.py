"""Who somebody is: by mobile number, by unionId, by userId.

Official documents query-users-by-phone-number, query-a-user-by-the-union-id and query-user-details.
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from bot.tenant.calls import Ask, Call, Dialect, Refused
from bot.tenant.dingtalk.gate import RATE, Gate
from bot.tenant.dingtalk.identifiers import union_id
from bot.tenant.dingtalk.posting import Posting
from bot.tenant.people import Member, Platform
from bot.tenant.tenant import Tenant

_MOBILE = re.compile(r"1\d{10}", re.ASCII)


class Contacts:
    """The members of the organisation; an outsider is not in there."""

    def __init__(self, tenant: Tenant, gate: Gate, posting: Posting) -> None:
        self._tenant = tenant
        self._gate = gate
        self._posting = posting

    def calls(self) -> Sequence[Call]:
        rows = (
            ("getbymobile", "v2/user/getbymobile", "手机号查 userid", "query-users-by-phone-number"),
            ("getbyunionid", "user/getbyunionid", "unionid 查 userid", "query-a-user-by-the-union-id"),
            ("get", "v2/user/get", "查用户详情", "query-user-details"),
        )
        works = {"getbymobile": self._by_mobile, "getbyunionid": self._by_union_id, "get": self._details}
        return [
            Call(
                name=f"dingtalk.user.{name}",
                method="POST",
                path=f"/dingtalk/oapi/topapi/{path}",
                dialect=Dialect.OAPI,
                title=title,
                limits=("JSON 或表单", RATE),
                source=f"官方文档 {source}",
                handle=self._gate.oapi(f"user_{name}", works[name]),
            )
            for name, path, title, source in rows
        ]

    def _by_mobile(self, ask: Ask) -> Mapping[str, object]:
        mobile = _params(ask).get("mobile", "")
        if not _MOBILE.fullmatch(mobile):
            raise Refused(40104, "企业中无效的手机号")
        member = next((member for member in self._members() if member.mobile == mobile), None)
        if member is None:
            raise Refused(60121, "未找到该用户")
        return _found({"userid": member.account(Platform.DINGTALK)})

    def _by_union_id(self, ask: Ask) -> Mapping[str, object]:
        union = _params(ask).get("unionid", "")
        if not union:
            raise Refused(400002, "无效的参数")
        member = next((member for member in self._members() if union_id(member) == union), None)
        if member is None:
            raise Refused(60121, "未找到对应员工")
        return _found({"contact_type": 0, "userid": member.account(Platform.DINGTALK)})

    def _details(self, ask: Ask) -> Mapping[str, object]:
        user = _params(ask).get("userid", "")
        if not user:
            raise Refused(400002, "无效的参数")
        member = self._posting.member(user)
        if member is None:
            raise Refused(33012, "无效的userId")
        details = {
            "userid": user,
            "unionid": union_id(member),
            "name": member.name,
            "active": True,
            "admin": False,
            "boss": False,
            "dept_id_list": [1],
        }
        return _found(details | ({"mobile": member.mobile} if member.mobile else {}))

    def _members(self) -> list[Member]:
        members = self._tenant.directory.members.values()
        return [member for member in members if member.account(Platform.DINGTALK)]


def _found(result: Mapping[str, object]) -> Mapping[str, object]:
    return {"errcode": 0, "errmsg": "ok", "result": result}


def _params(ask: Ask) -> dict[str, str]:
    """These calls take a form as well as JSON."""
    given = ask.object()
    if given is None:
        return dict(parse_qsl(ask.body.decode("utf-8", "replace")))
    return {key: value for key, value in given.items() if isinstance(value, str)}
