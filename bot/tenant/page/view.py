"""Who holds which phone and what is open there: all of it stands in the address of the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum, unique

from aiohttp import web

from bot.tenant.people import Platform


@unique
class Panel(StrEnum):
    """The tabs beside the phones."""

    FAULTS = "faults"
    SWITCHES = "switches"
    WIRE = "wire"


PANEL_NAMES = {Panel.FAULTS: "故障", Panel.SWITCHES: "开关", Panel.WIRE: "线路"}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """`members` holds keys of members, `chats` keys of chats; what is not there is chosen for the person."""

    members: Mapping[Platform, str] = field(default_factory=dict)
    chats: Mapping[Platform, str] = field(default_factory=dict)
    show: Platform = Platform.WECOM  # on a narrow screen there is room for one phone
    panel: Panel = Panel.FAULTS

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "View":
        """Ignores what no page of ours writes."""
        shown, panel = query.get("show", ""), query.get("panel", "")
        return cls(
            members={p: query[p] for p in Platform if query.get(p)},
            chats={p: query[f"{p}_chat"] for p in Platform if query.get(f"{p}_chat")},
            show=Platform(shown) if shown in set(Platform) else Platform.WECOM,
            panel=Panel(panel) if panel in set(Panel) else Panel.FAULTS,
        )

    def query(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for platform in Platform:
            if member := self.members.get(platform):
                found[platform] = member
            if chat := self.chats.get(platform):
                found[f"{platform}_chat"] = chat
        if self.show is not Platform.WECOM:
            found["show"] = self.show
        if self.panel is not Panel.FAULTS:
            found["panel"] = self.panel
        return found

    def with_member(self, platform: Platform, key: str) -> "View":
        """Another person has other chats."""
        chats = {p: chat for p, chat in self.chats.items() if p is not platform}
        return replace(self, members={**self.members, platform: key}, chats=chats, show=platform)

    def with_chat(self, platform: Platform, key: str) -> "View":
        return replace(self, chats={**self.chats, platform: key}, show=platform)


class Addresses:
    """The page's own addresses, right wherever the application is mounted."""

    def __init__(self, request: web.Request, view: View) -> None:
        self._router = request.app.router
        self._view = view

    def page(self, view: View | None = None, *, notice: str = "") -> str:
        query = (view or self._view).query()
        return str(
            self._router["page"].url_for().with_query({**query, "notice": notice} if notice else query)
        )

    def member(self, platform: Platform, key: str) -> str:
        return self.page(self._view.with_member(platform, key))

    def chat(self, platform: Platform, key: str) -> str:
        return self.page(self._view.with_chat(platform, key))

    def show(self, platform: Platform) -> str:
        return self.page(replace(self._view, show=platform))

    def panel(self, panel: Panel) -> str:
        return self.page(replace(self._view, panel=panel))

    def people(self, platform: Platform) -> str:
        query = {**self._view.query(), "platform": platform}
        return str(self._router["people"].url_for().with_query(query))

    def events(self) -> str:
        return str(self._router["events"].url_for().with_query(self._view.query()))

    def wire(self, number: int) -> str:
        return str(self._router["wire"].url_for(number=str(number)).with_query(self._view.query()))

    def media(self, media_id: str) -> str:
        return str(self._router["media"].url_for(media=media_id))

    def post(self, name: str) -> str:
        return str(self._router[name].url_for())

    def static(self, name: str) -> str:
        """With the hash of its content, so that a browser never mixes two versions."""
        folder = self._router["static"]
        assert isinstance(folder, web.StaticResource)
        return str(folder.url_for(filename=name, append_version=True))

    @property
    def back(self) -> str:
        """What a form carries along to come back to the same page."""
        return self._router["page"].url_for().with_query(self._view.query()).raw_query_string
