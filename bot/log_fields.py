"""Every field that a log line may have, and what stands in it: never what somebody wrote, never a secret."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "after_s": "seconds until it is tried again",
        "again": "how many are tried once more",
        "alarm": "key of an alarm: the trouble, and the day; numbers of groups and jobs, no names of people",
        "cmd": "command of a frame, as WeCom documents it",
        "count": "how many",
        "day": "for which day a job ran, as 2024-05-20",
        "days": "several of them",
        "detail": "the platform's answer in our own words; nothing that somebody wrote, no address, no token",
        "do": "what is done about it: again, never, stop …",
        "door": "way in of a message: wecom, aibot, dingtalk, stream …",
        "errcode": "the platform's number or word for a refusal (docs/platform-errors.md)",
        "error": "name of the exception's class, never its message",
        "file": "number of a received file; at start the name of an import's file; in the journal the entry's name",
        "found": "findings of links with how many of each",
        "given_up": "how many could not be taken back",
        "group": "number of a group, as `group list` shows it",
        "job": "name of a job, as [jobs] in the plan has it",
        "kind": "kind of a file, of a workbook, or of an exception",
        "length": "characters",
        "link": "number of a link in evidence_link",
        "lived_s": "seconds that a connection had lived",
        "looked": "how many links",
        "mend": "what the operator can do, in Chinese",
        "messages": "of a job: how many are new in the outbox; of `handled`: [trace, command, outcome] of each",
        "name": "name of an event or a message type, as the platform documents it",
        "outcome": "done, nothing, skipped, failed",
        "outlet": "way out: wecom.app, wecom.webhook, dingtalk.robot …",
        "parcel": "number of one call of a platform, drawn at random",
        "path": "path of a page or a door as it is registered, without what was filled in",
        "platform": "wecom or dingtalk",
        "purpose": "what a one-time link opens: office, me, export",
        "reason": "why, as a fixed word",
        "run": "number of an import",
        "said": "the sentences that the office is told, in Chinese; groups and schools, no names of people",
        "school": "number of a school",
        "seconds": "how long",
        "skew_s": "seconds by which a signature's time was off",
        "state": "where a received file stands",
        "states": "states of messages with how many of each",
        "status": "HTTP status of an answer",
        "taken_back": "how many were taken back",
        "to": 'receivers by number: "p12" is a person, "g3" a group; five at most',
        "topic": "topic of a frame, as DingTalk documents it",
        "trace": "number of one message from callback to answer; people see it in an apology",
        "verdict": "what is done about it: again, never, stop …",
        "why": "why, as a fixed word",
        "work": "name of an activity of the process",
    }
)
FRAME: Final[Mapping[str, str]] = MappingProxyType(
    {
        "event": "which event: a fixed sentence of the table below",
        "level": "how bad it is",
        "timestamp": "the machine's local time, ISO 8601",
        "exception": "of a bug: name of the exception's class, never its message",
        "at": "of a bug: the way to it, file, line and function, the innermost last",
    }
)
"""What the logger itself adds."""
LEVELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "debug": "of no concern in operation",
        "info": "works as it should",
        "warning": "went wrong and is made good by the bot itself, or is one person's concern",
        "error": "somebody has to look: a bug (then with `exception` and `at`), or a setting",
        "critical": "a message may be lost: look now",
    }
)
