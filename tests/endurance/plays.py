"""Short plays, each of which comes by many fault points; whoever dies in them, they are played to their end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.tenant.installation import Installation
from tests.endurance import browsing, importing, jobs, talking
from tests.endurance.scene import Scene
from tests.kit.installation import AIBOT, INSTALLATION, ROBOT


@dataclass(frozen=True, slots=True)
class Play:
    """`installation`: how the bot hears."""

    act: Callable[[Scene], Awaitable[None]]
    installation: Installation = INSTALLATION


_CONNECTIONS = Installation(aibot=AIBOT, robot=replace(ROBOT, stream=True))

PLAYS = {
    "talk": Play(talking.talk),
    "connection": Play(talking.connection, _CONNECTIONS),
    "owed": Play(talking.owed, _CONNECTIONS),
    "late": Play(talking.late),
    "bug": Play(talking.bug),
    "stopped": Play(talking.stopped),
    "recalled": Play(talking.recalled),
    "importing": Play(importing.importing),
    "beside": Play(importing.beside),
    "little": Play(importing.little),
    "discarding": Play(importing.discarding),
    "exporting": Play(importing.exporting),
    "file": Play(importing.file),
    "refetched": Play(importing.refetched),
    "six": Play(jobs.six),
    "corrected": Play(jobs.corrected),
    "waiting": Play(jobs.waiting),
    "stale": Play(jobs.stale),
    "announced": Play(jobs.announced),
    "night": Play(jobs.night),
    "browsing": Play(browsing.browsing),
}
