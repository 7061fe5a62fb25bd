"""What can be tapped below a private message without a template: action cards whose buttons say something.

A tap lets the person send the button's words into the chat (official document lightweight-interactive-card-messages),
so that the robot hears an ordinary message. Whether that reaches it in a group nobody says: groups get none.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from messages.outgoing import Buttons, Choice, Reply
from messages.rendering import literal_body

_SAYING: Final = "dtmd://dingtalkclient/sendMessage?content="
_SIDE_BY_SIDE: Final = 2
_SHORT: Final = 4  # characters that are read whole in half the width of a phone
_MOST_OF_A_SAMPLE: Final = 5
_TITLE: Final = 40


def has_buttons(page: Reply) -> bool:
    """Several of a list at once cannot be picked here: the words say how it is typed."""
    return bool(page.body and page.buttons and page.buttons.choices)


def card(page: Reply) -> dict[str, object]:
    """As a webhook and the answer to a callback take it (custom-robots-send-group-messages)."""
    buttons = _buttons(page)
    return {
        "msgtype": "actionCard",
        "actionCard": {
            "title": _title(page, buttons),
            "text": _words(page),
            "btnOrientation": "1" if _side_by_side(buttons.choices) else "0",
            "btns": [{"title": one.label, "actionURL": saying(one.says)} for one in buttons.choices],
        },
    }


def sample_card(page: Reply) -> tuple[str, dict[str, str]]:
    """As the newer API takes it (robot-message-type): the template's name, and its parameters."""
    buttons = _buttons(page)
    choices = buttons.choices
    params = {"title": _title(page, buttons), "text": _words(page)}
    if len(choices) > _MOST_OF_A_SAMPLE:
        links = "  \n".join(f"[{_in_link(one.label)}]({saying(one.says)})" for one in choices)
        return "sampleMarkdown", {**params, "text": f"{params['text']}\n\n{links}"}
    if len(choices) == 1:
        (one,) = choices
        return "sampleActionCard", {**params, "singleTitle": one.label, "singleURL": saying(one.says)}
    if _side_by_side(choices):
        return "sampleActionCard6", params | _numbered(choices, "buttonTitle", "buttonUrl")
    return f"sampleActionCard{len(choices)}", params | _numbered(choices, "actionTitle", "actionURL")


def saying(words: str) -> str:
    """The address behind a button: whoever taps it says these words."""
    return _SAYING + quote(words, safe="")


def _buttons(page: Reply) -> Buttons:
    assert page.buttons is not None, "there is something to tap"
    return page.buttons


def _words(page: Reply) -> str:
    """A card is always Markdown: what was meant to be shown as it is, is written so that it is none."""
    return page.body if page.markdown else literal_body(page.body)


def _title(page: Reply, buttons: Buttons) -> str:
    """What the conversation list shows."""
    return page.title or buttons.about or page.body.split("\n", 1)[0][:_TITLE]


def _side_by_side(choices: Sequence[Choice]) -> bool:
    return len(choices) == _SIDE_BY_SIDE and all(len(one.label) <= _SHORT for one in choices)


def _numbered(choices: Sequence[Choice], title: str, url: str) -> dict[str, str]:
    return {
        name: value
        for number, one in enumerate(choices, 1)
        for name, value in ((f"{title}{number}", one.label), (f"{url}{number}", saying(one.says)))
    }


def _in_link(label: str) -> str:
    return literal_body(label.replace("\n", " "))
