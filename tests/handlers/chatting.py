"""A chat with the bot, each message one of its own: what is typed, spoken and tapped is read as the intake reads it."""

from dataclasses import replace

from handlers.perform import perform
from messages.outgoing import Answer, Reply
from messages.refs import split_ref
from messages.understanding.read import Reader
from tests.handlers.conftest import TEACHER, County
from tests.handlers.tapped import check


class Chat:
    """With whoever writes."""

    def __init__(self, county: County):
        self.county = county
        self.reader = Reader(county.catalogue, today=county.now.date(), programme=county.plan.span)
        self.messages = 0

    def says(
        self, text: str, who: int | str = TEACHER, *, group: bool = False, spoken: bool = False
    ) -> Answer | Reply:
        self.messages += 1
        words, ref = split_ref(text)
        turn = self.county.turn(who, typed=words, group=group)
        understood = self.reader.read(words, in_group=group)
        if understood.command is None and not understood.silent:
            understood = self.reader.read(words, in_group=group, roles=frozenset({"office"}))
        message = replace(turn.message, spoken=spoken)
        said = perform(
            replace(turn, message=message, understood=understood, ref=ref, trace=f"{self.messages}")
        )
        check(said)
        return said

    def speaks(self, text: str, who: int | str = TEACHER, *, group: bool = False) -> Answer | Reply:
        return self.says(text, who, group=group, spoken=True)

    def taps(self, said: Answer | Reply, label: str, who: int = TEACHER) -> Answer | Reply:
        (choice,) = (one for one in said.buttons.choices if one.label == label)
        return self.says(choice.says, who)
