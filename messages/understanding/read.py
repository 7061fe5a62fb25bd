"""From what people really write to a command: a pure function of the text, the room and the roles."""

import dataclasses
import re
from datetime import date

from bot.policy.points import Catalogue
from messages.commands import Command, Understood
from messages.understanding.choosing import read_choice, read_scope, read_swap
from messages.understanding.cleaning import Heard, Mentions, drawn_together
from messages.understanding.closing import read_closing
from messages.understanding.codes import find_codes
from messages.understanding.dates import Calendar
from messages.understanding.exact import exact_lines
from messages.understanding.expression import expression
from messages.understanding.guard import guarded
from messages.understanding.help_topics import topic_of
from messages.understanding.homophones import Homophones
from messages.understanding.importing import read_import
from messages.understanding.line import Line, ask, first, order, without_politeness
from messages.understanding.links import LINK, extraction_codes, take_links, without_share_text
from messages.understanding.names import asks_about_somebody
from messages.understanding.nearest import HARMLESS, nearest, shown, slip_of
from messages.understanding.numbered import read_numbered
from messages.understanding.office import read_office_order
from messages.understanding.phrasings import is_unwanted, list_filter, read_phrase, read_subject
from messages.understanding.points import (
    Aliases,
    handed_in_by_name,
    read_coded_point,
    read_former_code,
    read_impossible_code,
    read_named_point,
    with_aliases,
)
from messages.understanding.questions_own import beside_the_point, read_own_question, read_turn
from messages.understanding.questions_unit import read_unit_question
from messages.understanding.rankings import read_about_ranking
from messages.understanding.reporting import read_report
from messages.understanding.reviewing import read_review
from messages.understanding.silence import needs_no_answer
from messages.understanding.speakers import OF_ONES_OWN
from messages.understanding.submitting import (
    is_plainly_handed_in,
    read_appeal,
    read_extraction_code,
    read_submission,
    read_withdrawal,
)
from messages.understanding.valued import read_valued

SILENT = Understood(silent=True)
_HELP = Understood(command=Command.HELP)

# A guess at one of these could do harm: heard through a slip of speech it is asked back.
_NEVER_GUESSED = frozenset(
    {
        Command.WITHDRAW, Command.APPROVE, Command.SEND_BACK, Command.ANNOUNCE, Command.CONFIRM, Command.REOPEN, Command.REMIND,
        Command.ACCEPT_FILING, Command.RETURN_FILING, Command.RESEND, Command.CORRECT, Command.SWAP, Command.CONSENT, Command.DISSENT,
        Command.SCHEDULE, Command.SCOPE, Command.BIND_GROUP, Command.FREEZE, Command.UNFREEZE, Command.ANSWER, Command.UNTICK,
    }
)  # fmt: skip
# What a question about a named point may be, other than 微能力.
_WITH_CODE = frozenset({Command.DEADLINES, Command.MY_EVIDENCE, Command.WHY, Command.MY_POINTS})

_TROUBLE = expression(
    r"传不|(?:交|传|发)(?:到|去|给)?哪|太大|发不|发文件|提交|上传|怎么交|咋交|怎么传|权限|链接|撤回|申诉"
)
_BLANKS = expression(r"\s{9,}")
_SPACE = expression(r"\s+")
_ENDING = " \t\r\n?!。.,;~、…"
_LOOK = expression(
    r"^(?:我?(?:要|想|来)?(?:再)?(?:查看|查询|查查|查一?下|查|看看|看一?下|看|瞅瞅|瞅一?下|瞧瞧|显示|打开|列一?下|列出))(?:一下|下)?(?:我们的)?"
)
_NAMES_POINTS = expression(r"选|换|改|范围")
# In this order. What carries free text comes first: an announcement may say anything.
_WITH_CONTENT = (read_import, read_closing, read_office_order, read_appeal)
_ORDERS = (
    read_review,
    read_numbered,
    read_withdrawal,
    lambda line: read_submission(line) if line.links else read_extraction_code(line),
    read_impossible_code,
    read_scope,
    read_swap,
    read_choice,
    read_submission,
)
_QUESTION = 60  # characters
_LONG = 2000  # characters; beyond, only content can follow: no order of several parts
_LONG_QUESTION = 40
_LONGEST = 20_000  # characters; both platforms send at most as many bytes


