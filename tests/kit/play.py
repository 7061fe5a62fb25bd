"""A chat as a play: who said what, for the sentence in which a test fails."""

from collections.abc import Collection, Iterable

from bot.tenant.people import Chat
from bot.tenant.transcript import Shown


def as_read(shown: Shown) -> str:
    """What a person reads, without blank lines: each platform spaces its messages in its own way."""
    text = shown.drawn.text.replace(
        "\u200b", ""
    )  # keeps what somebody wrote from becoming markup; nobody sees it
    return "\n".join(line for line in text.split("\n") if line.strip())


def play(chat: Chat, messages: Iterable[Shown], marked: Collection[int] = ()) -> str:
    """The messages with a “>” before those whose numbers are `marked`."""
    lines = [f"[{chat.platform} {chat.room} {chat.id}]"]
    for shown in messages:
        who = f"{'>' if shown.number in marked else ' '} {shown.author.name}: "
        first, *rest = as_read(shown).split("\n")
        lines.append(f"{who}{first}{' (recalled)' if shown.recalled else ''}")
        lines += [f"      {line}" for line in rest]
        if shown.note:
            lines.append(f"      ({shown.note})")
    return "\n".join(lines)
