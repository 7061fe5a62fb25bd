"""Structured logs on stderr: one id from callback to answer, never a message's text, never a secret."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Fields that may carry secrets or what people wrote; a log line with one is a mistake of ours, and is masked.
_FORBIDDEN = frozenset(
    {"text", "content", "token", "secret", "sign", "signature", "url", "body", "reply", "code", "mobile"}
)

_Event = MutableMapping[str, Any]


def _mask(_logger: object, _method: str, event: _Event) -> _Event:
    for name in _FORBIDDEN & event.keys():
        event[name] = "***"
    return event


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
            structlog.processors.format_exc_info,
            _mask,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(number, logging.WARNING), stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
