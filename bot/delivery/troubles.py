"""What the office is told when a group, an app or all webhooks take nothing more: once per cause and day."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Final

from sqlalchemy import Connection

from bot.clock import SHANGHAI
from bot.sending import Do, Outlet, Verdict
from messages.texts.delivery import day_used_up, group_stopped, groups_stopped, outlet_stopped
from storage import chat_groups
from storage.alarms import alarm
from storage.chat_groups import ChatGroup

MOST_APART: Final = 5
"""So many stopped groups of a day are told one by one; more of them have one cause."""
LONGEST_WINDOW_MS: Final = 65 * 60_000
"""WeCom blocks for as long as the window that was exceeded: a minute, an hour, or what is left of the day."""
_IN_A_ROW_MS: Final = 15 * 60_000  # between two refusals that belong together


class Troubles:
    """Of one outlet, as one process sees it."""

    def __init__(self, outlet: Outlet, *, by_app: bool) -> None:
        # Several outlets speak in the name of one app: what stops one of them stops all.
        self._channel = f"{outlet.platform.value}.app" if by_app else outlet.name
        self._outlet = outlet.name
        self._over_limit_since: int | None = None
        self._over_limit_at = 0

    def heard(self, connection: Connection, verdicts: Sequence[Verdict], now: int, *, taken: bool) -> None:
        """What concerns everybody. `taken`: something has arrived meanwhile."""
        for verdict in verdicts:
            if verdict.do is Do.STOP and verdict.everybody:
                said = outlet_stopped(self._outlet, verdict.code, verdict.say)
                code = "".join(verdict.code.split()) or "unknown"
                alarm(connection, f"outlet-stopped/{self._channel}/{code}/{_day(now)}", said, at=now)
        limit = next((verdict for verdict in verdicts if verdict.over_limit), None)
        if taken or (limit is not None and now - self._over_limit_at > _IN_A_ROW_MS):
            self._over_limit_since = None
        if limit is None:
            return
        since = self._over_limit_since if self._over_limit_since is not None else now
        self._over_limit_since, self._over_limit_at = since, now
        if now - since >= LONGEST_WINDOW_MS:
            said = day_used_up(self._outlet, limit.code)
            alarm(connection, f"day-used-up/{self._channel}/{_day(now)}", said, at=now)

    def group_stopped(
        self, connection: Connection, group: ChatGroup, verdict: Verdict, *, messages: int, now: int
    ) -> None:
        """`messages`: that wait for it and will not go out."""
        today = datetime.fromtimestamp(now / 1000, SHANGHAI).date()
        midnight = round(datetime.combine(today, time.min, SHANGHAI).timestamp() * 1000)
        alike = [
            one
            for one in chat_groups.bound(connection)
            if one.stopped_at is not None
            and one.stopped_at >= midnight
            and one.stopped_for == group.stopped_for
        ]
        if len(alike) > MOST_APART:
            said = groups_stopped(len(alike), group.way, verdict.code, verdict.say)
            code = "".join(group.stopped_for.split())
            alarm(connection, f"groups-stopped/{group.way.value}/{code}/{today}", said, at=now)
            return
        said = group_stopped(
            group.name, group.way, verdict.code, verdict.say, number=group.id, messages=messages
        )
        alarm(connection, f"group-stopped/{group.id}/{now}", said, at=now)


def _day(now: int) -> str:
    return datetime.fromtimestamp(now / 1000, SHANGHAI).date().isoformat()
