"""What a form does is what the same words in the chat would do: one command, one permission, one audit."""

from dataclasses import replace

from bot.pages.visit import Visit
from handlers.perform import perform
from handlers.turn import Turn
from messages.commands import Arguments, Command, Understood
from messages.incoming import IncomingMessage, Kind, Platform
from messages.outgoing import Answer, Reply, answer


def act(
    visit: Visit, command: Command, arguments: Arguments, *, confirmed: bool = False, urgent: bool = False
) -> Answer:
    """What the bot would say. `confirmed`: the page has shown what would happen, so that no preview comes."""
    said = perform(turn_of(visit, command, arguments, confirmed=confirmed, urgent=urgent))
    return answer(said.body) if isinstance(said, Reply) else said


def turn_of(
    visit: Visit, command: Command, arguments: Arguments, *, confirmed: bool = False, urgent: bool = False
) -> Turn:
    """As if the visitor had said it in private; notices are left for the chat."""
    message = IncomingMessage(
        platform=Platform.PAGE,
        key=visit.trace,
        account=str(visit.visitor.person_id),
        chat="",
        kind=Kind.TEXT,
        text=command.value,
        sent_at=visit.real_ms,
    )
    return Turn(
        connection=visit.connection,
        message=message,
        understood=Understood(command=command, arguments=arguments),
        asker=replace(visit.visitor, has_notices=False),
        plan=visit.plan,
        catalogue=visit.catalogue,
        now=visit.now,
        real_ms=visit.real_ms,
        secret_key=visit.ground.secret_key,
        trace=visit.trace,
        confirmed=confirmed,
        urgent=urgent,
        reaches=visit.ground.reaches,
        public_url=visit.ground.public_url,
    )
