"""The tenant as a test holds it: people and groups, faults, and the demand that nothing stays unread."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from bot.tenant.app import TenantApp
from bot.tenant.clock import PlatformClock
from bot.tenant.faults import Effect, Fault
from bot.tenant.installation import Installation
from bot.tenant.pace import Pace
from bot.tenant.people import Chat, Group, Member, Platform, Room
from bot.tenant.wire import Exchange, Towards
from tests.kit.attention import NO_ANSWER, Attention
from tests.kit.carrying import Carrier
from tests.kit.dealings import Dealings
from tests.kit.people import GroupChat, Person, Reader

QUICK = Pace(wecom_between=0.05, dingtalk_again=0.05)
"""As patient as the platforms, but sending again at once."""

PATIENT = replace(
    QUICK, wecom_answer=40.0, wecom_card=40.0, dingtalk_http=40.0, dingtalk_card=40.0, dingtalk_stream=40.0
)
"""More patient than they are: a story is about what is said; those about being in time set their own."""


FRAMES_OF_ITS_OWN = frozenset(
    {f"dingtalk.stream.{topic}" for topic in ("ping", "disconnect", "connected", "registered", "keepalive")}
)
"""With these the platform looks after a connection."""


class PracticeTenant:
    """One tenant with both platforms; `on` looks at one of them."""

    def __init__(
        self, app: TenantApp, attention: Attention, dealings: Dealings, platform: Platform | None = None
    ) -> None:
        self.app = app
        self.attention = attention
        self.dealings = dealings
        self._platform = platform
        self._tenant = app.tenant

    @property
    def clock(self) -> PlatformClock:
        """`clock.run_ahead(seconds)` lets tokens and windows age."""
        return self._tenant.clock

    @property
    def installation(self) -> Installation:
        return self._tenant.installation

    @property
    def url(self) -> str:
        """Where a bot reaches it."""
        return self._tenant.base_url

    def is_served_by(self, bot_url: str) -> None:
        """Callbacks go there from now on."""
        self._tenant.bot_url = bot_url

    def on(self, platform: str) -> "PracticeTenant":
        """The same tenant, with people and groups of this platform."""
        return PracticeTenant(self.app, self.attention, self.dealings, Platform(platform))

    def person(self, name: str, *, wecom: str = "", dingtalk: str = "") -> Person:
        """Somebody new with these user ids; speaks on the platform looked at, or where they have the only id."""
        accounts = {Platform.WECOM: wecom, Platform.DINGTALK: dingtalk}
        member = Member(key=wecom or dingtalk or name, name=name, accounts=accounts)
        self._tenant.directory.add_member(member)
        with_account = [platform for platform, account in accounts.items() if account]
        return self._as_person(
            member, self._platform or (with_account[0] if len(with_account) == 1 else None)
        )

    def somebody(self, account: str) -> Person:
        """Whoever has this user id; somebody new of that name, if nobody has."""
        platform = self._looked_at()
        known = self._tenant.directory.by_account(platform, account)
        if known is None:
            return self.person(account, **{platform.value: account})
        return self._as_person(known, platform)

    def group(self, name: str, *people: Person) -> GroupChat:
        """A group of these people, in which a webhook robot stands as well."""
        platform = self._looked_at()
        number = len(self._tenant.directory.groups) + 1
        wecom = platform is Platform.WECOM
        group = Group(
            key=f"group-{number}",
            platform=platform,
            name=name,
            chat_id=f"wrExampleGroup{number}" if wecom else f"cidExampleGroup{number}==",
            members=frozenset(person.member.key for person in people),
            webhook=f"example-webhook-{number}",
            webhook_secret="" if wecom else f"SECexamplesecret{number}",
        )
        self._tenant.directory.add_group(group)
        chat = Chat(platform, Room.GROUP, group.chat_id)
        return GroupChat(group, Reader(self._tenant.transcript, self.attention, chat))

    def fault(
        self,
        effect: Effect,
        call: str,
        *,
        times: int | None = 1,
        code: int | str = -1,
        seconds: float = 0.0,
        target: str = "",
    ) -> Fault:
        """Something goes wrong in the next so many calls of this name (None: in all of them)."""
        fault = Fault(call=call, effect=effect, code=code, seconds=seconds, target=target, left=times)
        return self._tenant.faults.switch_on(fault)

    def waits_only(self, seconds: float) -> None:
        """Both platforms give the bot no more than this for an answer."""
        self._tenant.pace = Pace(
            wecom_answer=seconds,
            wecom_between=QUICK.wecom_between,
            dingtalk_http=seconds,
            dingtalk_again=QUICK.dingtalk_again,
        )

    def expect_refusal(self, status: int) -> AbstractContextManager[None]:
        """Within it the bot answers at least one callback with this status instead of 200."""
        return self.attention.refusals(status)

    def expect_no_answer(self) -> AbstractContextManager[None]:
        """Within it at least one callback is not answered in time."""
        return self.attention.refusals(NO_ANSWER)

    def expect_platform_refusal(self) -> AbstractContextManager[None]:
        """Within it a platform refuses at least one call of the bot, without a fault that was ordered."""
        return self.attention.platform_refusals()

    def callbacks(self) -> Sequence[Exchange]:
        """What people's doings have sent to the bot, as it went over the wire."""
        return [
            one
            for one in self._tenant.wire.exchanges()
            if one.towards is Towards.BOT and one.name not in FRAMES_OF_ITS_OWN
        ]

    def nothing_is_left_over(self) -> None:
        """Raises AssertionError for messages and remarks that were not read, refusals, and unused faults."""
        complaints = self.attention.complaints()
        assert not complaints, "\n\n".join(complaints)

    def _as_person(self, member: Member, platform: Platform | None) -> Person:
        assert platform is not None, "on which platform? tenant.on(…).person(…)"
        side = self.app.wecom if platform is Platform.WECOM else self.app.dingtalk
        carrier = Carrier(side, self._tenant, self.dealings)
        return Person(member, carrier, self._tenant.transcript, self.attention)

    def _looked_at(self) -> Platform:
        assert self._platform is not None, "on which platform? tenant.on(…)"
        return self._platform
