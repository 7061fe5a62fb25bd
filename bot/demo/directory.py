"""The demonstration county as a tenant sees it: who has which account, and which groups there are."""

import hmac
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from uuid import UUID

from bot.demo.county import DemoPerson, people
from bot.demo.units import BUREAU, TRAINING_SCHOOL
from bot.tenant.people import Directory, Group, Member, Platform

_LEADS = frozenset({"校长", "园长", "学校管理员"})
_OFFICES = frozenset({BUREAU, TRAINING_SCHOOL})
_COUNTY = frozenset({"项目办", "领导小组"})
COUNTY_GROUP = "示例县 提升工程群（校长和项目办）"
SCHOOL_GROUP = " 研修群"
"""How the name of a unit's own group ends."""
AIBOT_GROUP = f"示例县第一小学{SCHOOL_GROUP}"
"""On WeCom it is bound through the AI bot."""
_VISITOR = Member(key="visitor", name="示例访客", unit="不在这家单位的通讯录里", roles=("外部人员",))


def directory(secret_key: str) -> Directory:
    """The same ids and webhooks at every start; whoever does not know `secret_key` cannot guess them."""
    # Schools first, and there whoever is bound on both platforms: they are met first on the page.
    met = sorted(people(), key=lambda one: (one.school in _OFFICES, not (one.wecom and one.dingtalk)))
    members = [_member(person) for person in met]
    return Directory([*members, _VISITOR], _groups(members, secret_key))


def _member(person: DemoPerson) -> Member:
    # Whom the roster knows without an account has one all the same: these bind themselves with a code.
    account = person.wecom or person.dingtalk or f"demo_{person.staff_no.removeprefix('SL')}"
    return Member(
        key=person.staff_no,
        name=person.name,
        unit=person.school,
        team=person.group,
        roles=tuple(person.role.split("、")),
        accounts=dict.fromkeys(Platform, account),
        mobile=person.mobile,
    )


def _groups(members: list[Member], secret_key: str) -> Iterator[Group]:
    rooms: defaultdict[str, set[str]] = defaultdict(set)
    for member in members:
        if member.unit != BUREAU:
            rooms[f"{member.unit}{SCHOOL_GROUP}"].add(member.key)
        if member.team:
            rooms[f"{member.unit} {member.team}"].add(member.key)
        if not (_LEADS | _COUNTY).isdisjoint(member.roles):
            rooms[COUNTY_GROUP].add(member.key)
    for name, keys in rooms.items():
        if len(keys) > 1:
            for platform in Platform:
                visitors = {_VISITOR.key} if name == AIBOT_GROUP else set()
                yield _group(platform, name, frozenset(keys | visitors), secret_key)


def _group(platform: Platform, name: str, members: frozenset[str], secret_key: str) -> Group:
    def fixed(purpose: str) -> bytes:
        return hmac.digest(secret_key.encode(), f"{purpose}\n{platform}\n{name}".encode(), sha256)

    if platform is Platform.WECOM:
        chat_id, webhook, secret = f"wr{_letters(fixed('chat'))}", str(UUID(bytes=fixed("webhook")[:16])), ""
    else:
        chat_id = f"cid{b64encode(fixed('chat')[:16]).decode()}"
        webhook, secret = fixed("webhook").hex(), f"SEC{fixed('secret').hex()}"
    return Group(
        key=f"{platform}-{fixed('key').hex()[:12]}",
        platform=platform,
        name=name,
        chat_id=chat_id,
        members=members,
        webhook=webhook,
        webhook_secret=secret,
    )


def _letters(digest: bytes) -> str:
    return "".join(char for char in b64encode(digest).decode() if char.isalnum())[:30]