class Reader:
    """Built once; reading keeps no state.

    `bot_names`: what the bot is called in groups. `today`: for relative days; without it they stay as said.
    `programme`: its first and last day, for days without a year.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        bot_names: tuple[str, ...] = (),
        today: date | None = None,
        programme: tuple[date, date] | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._exact = exact_lines()
        self._mentions = Mentions(bot_names)
        self._homophones = Homophones()
        self._aliases = Aliases(catalogue)
        self._calendar = Calendar(today, programme)

    def read(self, text: str, *, in_group: bool = False, roles: frozenset[str] = frozenset()) -> Understood:
        """Never raises. `roles` (teacher, leader, school, office) break ties and permit nothing."""
        text = text[:_LONGEST]
        exact = self._exact.get(text)
        if exact is not None:
            return _by_role(exact, text, roles) if roles else exact
        heard, mentioned = self._mentions.heard(text)
        if not heard.plain:
            return _HELP if mentioned or in_group else SILENT
        exact = self._exact.get(heard.plain) or self._exact.get(
            _SPACE.sub("", heard.plain[:40]) if len(heard.plain) <= 40 else ""
        )
        if exact is not None:
            return _by_role(exact, heard.plain, roles)
        return self._read(heard, roles)

    def _read(self, heard: Heard, roles: frozenset[str]) -> Understood:
        blanks = [match.span() for match in _BLANKS.finditer(heard.plain)]
        if blanks:
            heard = heard.cut(*blanks, fill="\n\n")
        heard, links = take_links(drawn_together(heard))
        if not links and needs_no_answer(heard.plain):
            return SILENT
        whole = heard
        heard, ending = without_politeness(heard)
        mended, put = self._homophones.mended(heard.plain)
        heard = Heard(heard.raw, mended)
        if not links and len(mended) <= _LONG_QUESTION and asks_about_somebody(mended):
            return ask("我的学时", "还差什么", hint="somebody-else")
        if not links and (short := self._short(mended, roles)):
            return self._guarded(short, put)
        line = self._line(heard, ending, links, roles)
        plainly = is_plainly_handed_in(line) and len(line.plain) <= _LONG
        understood = None if plainly else first(_WITH_CONTENT, line)
        if understood is None and links:
            # Only now: in an announcement '链接：' before a link belongs to the text.
            shared, _ = without_politeness(without_share_text(heard).stripped())
            line = self._line(shared, "", links, roles) if shared != heard or ending else line
            understood = read_submission(line) if plainly else None
        understood = understood or self._ordered(line) or self._asked(line)
        if understood is None:
            return self._nearest(whole, line)
        return self._guarded(guarded(_with_topic(understood, line), line), put)

    def _short(self, plain: str, roles: frozenset[str]) -> Understood | None:
        """A known line under its politeness, punctuation and 查看."""
        if len(plain) > 40:
            return None
        bare = _SPACE.sub("", plain).strip(_ENDING)
        if not bare:
            return None
        looked = _LOOK.sub("", bare)
        found = self._exact.get(bare)
        if found is None and (seen := self._exact.get(looked)) and seen.command in HARMLESS:
            found = seen  # '查看学时'; but '查看公告' wants nothing announced
        if found and bare.isdecimal():
            return None
        if found is None and (match := _LOOK.match(plain)) and plain[match.end() :].strip().isdecimal():
            return None
        if found is None and (turn := read_turn(bare)):
            return order(turn)
        return _by_role(found, bare, roles) if found else _progress(looked, roles)

    def _line(self, heard: Heard, ending: str, links: tuple[str, ...], roles: frozenset[str]) -> Line:
        plain = heard.plain
        for start, end in extraction_codes(heard):  # 'a5b2' may be one
            plain = plain[:start] + "·" * (end - start) + plain[end:]
        codes = find_codes(plain, self._catalogue)
        named = not links and len(heard.plain) <= 80 and _NAMES_POINTS.search(heard.plain)
        if named and not re.search(r"哪|都有|怎么|咋", heard.plain):
            codes = with_aliases(heard.plain, codes, self._aliases, self._catalogue)
        elif links and not codes.codes and not codes.impossible:
            codes = handed_in_by_name(heard.plain, self._aliases)
        return Line(heard, links, codes, roles, self._calendar, self._catalogue, ending)

    def _ordered(self, line: Line) -> Understood | None:
        """Everything that begins with a word of doing."""
        if (read := read_report(line)) is not None:
            return read
        if len(line.plain) <= _LONG:
            return first(_ORDERS, line)
        opening = dataclasses.replace(line, heard=line.heard.part(0, _LONG))
        return read_submission(opening) if line.links else None

    def _asked(self, line: Line) -> Understood | None:
        """Everything that is a question."""
        if line.links or len(line.plain) > _LONG:
            return None
        bare = _SPACE.sub("", line.plain).strip(_ENDING)
        if beside_the_point(bare[:80]):
            return None
        if (read := read_about_ranking(bare, line) or read_valued(line)) is not None:
            return read
        if line.codes.codes:
            phrase = read_phrase(bare, line.roles)
            if phrase and (
                phrase.command in _WITH_CODE or (phrase.command is Command.HELP and _TROUBLE.search(bare))
            ):
                arguments = dataclasses.replace(phrase.arguments, codes=line.codes.codes)
                return dataclasses.replace(phrase, arguments=arguments)
            return read_coded_point(line)
        return (
            read_former_code(line)
            or read_named_point(line, self._aliases)
            or _read_question(bare, line.roles)
            or read_phrase(bare, line.roles)
            or _slip(bare)
            or read_subject(bare)
        )

    def _guarded(self, understood: Understood, put: frozenset[str]) -> Understood:
        """A harmful order that only a mended slip makes is asked back."""
        command = understood.command
        if command in _NEVER_GUESSED and any(word in command or command in word for word in put):
            arguments = understood.arguments
            said = (
                *arguments.codes,
                *map(str, arguments.numbers),
                arguments.school or arguments.audience or arguments.filter or arguments.when,
                arguments.grade,
                arguments.note or arguments.reason or arguments.text,
            )
            values = " ".join(filter(None, said))
            return Understood(
                arguments=arguments, suggestions=(f"{command} {values}" if values else shown(command),)
            )
        return understood

    def _nearest(self, whole: Heard, line: Line) -> Understood:
        bare = _SPACE.sub("", line.plain[:60]).strip(_ENDING)
        numbers = (
            tuple(int(n) for n in re.findall(r"\d{1,6}", bare))
            if re.fullmatch(r"(?:#|第|编号)?\d{1,6}(?:[号、,#]+\d{1,6})*[号个]?", bare)
            else ()
        )
        if numbers:
            return ask(f"查看 {numbers[0]}", "待审", "我的材料", numbers=numbers)
        lines = (
            nearest(bare.replace(LINK, "")) or nearest(whole.plain[:12]) or ("帮助", "还差什么", "我的学时")
        )
        return ask(*lines, codes=line.codes.codes, links=line.links)


def _read_question(bare: str, roles: frozenset[str]) -> Understood | None:
    if len(bare) > _QUESTION or is_unwanted(bare):
        return None
    return read_own_question(bare) or read_unit_question(bare, roles)


def _with_topic(understood: Understood, line: Line) -> Understood:
    """A question about the rules that only 帮助 can answer says which it is."""
    arguments = understood.arguments
    if understood.command is not Command.HELP or arguments.filter:
        return understood
    topic = topic_of(line.plain)
    return dataclasses.replace(understood, arguments=dataclasses.replace(arguments, filter=topic))


def _slip(bare: str) -> Understood | None:
    command = slip_of(_LOOK.sub("", bare))
    return order(command) if command else None


def _by_role(found: Understood, bare: str, roles: frozenset[str]) -> Understood:
    if found.command is Command.BEHIND and "school" in roles and "leader" not in roles:
        return order(Command.SCHOOL_LIST, filter=list_filter(bare) or "未达标")
    return found


def _progress(bare: str, roles: frozenset[str]) -> Understood | None:
    """进度 and 情况 alone: of whatever the person is responsible for."""
    if bare not in OF_ONES_OWN:
        return None
    for role, command in (
        ("office", Command.COUNTY_PROGRESS),
        ("school", Command.SCHOOL_PROGRESS),
        ("leader", Command.GROUP_PROGRESS),
    ):
        if role in roles:
            return order(command)
    return order(Command.MY_HOURS)
