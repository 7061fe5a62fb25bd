"""What is counted for Prometheus; every label has few values, none of which anybody outside can choose."""

from collections import Counter as Tally
from collections.abc import Callable, Iterable
from enum import StrEnum, unique
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, generate_latest

from bot.policy.outgoing import Kind
from messages.incoming import Door, Platform

# What becomes of a message that comes in (`bot.intake.Outcome`), and of one that will not go out
# (`storage.outbox.State`).
OUTCOMES: Final = ("answered", "silent", "limited", "failed")
GIVEN_UP: Final = ("failed", "dead", "uncertain")


@unique
class Refusal(StrEnum):
    """Why a door did not take a request."""

    FORGED = "forged"  # no signature, or none of the platform's
    STALE = "stale"  # its time is not ours: look at the clock
    UNREADABLE = "unreadable"  # not to be decrypted or parsed
    TOO_LARGE = "too_large"
    NOT_KEPT = "not_kept"  # neither database nor disk could take it


class Metrics:
    """Of one process; made by `bot.app`, handed to whoever counts. Everything may be called from any thread."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)

        def counter(name: str, says: str, *labels: str) -> Counter:
            return Counter(name, says, labels, registry=self.registry)

        received = counter("bot_received", "Messages that a platform has delivered.", "platform")
        # Looked up once: this one is counted for every message by itself.
        self._received = {platform: received.labels(platform.value) for platform in Platform}
        self._repeated = counter(
            "bot_repeated", "Deliveries of a message that was there already.", "platform"
        )
        self._late = counter("bot_late", "Messages that were acknowledged and answered later.", "platform")
        self._refused = counter("bot_refused", "Requests to a door that were refused.", "platform", "why")
        self._handled = counter("bot_handled", "Messages, by what became of them.", "outcome")
        self._sent = counter("bot_sent", "Messages that a platform has taken.", "outlet", "kind")
        self._failed = counter("bot_failed", "Tries that were not taken.", "outlet", "why")
        self._given_up = counter("bot_given_up", "Messages that will not be tried again.", "kind", "state")
        self._suppressed = counter("bot_suppressed", "Messages that were not sent on purpose.", "kind", "why")
        self._lanes = Gauge(
            "bot_lanes_waiting", "Messages that no lane has taken up yet.", registry=self.registry
        )
        self._connected = Gauge(
            "bot_connected", "Whether a connection is up.", ["connection"], registry=self.registry
        )
        self._connection_ended = counter(
            "bot_connection_ended", "Connections that have come to an end.", "connection"
        )
        # An increase is counted from the zero before the first one: without it that one rings no alarm.
        for outcome in OUTCOMES:
            self._handled.labels(outcome)
        for kind in Kind:
            for state in GIVEN_UP:
                self._given_up.labels(kind.value, state)
        for platform in (Platform.WECOM, Platform.DINGTALK):
            for each in (received, self._repeated, self._late):
                each.labels(platform.value)
            for why in Refusal:
                self._refused.labels(platform.value, why.value)

    def received(self, platform: Platform) -> None:
        self._received[platform].inc()

    def late(self, platform: Platform) -> None:
        self._late.labels(platform.value).inc()

    def refused(self, platform: Platform, why: Refusal) -> None:
        self._refused.labels(platform.value, why.value).inc()

    def taken_in(self, outcomes: Iterable[str], repeated: Iterable[Platform] = ()) -> None:
        """Of one batch. `outcomes`: each one of OUTCOMES."""
        for outcome, times in Tally(outcomes).items():
            self._handled.labels(outcome).inc(times)
        for platform, times in Tally(repeated).items():
            self._repeated.labels(platform.value).inc(times)

    def sent(self, outlet: str, kind: Kind, times: int = 1) -> None:
        self._sent.labels(outlet, kind.value).inc(times)

    def failed(self, outlet: str, why: str, times: int = 1) -> None:
        """`why`: a `bot.sending.Do`."""
        self._failed.labels(outlet, why).inc(times)

    def given_up(self, kind: Kind, state: str) -> None:
        """`state`: one of GIVEN_UP."""
        self._given_up.labels(kind.value, state).inc()

    def suppressed(self, kind: Kind, why: str, times: int = 1) -> None:
        """`why`: "expired", "stopped", "budget"."""
        self._suppressed.labels(kind.value, why).inc(times)

    def keeps(self, door: Door) -> None:
        """Such a connection is set up; its zeros are there before it is."""
        self._connected.labels(door.value).set(0)
        self._connection_ended.labels(door.value)

    def connection_up(self, door: Door) -> None:
        self._connected.labels(door.value).set(1)

    def connection_down(self, door: Door) -> None:
        """Of one that was up."""
        self._connected.labels(door.value).set(0)
        self._connection_ended.labels(door.value).inc()

    def watch_lanes(self, backlog: Callable[[], int]) -> None:
        """What waits for the lanes is looked at when somebody asks."""
        self._lanes.set_function(backlog)

    def exposition(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self.registry)
