"""Every event of the log: its level, its fields, and what it means; docs/logs.md is printed from here."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.log_fields import FIELDS, FRAME, LEVELS


@dataclass(frozen=True, slots=True)
class Event:
    """One of them. `exception` is logged at the level error, with the way to it."""

    event: str  # "listening on " stands for all that begin so
    levels: str  # one, or several with blanks
    fields: str  # names with blanks between
    means: str


_PROCESS: Final = (
    Event("listening on ", "info", "", "The web server takes connections at this address from now on."),
    Event("stopping", "info", "", "Asked to stop; what is under way is brought to its end."),
    Event(
        "messages taken up again after a stop", "info", "count", "Kept on disk by the last run; handled now."
    ),
    Event(
        "messages of a process that is gone are taken up",
        "info",
        "count",
        "Kept on disk by a process that has not come back; handled by this one.",
    ),
    Event(
        "the journal could not be looked at",
        "warning",
        "error",
        "The folder beside the database; tried again.",
    ),
    Event(
        "a kept message cannot be read and was set aside",
        "warning",
        "file",
        "A damaged file in the journal; it stays there as .unreadable.",
    ),
    Event("what should never end has ended", "exception", "work", "A bug; the activity begins anew."),
    Event("database out of reach", "warning", "error", "Messages wait on disk until it is back."),
    Event("a failure could not be recorded", "exception", "", "A bug in the handling of a bug."),
    Event(
        "the database's log could not be copied; it will be tried again",
        "warning",
        "",
        "SQLite's -wal file grows until it succeeds.",
    ),
    Event(
        "a group's address was sealed under another BOT_SECRET_KEY",
        "error",
        "group",
        "Nothing can be sent there: set the old key again, or bind the group anew.",
    ),
)
_MESSAGES: Final = (
    Event("handled", "info", "messages", "One line for each batch of messages."),
    Event(
        "answered late", "warning", "trace", "The platform's time was over; the answer comes in another way."
    ),
    Event("a handler has failed", "error", "trace exc_info", "A bug; the person was told, with the trace."),
    Event("a door has failed", "exception", "path", "A bug; the platform is asked to come again."),
    Event(
        "neither database nor disk could take a message",
        "critical",
        "",
        "The platform is asked to come again; mend the database or the disk at once.",
    ),
    Event("forged", "warning", "platform reason skew_s", "A signature that is wrong or too old; refused."),
    Event("unreadable", "warning", "platform reason", "Signed, and not as documented; refused."),
    Event("ignored", "debug", "platform reason name", "Nothing for the bot."),
    Event("undocumented message or event", "warning", "platform name", "New on the platform; acknowledged."),
    Event(
        "monthly quota exhausted: messages arrive without text",
        "error",
        "platform",
        "DingTalk's free edition; people are told nothing until it is raised.",
    ),
)
_ANSWERS: Final = (
    Event("what is owed could not be read", "exception", "door", "A bug; tried again."),
    Event("an answer will never be taken", "warning", "door trace", "Given up."),
    Event("an answer was not taken", "warning", "trace do errcode detail", "Refused over a connection."),
    Event("an answer may not have arrived", "warning", "trace", "No acknowledgement; not said twice."),
    Event("an answer has no way to its reader", "warning", "trace", "The response address was not given."),
    Event("an answer could not be brought", "warning", "trace", "No connection to the response address."),
    Event("an answer was refused", "warning", "trace errcode", "By the response address."),
    Event("answers could not be read", "exception", "", "A bug; the bot's stream shows nothing."),
    Event("a session takes no more", "info", "trace errcode", "DingTalk's; the other way is taken."),
    Event("not taken", "warning", "cmd errcode", "A frame to WeCom's AI bot."),
    Event("a card was not taken", "warning", "trace errcode", "The same is said in words."),
    Event("a card was not delivered", "warning", "trace", "The same is said in words."),
    Event("a card was not changed", "warning", "errcode", "It goes on showing its buttons."),
    Event("a card could not be changed", "warning", "trace error", "It goes on showing its buttons."),
    Event(
        "the address of cards was not registered", "warning", "errcode", "Tried again; until then no buttons."
    ),
)
_CONNECTIONS: Final = (
    Event("the long connection is up", "info", "", "WeCom's AI bot."),
    Event("the long connection is refused", "warning", "errcode", "Tried again, ever more seldom."),
    Event("the long connection cannot be opened", "warning", "error", "Tried again, ever more seldom."),
    Event("the long connection is half dead", "warning", "", "No pong; opened anew."),
    Event(
        "the long connection is given up",
        "warning",
        "why",
        "To another process, or until its settings change.",
    ),
    Event("the lease of the long connection cannot be taken", "exception", "", "A bug; tried again."),
    Event(
        "the lease of the long connection will run out by itself",
        "warning",
        "",
        "The database was away at the stop; the next process waits a little.",
    ),
    Event("a frame that is none", "warning", "length", "WeCom's AI bot; left aside."),
    Event("a frame of an unknown command", "info", "length", "WeCom's AI bot; left aside."),
    Event("a frame could not be heard", "exception", "", "A bug."),
    Event("a frame could not be handled", "error", "exc_info", "A bug."),
    Event("DingTalk opens no stream", "warning", "status errcode", "Asked again, ever more seldom."),
    Event("DingTalk's stream turns us away", "warning", "status", "Asked again, ever more seldom."),
    Event("no connection to DingTalk's stream", "warning", "error", "Tried again, ever more seldom."),
    Event("the stream is opened anew", "info", "why lived_s after_s", "DingTalk closes it now and then."),
    Event("nothing was heard on the stream", "warning", "seconds", "Opened anew."),
    Event("no frame of the stream", "warning", "length", "Left aside."),
    Event("a frame could not be taken", "exception", "topic", "A bug; DingTalk sends it again."),
    Event("an acknowledgement came too late for its socket", "info", "", "DingTalk sends the frame again."),
    Event("access token renewed", "info", "platform", "For all processes."),
    Event(
        "veiled ids stay veiled for now",
        "warning",
        "count why",
        "WeCom was asked whose they are; asked again.",
    ),
)
_DELIVERY: Final = (
    Event("told", "info", "outlet states", "What has become of the messages of one round."),
    Event(
        "a message was not taken",
        "warning error",
        "outlet parcel to verdict errcode detail mend",
        "Error: this way out is stopped until somebody does what `mend` says.",
    ),
    Event("a message could not be sent", "error", "exc_info", "A bug; tried again, three times at most."),
    Event(
        "what was sent could not be written down", "warning", "error", "The database was away; tried again."
    ),
    Event("delivery waits for the database", "warning", "error", "Tried again."),
    Event("delivery has failed", "exception", "outlet", "A bug; tried again."),
    Event("recalled", "info", "outlet taken_back again given_up", "Messages that the office has taken back."),
    Event(
        "nothing was taken back", "warning", "outlet verdict errcode detail mend", "The platform has refused."
    ),
    Event("a recall takes too long", "warning", "outlet", "Asked again."),
    Event("a recall has failed", "exception", "outlet", "A bug; tried again."),
    Event("recalls wait for the database", "warning", "error", "Tried again."),
    Event(
        "the office has to look at something",
        "error",
        "alarm said",
        "What the office is told as well; here, too, because it may have bound no account.",
    ),
    Event("the office could not be told", "exception", "alarm", "A bug."),
    Event("an alarm waits for the database", "warning", "alarm error", "Tried again."),
)
_JOBS: Final = (
    Event("a job has run", "info debug", "job day outcome messages", "Debug where there was nothing to do."),
    Event("a job has failed", "exception", "job day", "A bug; tried three times, then the office is told."),
    Event("a job has not run", "error", "job days", "Its time is over; the office is told."),
    Event("a job waits for the database", "warning", "job error", "Tried again in a minute."),
    Event("the timetable waits for the database", "warning", "error", "Said once."),
    Event(
        "a ranking could not be drawn; its words go out all the same",
        "exception",
        "school",
        "Fonts are missing, or the disk is full.",
    ),
    Event("links looked at", "info", "looked found", "A round of the link check."),
    Event("a look at a link has failed", "error", "link kind", "A bug; nothing is noted of it."),
    Event("links wait for the database", "warning", "error", "Tried again."),
)
_FILES_AND_PAGES: Final = (
    Event("a received file", "info", "file state kind", "Where it stands now."),
    Event("an import has broken the bot", "exception", "kind file run", "A bug; nothing of it was written."),
    Event("received files wait for the database", "warning", "error", "Tried again."),
    Event(
        "an unfinished import was finished", "info", "file", "A crash or an outage had left it half written."
    ),
    Event("unfinished imports wait for the database", "warning", "error", "Tried again."),
    Event("a page has failed", "exception", "path trace", "A bug; the visitor was told, with the trace."),
    Event("a page waits for the database", "warning", "path", "The visitor is asked to come again."),
    Event("nobody gets in for the database", "warning", "purpose", "The link stays good."),
    Event("nobody gets a workbook for the database", "warning", "", "The link stays good."),
    Event("a workbook has failed", "exception", "kind trace", "A bug; the visitor was told, with the trace."),
    Event("a download was broken off", "info", "", "By the visitor."),
)
SUBJECTS: Final[tuple[tuple[str, tuple[Event, ...]], ...]] = (
    ("The process", _PROCESS),
    ("Messages coming in", _MESSAGES),
    ("Answers", _ANSWERS),
    ("Connections", _CONNECTIONS),
    ("Messages going out", _DELIVERY),
    ("The timetable", _JOBS),
    ("Files and pages", _FILES_AND_PAGES),
)
EVENTS: Final = tuple(event for _, events in SUBJECTS for event in events)

_OPENING: Final = """\
# Logs

