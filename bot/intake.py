"""The one way in: seen before? → who → what → handler → the answer is stored, all in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum, unique
from hashlib import blake2b
from typing import Any
from zlib import crc32

import structlog
from sqlalchemy import Connection

from bot.metrics import Metrics
from bot.policy.people import Role
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from handlers.perform import Touched, perform, touched
from handlers.turn import Turn
from messages.commands import Command, Understood
from messages.incoming import Door, IncomingMessage, Platform
from messages.outgoing import NOTHING, SILENCE, Answer, Reply
from messages.refs import split_ref
from messages.rendering import pages
from messages.taps import reading_on
from messages.texts.more import nothing_more
from messages.texts.problems import apology, later_by_more, too_many
from messages.understanding.read import Reader
from messages.understanding.speakers import OF_ONES_OWN, SPEAKERS
from storage import heard_chats, inbox, owed, unread
from storage.people import Asker, find_asker, find_askers
from storage.roles import grants_of
from storage.sealing import Sealing

log = structlog.get_logger()

MINUTE_MS = 60_000
_TAPS_FOR_A_MESSAGE = 3
"""A card is tapped as quickly as it is read: whoever reviews forty items must not be told to wait."""
_TEACHER = frozenset({SPEAKERS[Role.TEACHER]})


@unique
class Outcome(StrEnum):
    """What became of a message."""

    ANSWERED = "answered"
    SILENT = "silent"
    LIMITED = "limited"  # too many in a minute: not looked at
    FAILED = "failed"  # a bug: rolled back, apologised for


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message with the moment it came in; `late` = it was acknowledged before it could be answered."""

    message: IncomingMessage
    trace: str
    real_ms: int
    now: datetime
    late: bool = False


def trace_of(message: IncomingMessage) -> str:
    """The id that runs from callback to answer; the same for every delivery of one message."""
    return blake2b(message.key.encode(errors="surrogatepass"), digest_size=8).hexdigest()


