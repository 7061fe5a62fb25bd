"""Structured logs on stderr: one id from callback to answer, never a message's text, never a secret."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

from bot.log_fields import FIELDS, FRAME

_KNOWN = FIELDS.keys() | FRAME.keys()
FRAMES = 12

_Event = MutableMapping[str, Any]


def _mask(_logger: object, _method: str, event: _Event) -> _Event:
    """A field that nobody has listed is a mistake of ours, and may be a secret or what somebody wrote."""
    for name in event.keys() - _KNOWN:
        event[name] = "***"
    return event


def _where_it_failed(_logger: object, _method: str, event: _Event) -> _Event:
    """The kind of an exception and the way to it, without its message: that may quote what somebody wrote."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["exception"] = type(error).__qualname__
        event["at"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-FRAMES:]
        ]
    return event


class _Stderr:
    """Whatever stderr is at the moment, so that nothing holds on to a stream that is gone.

    A line that cannot be written is lost: on a full disk it would end the thread that has something to say.
    """

    def write(self, line: str) -> int:
        try:
            return sys.stderr.write(line)
        except OSError:
            return 0

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


def configure_logs(level: str, log_format: str) -> None:
    """Once, at start. `log_format` is "json" or "console"."""
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            _where_it_failed,
            _mask,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _Stderr())),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=max(number, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(name)s %(message)s"
    )
    # What strangers send wrongly is refused by the doors; a trace for each would only fill the disk.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