Printed from the code (`make docs`); a test holds every call of the logger against it. One line for each event on
standard error; `BOT_LOG_FORMAT=json` makes each a JSON object for a collector, `BOT_LOG_LEVEL` says from which level
on. Events are fixed sentences: search and count by them. A field that is not listed here is printed as `***`.

What never stands in a log: what somebody wrote, names, mobile and identity numbers, account ids, addresses with
keys, tokens, one-time codes. A message is followed by its `trace`, a person by their number in the database
(`to`: `p12`), a group by its own (`g3`). How long logs are kept is for whoever runs the bot to say.
"""


def document() -> str:
    """docs/logs.md."""
    parts = [_OPENING, "\n## Levels\n\n", _table(("level", "means"), LEVELS.items())]
    parts += ["\n## Fields of every line\n\n", _table(("field", "what stands in it"), FRAME.items())]
    parts.append("\n## Events\n")
    for subject, events in SUBJECTS:
        rows = [(one.event.strip(), _level(one), _fields(one), one.means) for one in events]
        parts += [f"\n### {subject}\n\n", _table(("event", "level", "fields", "means"), rows)]
    return "".join(
        [*parts, "\n## Fields\n\n", _table(("field", "what stands in it"), sorted(FIELDS.items()))]
    )


def _level(event: Event) -> str:
    return event.levels.replace("exception", "error").replace(" ", ", ")


def _fields(event: Event) -> str:
    bug = ["exception", "at"] if event.levels == "exception" or "exc_info" in event.fields else []
    named = [name for name in event.fields.split() if name != "exc_info"]
    return ", ".join(f"`{name}`" for name in [*named, *bug])


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    # As bytes: a terminal may have another encoding than the document.
    sys.stdout.buffer.write(document().encode())
