"""How a page is written down for DingTalk: for a webhook, and as a template of the newer API."""

import json
from collections.abc import Mapping
from typing import Final

from pydantic_core import to_json

from bot.platforms.dingtalk.buttons import card, has_buttons, sample_card
from messages.outgoing import Reply

# 20,000 and 15,000 are taken; with less room the words go without buttons.
_MOST_OF_A_MESSAGE: Final = 19_000
_MOST_OF_A_SAMPLE: Final = 14_000


def message(page: Reply, *, private: bool = False) -> dict[str, object]:
    """As webhooks and session webhooks take it (custom-robots-send-group-messages); with buttons in private."""
    if private and has_buttons(page):
        with_buttons = card(page)
        if _bytes(with_buttons) <= _MOST_OF_A_MESSAGE:
            return with_buttons
    if page.markdown:
        return {"msgtype": "markdown", "markdown": {"title": page.title, "text": page.body}}
    return {"msgtype": "text", "text": {"content": page.body}}


def sample(page: Reply, *, private: bool = False) -> dict[str, object]:
    """As the newer API takes it (robot-message-type); with buttons in private."""
    if private and has_buttons(page):
        key, params = sample_card(page)
        if _bytes(params) <= _MOST_OF_A_SAMPLE:
            return _template(key, params)
    if page.markdown:
        return _template("sampleMarkdown", {"title": page.title, "text": page.body})
    return _template("sampleText", {"content": page.body})


def picture_sample(media_id: str) -> dict[str, object]:
    return _template("sampleImageMsg", {"photoURL": media_id})


def _template(key: str, params: Mapping[str, str]) -> dict[str, object]:
    """`msgParam` is JSON in JSON, with strings as values."""
    return {"msgKey": key, "msgParam": json.dumps(params, ensure_ascii=False)}


def _bytes(content: Mapping[str, object]) -> int:
    return len(to_json(content))
