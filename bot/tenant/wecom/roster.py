"""Who somebody is, for the mentions in a group."""

from bot.tenant.people import Group, Platform
from bot.tenant.tenant import Tenant


class Roster:
    """Finds the names that a group's members see."""

    def __init__(self, tenant: Tenant) -> None:
        self._directory = tenant.directory

    def name_in(self, group: Group, account: str) -> str:
        """Empty for somebody who is not in the group."""
        member = self._directory.by_account(Platform.WECOM, account)
        return member.name if member is not None and member.key in group.members else ""

    def account_of_mobile(self, mobile: str) -> str:
        """Empty when nobody has it."""
        members = self._directory.members.values()
        found = (m.account(Platform.WECOM) for m in members if m.mobile and m.mobile == mobile)
        return next(found, "")
