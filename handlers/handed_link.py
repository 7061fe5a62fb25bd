"""The one link that a filing or a paper is handed in with."""

from bot.policy.links import judge_link
from bot.policy.paper import bare_link, with_extraction
from bot.policy.submission import foreign_scheme, split_note
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import handed_link as texts


def handed_link(turn: Turn) -> str | Answer | None:
    """The link with its 提取码; why it is not taken; None where none was said."""
    links = turn.arguments.links
    if not links:
        scheme = foreign_scheme(turn.message.text)
        return texts.foreign_link(scheme) if scheme else None
    if len(links) > 1:
        return texts.only_one(len(links))
    link = bare_link(links[0])
    fault = judge_link(link, turn.plan.review.link_characters)
    if fault is not None:
        return texts.not_taken(fault, link, turn.plan.review)
    extractions, _ = split_note(turn.message.text)
    return with_extraction(links[0], extractions[0] if extractions else "")
