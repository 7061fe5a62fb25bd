"""The tables of what is handed in, and what is decided about it; conventions as in `storage.tables`."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.columns import ID, metadata, own_id, reference

evidence = Table(  # one submission of a teacher for a point, whatever its versions; its number is the receipt
    "evidence",
    metadata,
    Column("number", ID, ForeignKey("number_series.number"), primary_key=True, autoincrement=False),
    reference("person_id", "person.id", index=True),
    Column("code", String(4), nullable=False),
    Column("state", String(20), nullable=False),  # policy.evidence.EvidenceState
    Column("version", Integer, nullable=False),  # the newest
    Column("submitted_at", BigInteger, nullable=False),  # of the newest version: what it waits since
    Column("late", String(20), nullable=False),  # policy.calendar.Lateness of the newest version
    Column("admitted_at", BigInteger, nullable=True),  # the office has reopened what was overdue
    reference("decided_by", "person.id", nullable=True),
    Column("decided_at", BigInteger, nullable=True),
    Column("claimed_by", ID, ForeignKey("person.id"), nullable=True),  # who has opened it to review it
    Column("claimed_at", BigInteger, nullable=True),  # real clock: a claim lasts for minutes
    # Whatever the program does wrong: nobody decides about themselves, and nothing is open twice.
    CheckConstraint("decided_by <> person_id", name="not_by_the_author"),
    Index(
        "uq_evidence_open",
        "person_id",
        "code",
        unique=True,
        sqlite_where=text("state <> 'withdrawn'"),
        postgresql_where=text("state <> 'withdrawn'"),
    ),
    Index("ix_evidence_state_submitted_at", "state", "submitted_at"),
    Index("ix_evidence_decided_by_decided_at", "decided_by", "decided_at"),
)

evidence_version = Table(  # what was handed in; rows are only added (a trigger says so)
    "evidence_version",
    metadata,
    Column("number", ID, ForeignKey("evidence.number"), primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("late", String(20), nullable=False),
    Column("submitted_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),  # real clock
)

evidence_link = Table(
    "evidence_link",
    metadata,
    own_id(),
    reference("number", "evidence.number"),
    Column("version", Integer, nullable=False),
    Column("position", Integer, nullable=False),  # from 1
    Column("url", Text, nullable=False),  # as typed
    Column("fingerprint", String(64), nullable=False, index=True),  # of what it points to: policy.links
    Column("extraction", String(16), nullable=False, server_default=""),  # 提取码
    Column("checked_at", BigInteger, nullable=True),  # real clock; NULL = not looked at yet
    Column("finding", String(20), nullable=False, server_default=""),  # policy.links.Finding
    Column("unanswered", Integer, nullable=False, server_default=text("0")),  # looks in a row without answer
    UniqueConstraint("number", "version", "position"),
    Index("ix_evidence_link_checked_at", "checked_at"),
)

evidence_event = Table(  # everything that happened to a submission; rows are only added (a trigger says so)
    "evidence_event",
    metadata,
    own_id(),
    reference("number", "evidence.number", index=True),
    Column("version", Integer, nullable=False),
    Column("kind", String(20), nullable=False),  # policy.evidence.EventKind
    reference("actor_id", "person.id"),
    Column("at", BigInteger, nullable=False),
    Column("remark", Text, nullable=False, server_default=""),  # 评语, 退回 or 重开 with its reason
    Column("piece", String(50), nullable=False, server_default=""),  # the piece that a 退回 names
    Column("on_behalf", Boolean, nullable=False, server_default=text("false")),  # 代审
)

appeal = Table(
    "appeal",
    metadata,
    Column("number", ID, ForeignKey("number_series.number"), primary_key=True, autoincrement=False),
    reference("person_id", "person.id", index=True),
    Column("text", Text, nullable=False),
    Column("figures", JSON, nullable=False),  # what the person's figures were when the case was opened
    reference("about_number", "number_series.number", nullable=True),
    Column("state", String(20), nullable=False),  # policy.appeal.AppealState
    Column("opened_at", BigInteger, nullable=False),
    reference("answered_by", "person.id", nullable=True),
    Column("answered_at", BigInteger, nullable=True),
    Column("answer", Text, nullable=False, server_default=""),
    CheckConstraint("answered_by <> person_id", name="not_by_the_appellant"),
    Index("ix_appeal_state", "state"),
)

# ── what schools and groups owe ─────────────────────────────────────────────────────────────────────

paper = Table(  # 简报, 总结, 案例; a new version is a new row
    "paper",
    metadata,
    Column("number", ID, ForeignKey("number_series.number"), primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),  # policy.paper.PaperKind
    Column("state", String(20), nullable=False),  # policy.paper.PaperState
    reference("school_id", "school.id", index=True),
    reference("group_id", "teaching_group.id", nullable=True, index=True),
    Column("month", String(7), nullable=False, server_default=""),  # of a 简报: "2024-04"
    reference("author_id", "person.id", nullable=True, index=True),  # of a work
    reference("evidence_number", "evidence.number", nullable=True),  # the work itself, where it was handed in
    Column("link", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("late", Boolean, nullable=False, server_default=text("false")),
    reference("handed_in_by", "person.id"),
    Column("handed_in_at", BigInteger, nullable=False),
    Column("answered_at", BigInteger, nullable=True),  # the author's 同意 or 不同意
)

theme = Table(  # 研修主题 of a group; the newest counts
    "theme",
    metadata,
    own_id(),
    reference("group_id", "teaching_group.id", index=True),
    Column("text", Text, nullable=False),
    reference("set_by", "person.id"),
    Column("set_at", BigInteger, nullable=False),
)

activity = Table(  # 活动: what a group has done; material for its 简报
    "activity",
    metadata,
    own_id(),
    reference("group_id", "teaching_group.id"),
    Column("day", Date, nullable=False),
    Column("text", Text, nullable=False),
    Column("link", Text, nullable=False, server_default=""),
    reference("recorded_by", "person.id"),
    Column("recorded_at", BigInteger, nullable=False),
    Index("ix_activity_group_id_day", "group_id", "day"),
)

tick = Table(  # a duty of stage 1 that a school has seen to; taking the tick away ends the row
    "tick",
    metadata,
    own_id(),
    reference("school_id", "school.id"),
    Column("duty", String(20), nullable=False),  # policy.duties.Duty
    reference("ticked_by", "person.id"),
    Column("ticked_at", BigInteger, nullable=False),
    reference("ended_by", "person.id", nullable=True),
    Column("ended_at", BigInteger, nullable=True),
    Index(
        "uq_tick_active",
        "school_id",
        "duty",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

freeze = Table(  # 冻结: figures of everybody as they were; at most one is active
    "freeze",
    metadata,
    own_id(),
    Column("active", Boolean, nullable=True, unique=True),  # true, or NULL once it was lifted
    reference("frozen_by", "person.id"),
    Column("frozen_at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    reference("lifted_by", "person.id", nullable=True),
    Column("lifted_at", BigInteger, nullable=True),
    Column("lift_reason", Text, nullable=False, server_default=""),
)

frozen_standing = Table(  # rows are only added (a trigger says so): a frozen figure never changes
    "frozen_standing",
    metadata,
    Column("freeze_id", ID, ForeignKey("freeze.id"), primary_key=True, autoincrement=False),
    Column("person_id", ID, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("school_id", ID, ForeignKey("school.id"), nullable=False),
    Column("state", String(20), nullable=False),  # policy.people.PersonState
    Column("online_hours", Integer, nullable=True),
    Column("online_as_of", Date, nullable=True),
    Column("practice_hours", Integer, nullable=False),
    Column("certified", String(80), nullable=False),
    Column("excellent", Integer, nullable=False),  # how many of them are 优秀
    Column("done", Boolean, nullable=False),
    Column("completion", BigInteger, nullable=False),
    Column("next_step", String(20), nullable=False),
)
