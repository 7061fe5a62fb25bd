"""The tables of announcements, of summaries and of reminders; conventions as in `storage.tables`."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from storage.columns import ID, metadata, reference

announcement = Table(  # what the office says to many; its messages are rows of `outbox`
    "announcement",
    metadata,
    Column("number", ID, ForeignKey("number_series.number"), primary_key=True, autoincrement=False),
    reference("author_id", "person.id"),
    Column("audience", Text, nullable=False),  # its words as they were understood; "" = every bound group
    Column(
        "addressed", JSON, nullable=False, server_default=text("'{}'")
    ),  # what they meant: bot.policy.audience.dump_audience
    Column("body", Text, nullable=False),  # as the author wrote it
    Column("wants_receipt", Boolean, nullable=False),  # it asks for 收到
    Column(
        "urgent", Boolean, nullable=False, server_default=text("false")
    ),  # people hear it in quiet hours too
    Column("corrects", ID, ForeignKey("announcement.number"), nullable=True, index=True),
    Column("state", String(10), nullable=False),  # bot.policy.announcement.AnnouncementState
    Column("confirmed_at", BigInteger, nullable=False),  # real clock, as all below but for due_at
    reference("approved_by", "person.id", nullable=True),  # the second person
    Column("approved_at", BigInteger, nullable=True),
    Column("due_at", BigInteger, nullable=True),  # 定时, by the programme's clock; NULL = at once
    Column("posted_at", BigInteger, nullable=True),
    Column("people", Integer, nullable=False, server_default=text("0")),  # addressed when it was posted
    Column("groups", Integer, nullable=False, server_default=text("0")),
    Column("ended_by", ID, ForeignKey("person.id"), nullable=True),  # who cancelled or recalled it
    Column("ended_at", BigInteger, nullable=True),
    Index("ix_announcement_state", "state"),
)

acknowledgement = Table(  # who has answered 收到
    "acknowledgement",
    metadata,
    Column("announcement", ID, ForeignKey("announcement.number"), primary_key=True),
    Column("person_id", ID, ForeignKey("person.id"), primary_key=True),
    Column("at", BigInteger, nullable=False),
)

recall = Table(  # a message that is being taken back from where a platform has shown it
    "recall",
    metadata,
    Column("outbox_id", ID, ForeignKey("outbox.id"), primary_key=True, autoincrement=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("leased_until", BigInteger, nullable=False, server_default=text("0")),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("next_try_at", BigInteger, nullable=False, server_default=text("0")),
    # The platform may have taken it back already, and has not said so.
    Column("doubtful", Boolean, nullable=False, server_default=text("false")),
    Column("done_at", BigInteger, nullable=True),  # taken back, or given up
    Column("taken_back", Boolean, nullable=False, server_default=text("false")),
    Column(
        "reason", String(60), nullable=False, server_default=""
    ),  # storage.recalls, or the platform's code
    Column(
        "why", String(300), nullable=False, server_default=""
    ),  # the code in words, for the office to read
    Index(
        "ix_recall_next_try_at",
        "next_try_at",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)

summary_told = Table(  # what somebody's last summary said, so that the next one says what has changed
    "summary_told",
    metadata,
    Column("person_id", ID, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("unit", String(40), primary_key=True),  # "group/3", "school/7", "county"
    Column("day", Date, nullable=False),  # for which it was
    Column("figures", JSON, nullable=False),  # bot.policy.summary.Figures
)

reminded = Table(  # when somebody was last reminded
    "reminded",
    metadata,
    Column("person_id", ID, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),  # by the programme's clock
    Column("by", String(160), nullable=False),  # as in the audit; "timetable" for the daily ones
    Column("at", BigInteger, nullable=False),
)

reminder_pause = Table(  # 别提醒我
    "reminder_pause",
    metadata,
    Column("person_id", ID, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("until", Date, nullable=False),  # the last day without reminders
    Column("asked_at", BigInteger, nullable=False),
)
