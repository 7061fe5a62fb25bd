"""`texts`: everything the bot can say, with example data, for the office to read; needs no database."""

import difflib
import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.cli.text_samples.sample import Sample
    from messages.outgoing import Reply

_INDENT = "    "


def texts(
    word: Annotated[
        str | None,
        typer.Argument(
            metavar="[WORD]",
            help="只看这一类：命令（提交、公告）或文件名（notices）；都不是就找话里有这个词的。",
            show_default=False,
        ),
    ] = None,
    platform: Annotated[
        str | None,
        typer.Option(
            "--platform",
            metavar="PLATFORM",
            help="照平台上收到的样子：wecom 或 dingtalk。",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="一行一个 JSON 对象，给程序读。")] = False,
) -> None:
    """Always with the built-in plan and made-up people, so that two runs print the same."""
    from bot.cli.text_samples.given import Given
    from bot.cli.text_samples.sections import all_samples

    if platform not in {None, "wecom", "dingtalk"}:
        raise typer.BadParameter(f"没有平台 {platform!r}，可用的有：wecom、dingtalk")
    samples = all_samples(Given.built_in())
    chosen = samples if word is None else _named(word, samples)
    if as_json:
        for one in chosen:
            print(json.dumps(_record(one, platform), ensure_ascii=False))
        return
    _show(chosen, platform)


def _named(word: str, samples: Sequence["Sample"]) -> Sequence["Sample"]:
    """Of this subject or file; else those that say the word."""
    from bot.cli.text_samples.sections import TOPICS, topic_of

    found = [one for one in samples if word == one.module or word in topic_of(one)]
    found = found or [one for one in samples if word in one.answer.plain]
    if found:
        return found
    near = difflib.get_close_matches(word, [*TOPICS, *TOPICS.values()], n=1)
    guess = f"，是不是 {near[0]}？" if near else ""
    raise typer.BadParameter(f"没有 {word!r} 这一类，也没有哪句话里有它{guess}")


def _show(samples: Iterable["Sample"], platform: str | None) -> None:
    from bot.cli.text_samples.sections import topic_of

    blank = ""
    for module, here in groupby(samples, key=lambda one: one.module):
        of_module = list(here)
        print(f"{blank}【{topic_of(of_module[0])}】{module}")
        blank = "\n"
        for one in of_module:
            print(f"\n· {one.situation}（{one.function}）")
            if one.answer.silent:
                print(f"{_INDENT}（什么也不说）")
            for number, page in enumerate(_pages(one, platform), 1):
                if number > 1:
                    print(f"{_INDENT}—— 第 {number} 条 ——")
                for line in page.body.split("\n"):
                    print(f"{_INDENT}{line}".rstrip())


def _record(one: "Sample", platform: str | None) -> dict[str, object]:
    from bot.cli.text_samples.sections import topic_of

    about = {
        "topic": topic_of(one),
        "module": one.module,
        "function": one.function,
        "situation": one.situation,
    }
    shown = _pages(one, platform)
    return {
        **about,
        "markdown": any(page.markdown for page in shown),
        "pages": [page.body for page in shown],
    }


def _pages(one: "Sample", platform: str | None) -> tuple["Reply", ...]:
    """Without a platform as the terminal shows it: whole and plain."""
    from messages.incoming import Platform
    from messages.rendering import pages

    return pages(one.answer, Platform.CONSOLE if platform is None else Platform(platform))
