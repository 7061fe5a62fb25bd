"""What the page may do with the programme: read and move its clock, and hand out a binding code."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Programme(Protocol):
    """Implemented by whoever runs the bot beside the tenant; times are in Asia/Shanghai."""

    def now(self) -> datetime: ...

    def move_to(self, moment: datetime) -> None:
        """Later or earlier than now; what is stored stays as it is."""
        ...

    def moments(self) -> Sequence[tuple[str, datetime]]:
        """Where one may want to jump, with a label such as “5月30日 8:00（软截止日）”."""
        ...

    def is_bound(self, platform: str, account: str) -> bool:
        """Whether the bot knows whose account this is; `platform` is “wecom” or “dingtalk”.

        Also called in a thread.
        """
        ...

    def binding_code(self, staff_no: str) -> str:
        """A new one-time code. Called in a thread, because it may wait for a database.

        Raises LookupError with a sentence for the person when there is none to give.
        """
        ...
