"""From what a page returns to HTML: Jinja with escaping, and the few filters that templates use."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup, escape

from messages.outgoing import Answer, LineKind
from messages.texts import wording

_HERE: Final = Path(__file__).parent
STATIC: Final = _HERE / "static"
_TAGS: Final = {LineKind.HEADING: "h3", LineKind.ITEM: "li", LineKind.QUOTE: "blockquote"}


def environment() -> jinja2.Environment:
    """One for the process; templates are compiled once."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "said": said,
        "hours": wording.hours,
        "percent": wording.percent,
        "day": day,
        "moment": moment,
    }
    made.globals["version"] = _versions()
    return made


def said(answer: Answer) -> Markup:
    """An answer of the bot, with everything in it escaped."""
    lines = []
    for kind, group in groupby(answer.lines, key=lambda line: line.kind):
        tag = _TAGS.get(kind, "p")
        marked = [f"<{tag}>{escape(line.plain)}</{tag}>" for line in group]
        lines += ["<ul>", *marked, "</ul>"] if kind is LineKind.ITEM else marked
    return Markup("\n".join(lines))  # noqa: S704  escaped just above


def day(value: date | None) -> str:
    return "—" if value is None else value.isoformat()


def moment(value: datetime) -> str:
    """2024-05-20 18:00, in the zone that it has."""
    return value.strftime("%Y-%m-%d %H:%M")


def _versions() -> Mapping[str, str]:
    """By file name: a few letters that change with the file, so that browsers may keep it for long."""
    return {path.name: sha256(path.read_bytes()).hexdigest()[:12] for path in sorted(STATIC.iterdir())}


def render(jinja: jinja2.Environment, template: str, context: Mapping[str, Any]) -> str:
    return jinja.get_template(template).render(context)
