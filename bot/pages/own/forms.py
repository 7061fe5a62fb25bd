"""What one does on one's own page: hand in, take back, choose, appeal; each as the chat does it."""

from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from bot.pages.acting import act
from bot.pages.visit import NotThere, Outcome, Redirect, Shown, Unfit, Visit
from bot.policy.submission import judge_links
from messages.commands import Arguments, Command
from messages.incoming import Platform
from messages.outgoing import Answer
from messages.texts.submit import links_refused
from messages.understanding.cleaning import Heard, plain_form
from messages.understanding.links import LINK, take_links, without_share_text
from storage import conversations
from storage.conversations import Kept, Topic
from storage.submissions import of_author

HOME: Final = "/me"
MOST_CHARACTERS: Final = 2000
"""Of a note and of an appeal."""


def submit(visit: Visit) -> Outcome:
    """The links may stand in what a drive's share button has copied."""
    form = visit.asked.form
    code = form.get("code", "")
    if code not in visit.catalogue:
        raise Unfit("没有交上：请选一个微能力点。")
    links, rest = links_in(form.get("links", ""))
    if not links:
        raise Unfit("没有交上：请贴上链接，要以 http:// 或 https:// 开头。返回上一页，写的还在。")
    refusal = judge_links(links, visit.plan.review)
    if (
        refusal is not None
    ):  # the page that comes next would have lost what was written; the one before has it
        reason = links_refused(refusal, len(links), visit.plan).lines[0].plain
        raise Unfit(f"{reason}返回上一页，写的还在，改好再提交。")
    extraction = form.get("extraction", "").strip()
    note = " ".join(filter(None, (_words(visit, "note"), rest, f"提取码 {extraction}" if extraction else "")))
    return _done(visit, Command.SUBMIT, Arguments(codes=(code,), links=links, note=note))


def withdraw(visit: Visit) -> Outcome:
    """Only one's own: of the office the chat's 撤回 takes announcements back as well."""
    mine = {str(one.number): one.number for one in of_author(visit.connection, visit.visitor.person_id)}
    number = mine.get(visit.asked.form.get("number", ""))
    if number is None:
        raise NotThere
    return _done(visit, Command.WITHDRAW, Arguments(numbers=(number,)))


def choose(visit: Visit) -> Outcome:
    """The ticked codes become the whole choice."""
    codes = tuple(code for code in visit.asked.every.get("code", ()) if code in visit.catalogue)
    if not codes:
        raise Unfit(f"没有选上：请勾选 {visit.plan.choice.points} 个微能力点。")
    return _done(visit, Command.CHOOSE, Arguments(codes=codes))


def appeal(visit: Visit) -> Outcome:
    text = _words(visit, "text")
    if not text:
        raise Unfit("没有记下：请写明哪里不对。")
    return _done(visit, Command.APPEAL, Arguments(text=text))


def confirm(visit: Visit) -> Outcome:
    """Does what the page before has shown, unless something else was asked since in another window."""
    kept = _waiting(visit)
    if kept is None or visit.asked.form.get("shown", "") != _mark(kept):
        raise Unfit("没有执行：要确认的已经变了，请回到我的主页再来一次。")
    return Redirect(HOME, act(visit, Command.CONFIRM, Arguments()))


def links_in(text: str) -> tuple[tuple[str, ...], str]:
    """The links, and what is left of the words around them."""
    heard, links = take_links(Heard(text, plain_form(text)))
    return links, " ".join(without_share_text(heard).raw.replace(LINK, " ").split())


def _done(visit: Visit, command: Command, arguments: Arguments) -> Outcome:
    """What is done at once is said on the page that comes next; what is not yet done asks for one more click."""
    conversations.clear(*_place(visit), Topic.CONFIRM)
    said = act(visit, command, arguments)
    kept = _waiting(visit)
    return Redirect(HOME, said) if kept is None else Shown("me/confirm.html", "确认一下", _asked(said, kept))


def _asked(said: Answer, kept: Kept) -> dict[str, Any]:
    """Without the line that says what to answer in the chat: here are buttons."""
    lines = tuple(line for line in said.lines if "回复“确认”" not in line.plain)
    return {"said": replace(said, lines=lines), "shown": _mark(kept)}


def _waiting(visit: Visit) -> Kept | None:
    """A preview that waits for 确认."""
    return conversations.peek(*_place(visit), Topic.CONFIRM, real_ms=visit.real_ms)


def _mark(kept: Kept) -> str:
    """The same for the same preview, and for no other."""
    return sha256(repr((sorted(kept.content.items()), kept.expires_at)).encode()).hexdigest()[:32]


def _words(visit: Visit, name: str) -> str:
    said = visit.asked.form.get(name, "").strip()
    if len(said) > MOST_CHARACTERS:
        raise Unfit(f"没有执行：写得太长了，最多 {MOST_CHARACTERS} 个字。")
    return said


def _place(visit: Visit) -> tuple[Any, Platform, str, str]:
    """Where the chat keeps previews of what is done by pages: storage.conversations."""
    return visit.connection, Platform.PAGE, str(visit.visitor.person_id), ""
