"""How patient the long connection is, in seconds; a test is less patient."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePace:
    """The platform's own times are from official document 101463."""

    ping: float = 30.0
    ack: float = 5.0  # within which every frame of ours is acknowledged
    pings: int = 2  # so many without any sign of life, and the socket is dead
    first_again: float = 1.0  # after a break; then twice as long, and so on
    longest_again: float = 30.0
    lease: float = 12.0
    renew: float = 3.0
    look: float = 2.0  # for whether nobody holds the lease
    refused: float = 300.0  # with a wrong secret; asking more often gets an address blocked
    kicked: float = 600.0  # after somebody else has connected; then twice as long, and so on
    longest_kicked: float = 7_200.0
    hold_on: float = 1.0  # then whoever asks reads that the answer is on its way
    say: float = 7.0  # for one answer: half of what `storage.owed.SAID_WITHIN_MS` leaves
    tap: float = 4.0  # of the five seconds in which a card can be changed
    gather: float = 0.02  # veiled ids, to ask for them together
    unveil: float = 3.0  # for whose they are
    farewell: float = 2.0  # at a stop, for what was just heard or said
