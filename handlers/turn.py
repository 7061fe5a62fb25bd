"""One message on its way to an answer, with everything a handler may look at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from bot.policy.people import Grant
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from messages.commands import Arguments, Command, Understood
from messages.incoming import IncomingMessage, Platform
from messages.outgoing import Answer, Reply
from storage import audit
from storage.inbox import fold
from storage.people import Asker, find_asker
from storage.roles import grants_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a handler is given; it reads and writes by `connection` and never commits."""

    connection: Connection
    message: IncomingMessage
    understood: Understood
    asker: Asker | None  # None = nobody is bound to the account
    plan: Plan
    catalogue: Catalogue
    now: datetime  # the programme's clock, Asia/Shanghai
    real_ms: int  # the real clock: limits, leases, one-time codes
    secret_key: str = field(repr=False)
    trace: str = ""
    confirmed: bool = False  # 确认 was said to the preview of this command
    urgent: bool = False  # and with it 加急
    ref: str = ""  # of what was offered, where a button was tapped: messages.refs
    reaches: frozenset[Platform] = frozenset()  # where people can be written to
    public_url: str = ""  # base of the links that are handed out, without a slash at its end

    @property
    def arguments(self) -> Arguments:
        return self.understood.arguments

    @property
    def person(self) -> Asker:
        """The asker, in handlers that only bound people reach."""
        assert self.asker is not None, "the registry lets only bound people through"
        return self.asker

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def now_ms(self) -> int:
        """The programme's clock as the database keeps instants."""
        return int(self.now.timestamp() * 1000)

    @property
    def folded(self) -> str:
        return fold(self.message.account)

    @property
    def actor(self) -> str:
        """Who acts, as the audit names it."""
        if self.asker is not None:
            return f"person:{self.asker.person_id}"
        return f"{self.message.platform.value}:{self.folded}"

    def grants(self) -> frozenset[Grant]:
        return frozenset() if self.asker is None else grants_of(self.connection, self.asker.person_id)

    def record(self, action: str, detail: Mapping[str, Any], *, person_id: int | None = None) -> None:
        """Into the audit log, as done by the asker; `person_id`: whom it concerns, if it is one person."""
        audit.record(
            self.connection,
            at=self.real_ms,
            actor=self.actor,
            action=action,
            person_id=person_id,
            detail=detail,
            trace=self.trace,
        )

    def day(self, at: int) -> date:
        """The day of an instant (epoch milliseconds) by the programme's calendar."""
        return datetime.fromtimestamp(at / 1000, self.now.tzinfo).date()

    def afresh(self) -> "Turn":
        """The same turn with the asker read again, after something about them has changed."""
        message = self.message
        return replace(self, asker=find_asker(self.connection, message.platform, message.account))

    def in_private(self) -> "Turn":
        """The same turn, as if the asker had said it in the private chat."""
        return replace(self, message=replace(self.message, chat=""))

    def saying(self, command: Command, arguments: Arguments) -> "Turn":
        """The same turn, as if this had been said."""
        return replace(self, understood=Understood(command=command, arguments=arguments))


Handler = Callable[[Turn], Answer | Reply]
"""Returns what to say; a Reply only where a page was rendered before."""