class Intake:
    """What a lane does with messages."""

    def __init__(  # noqa: PLR0913  what every turn stands on
        self,
        *,
        plan: Plan,
        catalogue: Catalogue,
        secret_key: str,
        reaches: frozenset[Platform] = frozenset(),
        public_url: str = "",
        metrics: Metrics,
    ) -> None:
        """`reaches`: the platforms on which people can be written to; `public_url`: base of links."""
        self._plan = plan
        self._catalogue = catalogue
        self._secret_key = secret_key
        self._sealing = Sealing(secret_key) if secret_key else None
        self._reaches = reaches
        self._public_url = public_url
        self._metrics = metrics
        self._reader = Reader(catalogue, programme=plan.span)
        self._reads_on: date | None = None

    def together(self, connection: Connection, items: Sequence[Delivery]) -> list[Reply]:
        """The reply to each, in order; a repetition gets what was said the first time."""
        senders = [inbox.fold(d.message.account) for d in items]
        inbox.lock_senders(connection, (crc32(sender.encode()) for sender in senders))
        keys = [inbox.inbox_key(d.message) for d in items]
        replies = inbox.answered(connection, keys)
        recent = inbox.traffic(connection, senders, min(d.real_ms for d in items) - MINUTE_MS)
        askers = _Askers(connection, find_askers(connection, senders))
        rows, debts, handled, repeated, said = [], [], [], [], []
        for key, delivery in zip(keys, items, strict=True):
            if key in replies:
                if delivery.late:
                    self._promise(connection, delivery, replies[key])
                else:
                    repeated.append(delivery.message.platform)
                # Over a connection it is said, or owed by whoever has heard it first.
                said.append(NOTHING if delivery.message.door.connected else replies[key])
                continue
            replies[key], row = self._first_time(connection, key, delivery, askers, recent)
            said.append(replies[key])
            rows.append(row)
            debts += self._owed(delivery, replies[key])
            handled.append((delivery.trace, row["command"], row["outcome"]))
        inbox.record(connection, rows)
        owed.note(connection, debts)
        self._note_groups(connection, items)
        if handled:
            # One line a batch: at thousands of messages a second a line each would cost more than the answer.
            log.info("handled", messages=handled)
        self._metrics.taken_in([outcome for *_, outcome in handled], repeated)
        return said

    def _first_time(
        self,
        connection: Connection,
        key: str,
        delivery: Delivery,
        askers: "_Askers",
        recent: dict[tuple[str, str], list[tuple[int, str]]],
    ) -> tuple[Reply, dict[str, Any]]:
        """The reply, and the row of the inbox; `recent` and `askers` know of it afterwards."""
        message = delivery.message
        sender = (message.platform.value, inbox.fold(message.account))
        turn = self._turn(connection, delivery, askers.get(sender))
        reply, kept, outcome = self._answer(turn, delivery, recent.get(sender, ()))
        recent.setdefault(sender, []).append((delivery.real_ms, outcome.value))
        if delivery.late:
            self._promise(connection, delivery, reply)
        askers.forget(touched(turn), turn.asker)
        row = inbox.row(
            message,
            key,
            kept,
            received_at=delivery.real_ms,
            command="" if turn.understood.command is None else turn.understood.command.value,
            outcome=outcome.value,
            text=_without_code(message.text, turn.understood),
        )
        return reply, row

    def _owed(self, delivery: Delivery, reply: Reply) -> list[dict[str, Any]]:
        """What no response carries; of a message that a former process had taken in, anybody may say it at once."""
        message, at = delivery.message, delivery.real_ms
        if not message.door.connected or reply == NOTHING:
            return []
        due_at = at if delivery.late else at + owed.SAID_WITHIN_MS
        return [owed.row(message, reply, delivery.trace, at=at, due_at=due_at, sealing=self._sealing)]

    def _note_groups(self, connection: Connection, items: Sequence[Delivery]) -> None:
        """Last of all: the row of a group is held until the commit, and other lanes hear the same group."""
        heard = [(one.message, one.real_ms) for one in items if one.message.in_group]
        if heard:
            heard_chats.hear(connection, heard, self._sealing)

    def failed(self, connection: Connection, item: Delivery, error: Exception) -> Reply:
        log.error("a handler has failed", trace=item.trace, exc_info=error)
        self._metrics.taken_in([Outcome.FAILED.value])
        (reply, *_) = pages(apology(item.trace), item.message.platform, item.message.door)
        owed.note(connection, self._owed(item, reply))
        inbox.record(
            connection,
            [
                inbox.row(
                    item.message,
                    inbox.inbox_key(item.message),
                    reply,
                    received_at=item.real_ms,
                    command="",
                    outcome=Outcome.FAILED.value,
                    text=_without_code(item.message.text, self._understand(item)),
                )
            ],
        )
        return reply

    def _answer(
        self, turn: Turn, delivery: Delivery, recent: Sequence[tuple[int, str]]
    ) -> tuple[Reply, Reply, Outcome]:
        """What is said, what is kept of it for repetitions, and what became of the message."""
        minute = [outcome for at, outcome in recent if delivery.real_ms - MINUTE_MS < at <= delivery.real_ms]
        hinted = minute.count(Outcome.LIMITED)
        # What was acknowledged is never passed over, and nobody knows who the outsiders are.
        limitable = turn.message.account and not delivery.late
        most = self._plan.messages_per_minute * (_TAPS_FOR_A_MESSAGE if turn.message.tapped else 1)
        if limitable and len(minute) - hinted >= most:
            hint = SILENCE if hinted else too_many(most)
            reply = self._say(turn.connection, delivery, hint)
            return reply, reply, Outcome.LIMITED
        said = perform(turn)
        if isinstance(said, Reply):
            return said, said, Outcome.SILENT if said == NOTHING else Outcome.ANSWERED
        reply = kept = self._say(turn.connection, delivery, said)
        public = said.without_secrets()
        if public is not said:
            kept = pages(public, delivery.message.platform, delivery.message.door)[0]
        return reply, kept, Outcome.SILENT if reply == NOTHING else Outcome.ANSWERED

    def _turn(self, connection: Connection, delivery: Delivery, asker: Asker | None) -> Turn:
        said, ref = split_ref(delivery.message.text)
        return Turn(
            connection=connection,
            message=replace(delivery.message, text=said) if ref else delivery.message,
            ref=ref,
            understood=self._understood(connection, delivery, asker),
            asker=asker,
            plan=self._plan,
            catalogue=self._catalogue,
            now=delivery.now,
            real_ms=delivery.real_ms,
            secret_key=self._secret_key,
            trace=delivery.trace,
            reaches=self._reaches,
            public_url=self._public_url,
        )

    def _understood(self, connection: Connection, delivery: Delivery, asker: Asker | None) -> Understood:
        """Read once more with the asker's roles where they may decide: the rest does not pay for them."""
        understood = self._understand(delivery)
        asks_back = understood.command is None and not understood.silent
        if asker is None or not (asks_back or delivery.message.text.strip() in OF_ONES_OWN):
            return understood
        roles = frozenset(SPEAKERS[grant.role] for grant in grants_of(connection, asker.person_id))
        return understood if roles == _TEACHER else self._understand(delivery, roles)

    def _understand(self, delivery: Delivery, roles: frozenset[str] = frozenset()) -> Understood:
        today = delivery.now.date()
        if today != self._reads_on:
            # “明天” is another day tomorrow; several lanes may build the same reader, which harms nobody.
            self._reader, self._reads_on = (
                Reader(self._catalogue, today=today, programme=self._plan.span),
                today,
            )
        said, _ = split_ref(delivery.message.text)
        return self._reader.read(said, in_group=delivery.message.in_group, roles=roles)

    def _say(self, connection: Connection, delivery: Delivery, answer: Answer) -> Reply:
        """The first page; the rest waits for 更多."""
        if answer.silent:
            return NOTHING
        first, *rest = pages(answer, delivery.message.platform, delivery.message.door)
        if not rest:
            return first
        if not delivery.message.in_group:  # there a tap would be somebody else's 更多
            first, *rest = reading_on((first, *rest))
        unread.keep_rest(connection, delivery.message, delivery.trace, rest, delivery.real_ms)
        return first

    @staticmethod
    def _promise(connection: Connection, delivery: Delivery, reply: Reply) -> None:
        """What was acknowledged before it could be answered waits for 更多 as well, where nobody brings it."""
        if delivery.message.door is not Door.CALLBACK:
            return
        if reply not in (NOTHING, pages(nothing_more(), delivery.message.platform)[0]):
            unread.keep_promised(connection, delivery.message, delivery.trace, reply, delivery.real_ms)


def _without_code(text: str, understood: Understood) -> str:
    """A binding code is a password, and is kept nowhere."""
    if understood.command is Command.BIND and understood.arguments.text:
        return text.replace(understood.arguments.text, "…")
    return text


class _Askers:
    """Who the senders of a batch are: read once for all of them, and again where a message may have changed that."""

    def __init__(self, connection: Connection, found: Mapping[tuple[str, str], Asker]) -> None:
        self._connection = connection
        self._found = found
        self._changed: set[int] = set()
        self._trusted = True

    def get(self, sender: tuple[str, str]) -> Asker | None:
        asker = self._found.get(sender)
        if self._trusted and (asker is None or asker.person_id not in self._changed):
            return asker
        return find_asker(self._connection, Platform(sender[0]), sender[1])

    def forget(self, changed: Touched, asker: Asker | None) -> None:
        if changed is Touched.ANYBODY or (changed is Touched.ASKER and asker is None):
            self._trusted = False
        elif changed is Touched.ASKER and asker is not None:
            self._changed.add(asker.person_id)


def acknowledgement(message: IncomingMessage) -> Reply:
    """What is said in time when the answer is not ready in time."""
    return pages(later_by_more(), message.platform)[0]
