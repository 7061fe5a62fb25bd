"""What follows from a look at a link: what is kept, and whether the author is told."""

from dataclasses import dataclass

from bot.link_check.verdict import Verdict
from bot.policy.links import Finding, drive_of

PATIENCE_DAYS = 3
"""Only after so many days in a row without an answer a link counts as one that does not open."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What is written down."""

    finding: str  # policy.links.Finding; "" = nothing is known
    unanswered: int  # looks in a row without an answer; a link that is silent is looked at once a day
    tell: bool = False


def conclude(
    url: str, known: str, unanswered: int, verdict: Verdict, *, world_heard: bool
) -> Conclusion | None:
    """None: to be forgotten, because it may be this machine that cannot reach the world.

    `known` and `unanswered`: what was kept until now. `world_heard`: just now some server has answered.
    """
    if verdict.finding is None:
        return Conclusion(known, 0 if verdict.heard else unanswered)
    if not verdict.heard and not world_heard:
        return None
    drive = drive_of(url) is not None
    if verdict.finding is Finding.NO_ANSWER:
        # A drive that answers nobody is not the author's to mend.
        silent = unanswered + 1 >= PATIENCE_DAYS and not drive
        return Conclusion(Finding.NO_ANSWER.value if silent else known, unanswered + 1, tell=silent)
    if verdict.finding is Finding.INWARD and drive:
        return Conclusion(known, unanswered + 1)  # a name server that sends everybody to its own page
    return Conclusion(verdict.finding.value, 0, tell=verdict.finding in {Finding.GONE, Finding.ASKS})
