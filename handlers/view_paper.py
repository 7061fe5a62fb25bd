"""查看 of a filing or a paper: for those whom it concerns."""

from bot.policy.filing import FilingState, filing_due
from bot.policy.paper import PaperState
from handlers.led import is_office, led_groups, led_schools, reads_everything
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.taps import agreeing, whether_to_agree
from messages.texts import view_paper as texts
from messages.texts.view import not_seen
from storage import filings, papers
from storage.filings import Filing
from storage.papers import Paper


def view_paper(turn: Turn, number: int) -> Answer:
    """What is no filing or paper, or none of the asker's, is answered as a number that does not exist."""
    if filing := filings.find(turn.connection, number):
        return _filing(turn, filing)
    paper = papers.find(turn.connection, number)
    if paper is None or not _may_see(turn, paper):
        return not_seen(number)
    return _paper(turn, paper)


def _filing(turn: Turn, filing: Filing) -> Answer:
    leads = filing.school_id in led_schools(turn)
    if not leads and not reads_everything(turn):
        return not_seen(filing.number)
    newest = filings.newest_numbers(turn.connection, [filing.school_id])[filing.school_id, filing.slot]
    return texts.filing(
        texts.ShownFiling(
            number=filing.number,
            school=filing.school_name,
            slot=filing.slot,
            content=filing.content,
            state=filing.state,
            handed_in=(filing.handed_in_by, turn.day(filing.handed_in_at)),
            decided=None if filing.decided_at is None else (filing.decided_by, turn.day(filing.decided_at)),
            reason=filing.reason,
        ),
        newer=newest if newest != filing.number else None,
        due=filing_due(turn.plan),
        catalogue=turn.catalogue,
        decides=is_office(turn) and filing.state is FilingState.HANDED_IN,
        mends=leads and filing.state is FilingState.RETURNED,
    )


def _may_see(turn: Turn, paper: Paper) -> bool:
    """Its author, the group's leaders, the school's leads; the office and the oversight.

    What nobody is the author of is whose it was who handed it in. Another's work is not: they led when they asked.
    """
    owner = paper.handed_in_by if paper.place.author_id is None else paper.place.author_id
    if owner == turn.person.person_id or reads_everything(turn):
        return True
    if paper.place.school_id in led_schools(turn):
        return True
    return paper.place.group_id in {group.group_id for group in led_groups(turn)}


def _paper(turn: Turn, paper: Paper) -> Answer:
    author = paper.place.author_id
    if author is not None and author != turn.person.person_id:
        turn.record("paper.viewed", {"number": paper.number}, person_id=author)
    answers = author == turn.person.person_id and paper.state is PaperState.ASKED
    said = texts.paper(
        texts.ShownPaper(
            number=paper.number,
            kind=paper.place.kind,
            month=paper.place.month,
            school=paper.school_name,
            group=paper.group_name,
            author=paper.author_name,
            evidence_number=paper.place.evidence_number,
            link=paper.link,
            note=paper.note,
            state=paper.state,
            late=paper.late,
            handed_in=(paper.handed_in_name, turn.day(paper.handed_in_at)),
            answered=None if paper.answered_at is None else turn.day(paper.answered_at),
        ),
        due=turn.plan.deadlines.summary,
        answers=answers,
    )
    return said.choosing(whether_to_agree(paper.number), *agreeing(paper.number)) if answers else said
