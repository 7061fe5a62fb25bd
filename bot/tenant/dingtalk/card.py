"""A template card: its data, and how the tenant's demonstration template draws it.

Real templates are built in DingTalk's console. This one shows `title` as its heading, `text`, `content` and
`markdown` as Markdown, every other parameter as a line, and the buttons that the parameter `buttons` lists:
`[{"text": "通过", "actionId": "ok", "params": {"id": "42"}, "style": "primary", "disabled": false}]`, or with a
`url` instead of an `actionId`.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.tenant.calls import json_object
from bot.tenant.dingtalk.drawing import MARKUP
from bot.tenant.markup import link
from bot.tenant.transcript import Button, Does, Drawn

MARKDOWN = ("text", "content", "markdown")
_TITLE, _BUTTONS = "title", "buttons"
# The Markdown component of a card knows no dtmd links, unlike its buttons (tyclaw's design document).
_DTMD = re.compile(r'<a href="#" data-say="[^"]*">')
_FIELDS = ("title", "text", "content", "markdown", "buttons")


@dataclass(slots=True, kw_only=True)
class Card:
    """One `outTrackId`."""

    out_track_id: str
    template_id: str
    callback_type: str = ""
    route_key: str = ""
    public: dict[str, str] = field(default_factory=dict)
    private: dict[str, dict[str, str]] = field(default_factory=dict)  # by user id
    guids: set[str] = field(default_factory=set)  # of the streamed pieces
    unfinished: bool = False
    failed: bool = False

    def params(self, user: str) -> dict[str, str]:
        """As this person sees them."""
        return self.public | self.private.get(user, {})


@dataclass(frozen=True, slots=True)
class Action:
    """What one button sends back."""

    button: Button
    action_id: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


def draw_card(card: Card, user: str, mentions: tuple[str, ...] = ()) -> Drawn:
    """For one person's eyes; with no `user`, what everybody in a group sees."""
    params = card.params(user)
    title = params.get(_TITLE, "")
    pieces = [(title, f"<strong>{html.escape(title)}</strong>")] if title else []
    sources = [params[name] for name in MARKDOWN if params.get(name)]
    pieces += [(MARKUP.text(source), _DTMD.sub("<a>", MARKUP.html(source))) for source in sources]
    for name, value in params.items():
        if name not in _FIELDS:
            line = f"{name}：{value}"
            pieces.append((line, f"<p>{html.escape(line)}</p>"))
    if card.failed:
        pieces.append(("出错了", "<p>出错了</p>"))
    return Drawn(
        kind="card",
        text="\n".join(text for text, _html in pieces),
        html="".join(drawn for _text, drawn in pieces),
        wire={"outTrackId": card.out_track_id, "cardParamMap": params},
        links=tuple(
            found for source in sources for found in MARKUP.links(source) if found.does is not Does.SAY
        ),
        buttons=tuple(action.button for action in actions(params)),
        mentions=mentions,
        unfinished=card.unfinished,
    )


def actions(params: Mapping[str, str]) -> list[Action]:
    """The buttons in order; what is no button is left out, as a template would."""
    # Wrapped, because an object is what the shared reader takes: it leaves no half of a surrogate pair behind.
    wrapped = json_object(f'{{"{_BUTTONS}": {params.get(_BUTTONS) or "[]"}}}')
    listed = None if wrapped is None else wrapped[_BUTTONS]
    found: list[Action] = []
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, Mapping) and isinstance(item.get("text"), str):
            found.append(_action(item, {action.button.value for action in found}))
    return found


def _action(item: Mapping[str, Any], taken: set[str]) -> Action:
    label = item["text"]
    if isinstance(item.get("url"), str):
        return Action(link(label, item["url"]))
    action_id = str(item.get("actionId") or item.get("action") or label)
    key, number = action_id, 1
    while key in taken:
        number += 1
        key = f"{action_id}#{number}"
    style = item.get("style")
    button = Button(
        label,
        Does.PRESS,
        key,
        style=style if isinstance(style, str) else "",
        spent=item.get("disabled") in (True, "true"),
    )
    params = item.get("params")
    return Action(button, action_id, params if isinstance(params, Mapping) else {})
