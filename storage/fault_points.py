"""The moments at which a process is killed in the tests, named; where nothing listens they do nothing.

`reached` is `sys.audit`: without an audit hook the interpreter looks at one pointer and returns. The product adds no
hook; `tests/kit/faulty_bot.py` does. Every commit has two points: the last line of its transaction, and the first
behind it. A point's value is the function in which it stands, and what is true there.
"""

import sys
from enum import StrEnum, unique
from typing import Final

EVENT: Final = "bot.fault_point"


@unique
class FaultPoint(StrEnum):
    """Each stands once (tests/process/test_fault_points.py)."""

    # intake
    BATCH_COMMITS = "bot.lanes._do: messages are handled, and nothing is stored"
    BATCH_COMMITTED = "bot.lanes._do: messages are stored, and nobody is answered"
    APOLOGY_COMMITS = "bot.lanes._fail: a handler has failed, and nothing is stored"
    APOLOGY_COMMITTED = "bot.lanes._fail: the apology is stored, and nobody is answered"
    ANSWERING = "bot.reception.accept: the answer is not on its way"
    KEEPING = "bot.journal.keep: a late message lies nowhere"
    KEPT_UNNAMED = "bot.journal.keep: a late message lies under a name that nobody looks for"
    KEPT = "bot.journal.keep: a late message lies in the journal, and is not acknowledged"
    DROPPING = "bot.journal.drop: the message is stored, and still in the journal"
    DROPPED = "bot.journal.drop: the message is stored, and in the journal no more"

    # delivery
    CLAIM_COMMITS = "bot.delivery.turns.take: what is back is settled and the next is claimed, unwritten"
    CLAIM_COMMITTED = "bot.delivery.turns.take: what is claimed is not on the wire"
    CALLING = "bot.delivery.carrying._page: the platform has not been asked"
    CALLED = "bot.delivery.carrying._page: the platform has taken it, and nothing is written"
    SETTLEMENT_COMMITS = "bot.delivery.turns.settle: what is back is settled, unwritten"
    SETTLEMENT_COMMITTED = "bot.delivery.turns.settle: what is back is written down"
    RECALL_CLAIM_COMMITS = "bot.delivery.recaller._take: what is to be taken back is claimed, unwritten"
    RECALL_CLAIM_COMMITTED = "bot.delivery.recaller._take: what is to be taken back is not asked for"
    RECALL_SETTLEMENT_COMMITS = "bot.delivery.recaller._settle: it is taken back, and nothing is written"
    RECALL_SETTLEMENT_COMMITTED = "bot.delivery.recaller._settle: that it is taken back is written down"

    # connections
    HEARD = "bot.answering.hear: a frame has come, and its message lies nowhere"
    SAFE = "bot.answering.hear: the message cannot be lost, and is not acknowledged"
    ACKNOWLEDGING = "bot.platforms.dingtalk.stream.line._answer: a frame is not acknowledged"
    ACKNOWLEDGED = "bot.platforms.dingtalk.stream.line._answer: a frame is acknowledged"
    SAYING = "bot.answering._say_one: an answer is owed, and not said"
    SAID = "bot.answering._say_one: an answer is said, and still owed"
    SAID_COMMITS = "bot.answering.write: what was said is owed no more, unwritten"
    SAID_COMMITTED = "bot.answering.write: what was said is owed no more"
    DUE_COMMITS = "bot.answering._due: what another process owes is taken up, unwritten"
    DUE_COMMITTED = "bot.answering._due: what another process owed is taken up, and not said"

    # imports, and what takes them back
    IMPORT_COMMITS = "bot.imports.applying.apply_work: a small import is applied, unwritten"
    IMPORT_COMMITTED = "bot.imports.applying.apply_work: a small import is applied"
    RUN_COMMITS = "bot.imports.applying._stage: an import has a number, unwritten"
    RUN_COMMITTED = "bot.imports.applying._stage: an import has a number, and no pieces"
    STAGED_COMMITS = "bot.imports.applying._stage: pieces are laid down, unwritten"
    STAGED_COMMITTED = "bot.imports.applying._stage: pieces are laid down"
    APPLYING_COMMITS = "bot.imports.applying._stage: all lies there, and need not be finished"
    APPLYING_COMMITTED = "bot.imports.applying._stage: all lies there, and will be finished"
    PIECE_COMMITS = "bot.imports.applying._apply_pieces: a piece is applied, unwritten"
    PIECE_COMMITTED = "bot.imports.applying._apply_pieces: a piece is applied"
    FINISH_COMMITS = "bot.imports.applying._apply_pieces: every piece is applied, and the import goes on"
    FINISH_COMMITTED = "bot.imports.applying._apply_pieces: the import is over"
    DISCARD_COMMITS = "bot.imports.applying.finish_unfinished: what never began is thrown away, unwritten"
    DISCARD_COMMITTED = "bot.imports.applying.finish_unfinished: what never began is thrown away"
    REVERSAL_END_COMMITS = "bot.received_files.taking_back.end_reversal: the others are told, unwritten"
    REVERSAL_END_COMMITTED = "bot.received_files.taking_back.end_reversal: the others will be told"

    # received files
    FILE_CLAIM_COMMITS = "bot.received_files.working.turn: a file is claimed, unwritten"
    FILE_CLAIM_COMMITTED = "bot.received_files.working.turn: a file is claimed, and not looked at"
    FILE_KEPT_COMMITS = "bot.received_files.working._fetched: the bytes are here, and not kept"
    FILE_KEPT_COMMITTED = "bot.received_files.working._fetched: the bytes are kept"
    FILE_TOLD_COMMITS = "bot.received_files.working._tell: what came of it is known, unwritten"
    FILE_TOLD_COMMITTED = "bot.received_files.working._tell: what came of it will be said"
    FILE_LET_GO_COMMITS = "bot.received_files.working._let_go: a try was in vain, unwritten"
    FILE_LET_GO_COMMITTED = "bot.received_files.working._let_go: a try was in vain, and another comes"

    # jobs
    SLOT_COMMITS = "bot.timetable._run: a slot is taken, unwritten"
    SLOT_COMMITTED = "bot.timetable._run: a slot is taken, and nothing has run"
    JOB_BEGINS = "bot.jobs.running.attempt: nothing of a job is done"
    JOB_HAS_RUN = "bot.jobs.running.attempt: a job has posted everything, and is not over"
    RUN_END_COMMITS = "bot.timetable._settle: a job is over, unwritten"
    RUN_END_COMMITTED = "bot.timetable._settle: a job is over"
    PUT_OFF_COMMITS = "bot.timetable._run: a job waits for the database, unwritten"
    PUT_OFF_COMMITTED = "bot.timetable._run: a job waits for the database"
    PASSED_OVER_COMMITS = "bot.timetable._pass_over: the office is told of what has not run, unwritten"
    PASSED_OVER_COMMITTED = "bot.timetable._pass_over: the office will be told of what has not run"
    HAND_SLOT_COMMITS = "bot.jobs.running.run_by_hand: a slot is taken by hand, unwritten"
    HAND_SLOT_COMMITTED = "bot.jobs.running.run_by_hand: a slot is taken by hand"
    HAND_END_COMMITS = "bot.jobs.running.run_by_hand: a job by hand is over, unwritten"
    HAND_END_COMMITTED = "bot.jobs.running.run_by_hand: a job by hand is over"
    REQUEST_SLOT_COMMITS = "bot.jobs.requested._run: a request is taken up, unwritten"
    REQUEST_SLOT_COMMITTED = "bot.jobs.requested._run: a request is taken up"
    REQUEST_END_COMMITS = "bot.jobs.requested._run: a request is done, unwritten"
    REQUEST_END_COMMITTED = "bot.jobs.requested._run: a request is done"
    RANKING_COMMITS = "bot.jobs.daily_ranking.daily_ranking: a ranking is posted, unwritten"
    RANKING_COMMITTED = "bot.jobs.daily_ranking.daily_ranking: a ranking is posted"
    PICTURE_COMMITS = "bot.jobs.daily_ranking._pictures: a picture is drawn, unwritten"
    PICTURE_COMMITTED = "bot.jobs.daily_ranking._pictures: a picture is kept, and belongs to nothing"
    STALE_COMMITS = "bot.jobs.daily_ranking._stale: the office is told of old data, unwritten"
    STALE_COMMITTED = "bot.jobs.daily_ranking._stale: the office will be told of old data"
    CORRECTION_COMMITS = "bot.jobs.ranking_correction.ranking_correction: a correction is posted, unwritten"
    CORRECTION_COMMITTED = "bot.jobs.ranking_correction.ranking_correction: a correction is posted"
    SUMMARY_COMMITS = "bot.jobs.leader_summary.leader_summary: some have their summary, unwritten"
    SUMMARY_COMMITTED = "bot.jobs.leader_summary.leader_summary: some have their summary, others not"
    REMINDERS_COMMITS = "bot.jobs.reminders._remind_next: some are reminded, unwritten"
    REMINDERS_COMMITTED = "bot.jobs.reminders._remind_next: some are reminded, others not"
    SILENT_COMMITS = "bot.jobs.silent_groups.silent_groups: the office is told of silent groups, unwritten"
    SILENT_COMMITTED = "bot.jobs.silent_groups.silent_groups: the office will be told of silent groups"
    ANNOUNCED_COMMITS = "bot.jobs.announcements._posted: an announcement's time has come, unwritten"
    ANNOUNCED_COMMITTED = "bot.jobs.announcements._posted: an announcement has its copies"
    EXPIRED_COMMITS = "bot.jobs.announcements._expired: nobody has confirmed it, unwritten"
    EXPIRED_COMMITTED = "bot.jobs.announcements._expired: nobody has confirmed it"
    OVERTAKEN_COMMITS = "bot.jobs.announcements._overtaken: a correction is called off, unwritten"
    OVERTAKEN_COMMITTED = "bot.jobs.announcements._overtaken: a correction is called off"

    # pages
    FORM_COMMITS = "bot.pages.desk._written: a form is done, unwritten"
    FORM_COMMITTED = "bot.pages.desk._written: a form is done, and the browser knows nothing"
    VISIT_COMMITS = "bot.pages.desk._read: what was looked at is recorded, unwritten"
    VISIT_COMMITTED = "bot.pages.desk._read: what was looked at is recorded, and not shown"

    @property
    def module(self) -> str:
        """Where it stands."""
        return self.value.split(": ")[0].rpartition(".")[0]

    @property
    def function(self) -> str:
        return self.value.split(": ")[0].rpartition(".")[2]


def reached(point: FaultPoint) -> None:
    """Tells whoever listens, and there is nobody outside the tests."""
    sys.audit(EVENT, point)
