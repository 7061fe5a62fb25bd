"""The calls of one parcel, page by page, and what they come to for each of its receivers."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import structlog

from bot.policy.outgoing import RECALLED
from bot.sending import LATER, Address, Attempt, Do, Outlet, SendFailed, Taken, Verdict
from messages.outgoing import Page, Picture
from storage.fault_points import FaultPoint, reached
from storage.parcels import Parcel

log = structlog.get_logger()


class Carrying:
    """Of one parcel."""

    def __init__(self, outlet: Outlet, parcel: Parcel, addresses: tuple[Address, ...]) -> None:
        self._outlet = outlet
        self._parcel = parcel
        self._addresses = addresses
        self._begun: set[int] = set()  # places of those who have a page already
        self._may_be_recalled = any(kind in RECALLED for one in parcel.receivers for kind in one.kinds)
        self.verdicts: list[Verdict | None] = [None] * len(addresses)
        self.receipts: list[tuple[str, ...]] = [()] * len(addresses)
        self.calls = 0
        self.refused_picture = False

    async def pages(self, pages: Iterable[Page]) -> None:
        self.verdicts = [None] * len(self._addresses)
        self.refused_picture = False
        for page in pages:
            places = [place for place, verdict in enumerate(self.verdicts) if verdict is None]
            if not places:
                return
            found = await self._page(page, [self._addresses[place] for place in places])
            for place, verdict in zip(places, found, strict=True):
                if isinstance(verdict, Taken):
                    self._begun.add(place)
                    self.receipts[place] += verdict.receipts
                elif verdict.do in (Do.AGAIN, Do.STOP) and place in self._begun:
                    self.verdicts[place] = replace(verdict, do=Do.DOUBT)
                else:
                    self.verdicts[place] = verdict

    async def _page(self, page: Page, to: Sequence[Address]) -> Sequence[Verdict | Taken]:
        number, self.calls = self.calls, self.calls + 1
        since = self._parcel.doubt_since
        first_tried_s = None if since is None else max(0, self._parcel.claimed_at - since) // 1000
        attempt = Attempt(
            key=f"{self._parcel.key}-{number}",
            first_tried_s=first_tried_s,
            may_be_recalled=self._may_be_recalled,
        )
        reached(FaultPoint.CALLING)
        try:
            found = await self._outlet.send(to, page, attempt)
        except SendFailed as failed:
            self._tell_the_operator(failed)
            if failed.verdict.do is Do.LEAVE and isinstance(page, Picture):
                self.refused_picture = True  # then in words
            if failed.verdict.do is Do.LEAVE and len(to) > 1:
                # One of them may be the reason: each alone.
                return [replace(LATER, code=failed.verdict.code, say=failed.verdict.say)] * len(to)
            return [failed.verdict] * len(to)
        reached(FaultPoint.CALLED)
        return found

    def _tell_the_operator(self, failed: SendFailed) -> None:
        say = log.error if failed.verdict.do is Do.STOP else log.warning
        say(
            "a message was not taken",
            outlet=self._outlet.name,
            parcel=self._parcel.key,
            to=[address.name for address in self._addresses[:5]],
            verdict=failed.verdict.do.value,
            errcode=failed.errcode,
            detail=failed.detail,
            mend=failed.verdict.mend,
        )
