"""案例: 整校推进 by the school's lead, 学科研修 by a leader or the lead, 微能力作品 by the author or with consent."""

from dataclasses import replace

from bot.policy.paper import CASES, PaperKind
from bot.policy.submission import split_note
from handlers import menu
from handlers.handed_link import handed_link
from handlers.led import led_groups, led_school, led_school_name, led_schools, meant_group
from handlers.paper_intake import same_before, take_paper
from handlers.turn import Turn
from handlers.work_case import work_case
from messages.commands import Arguments, Command
from messages.outgoing import Answer
from messages.texts import case as texts
from messages.texts.paper_words import CASE_NAMES
from storage import papers
from storage.groups import Group, groups_of_school
from storage.papers import Place
from storage.schools import hold_school

_NAMED = {name: kind for kind, name in CASE_NAMES.items()}


def case(turn: Turn) -> Answer:
    link = handed_link(turn)
    if isinstance(link, Answer):
        return link
    kind, open_kinds = _NAMED.get(turn.arguments.filter), _open_to(turn)
    if kind is not None and kind not in open_kinds:
        return texts.not_yours(kind)
    if link is None:
        return _how(turn, kind, open_kinds)
    said = replace(turn.arguments, links=(link,), note=_without_code(turn.arguments))
    if kind is None:
        choices = [replace(said, filter=CASE_NAMES[one]) for one in open_kinds]
        lines = menu.Lines(choices, [CASE_NAMES[one] for one in open_kinds])
        return menu.offer(turn, texts.which(open_kinds), Command.CASE, lines)
    return _of_kind(turn.saying(Command.CASE, said), kind, link)


def _without_code(said: Arguments) -> str:
    """The note without its 提取码 and the codes of points, which are understood already."""
    _, rest = split_note(said.note)
    return " ".join(word for word in rest.split() if word.upper() not in said.codes)


def _of_kind(turn: Turn, kind: PaperKind, link: str) -> Answer:
    match kind:
        case PaperKind.SCHOOL_CASE:
            return _of_school(turn, link)
        case PaperKind.SUBJECT_CASE:
            return _of_subject(turn, link)
        case _:
            return work_case(turn, link)


def _open_to(turn: Turn) -> tuple[PaperKind, ...]:
    """The kinds that the asker may hand in, in the order of the plan."""
    leads, leader = bool(led_schools(turn)), bool(led_groups(turn))
    may = {
        PaperKind.SCHOOL_CASE: leads,
        PaperKind.SUBJECT_CASE: leads or leader,
        PaperKind.WORK_CASE: True,
    }
    return tuple(kind for kind in CASES if may[kind])


def _of_school(turn: Turn, link: str) -> Answer:
    school_id = led_school(turn)
    place = Place(kind=PaperKind.SCHOOL_CASE, school_id=school_id)
    return _taken(turn, place, led_school_name(turn, school_id), link)


def _of_subject(turn: Turn, link: str) -> Answer:
    """Of the group that the lead names, of one's own group, or of the school as a whole."""
    if led_schools(turn):
        school_id = led_school(turn)
        named = [
            one for one in groups_of_school(turn.connection, school_id) if one.name in turn.arguments.note
        ]
        if named:
            return _of_group(turn, max(named, key=lambda one: len(one.name)), link)
        if not led_groups(turn):
            place = Place(kind=PaperKind.SUBJECT_CASE, school_id=school_id)
            return _taken(turn, place, led_school_name(turn, school_id), link)
    group = meant_group(turn, Command.CASE, turn.arguments)
    return group if isinstance(group, Answer) else _of_group(turn, group, link)


def _of_group(turn: Turn, group: Group, link: str) -> Answer:
    place = Place(kind=PaperKind.SUBJECT_CASE, school_id=group.school_id, group_id=group.group_id)
    return _taken(turn, place, f"{group.school_name}{group.name}", link)


def _taken(turn: Turn, place: Place, whose: str, link: str) -> Answer:
    hold_school(turn.connection, place.school_id)
    current = papers.at_place(turn.connection, place)
    if same := same_before(current, link):
        return texts.same_as_before(same.number, place.kind, whose)
    taken = take_paper(turn, place, link, replaces=current, note=turn.arguments.note)
    return texts.handed_in(
        taken.number,
        place.kind,
        whose,
        link,
        replaced=taken.replaced,
        due=turn.plan.deadlines.summary,
        today=turn.today,
    )


def _how(turn: Turn, kind: PaperKind | None, open_kinds: tuple[PaperKind, ...]) -> Answer:
    mine = papers.handed_in_by(turn.connection, turn.person.person_id, CASES)
    rows = [(one.number, one.place.kind, one.author_name, one.state) for one in mine]
    kinds = open_kinds if kind is None else (kind,)
    return texts.how(kinds, rows, turn.plan.deadlines.summary, turn.today)
