"""The tables of what goes out: groups, messages on their way, pictures, limits; conventions as in `storage.tables`."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from storage.columns import ID, metadata, own_id, reference

chat_group = Table(  # a chat group that is bound to a school, or to the county (school_id NULL)
    "chat_group",
    metadata,
    own_id(),
    Column("platform", String(10), nullable=False),
    Column("way", String(20), nullable=False),  # bot.policy.outgoing.Way: how one gets in
    reference("school_id", "school.id", nullable=True, index=True),
    Column("address_hash", String(64), nullable=False, unique=True),  # of platform, way and address
    Column("address", Text, nullable=False),  # sealed: the webhook's URL, or the group's own id
    Column("secret", Text, nullable=False, server_default=""),  # sealed: DingTalk's signing secret
    Column("title", String(100), nullable=False, server_default=""),  # as the platform or the office calls it
    Column("bound_at", BigInteger, nullable=False),
    Column("bound_by", String(160), nullable=False),  # as in the audit
    Column("ended_at", BigInteger, nullable=True),
    Column("refusals", Integer, nullable=False, server_default=text("0")),  # in a row
    Column("stopped_at", BigInteger, nullable=True),  # nothing is sent any more until it is bound again
    Column("stopped_for", String(60), nullable=False, server_default=""),  # the platform's code
    Column("paused_until", BigInteger, nullable=False, server_default=text("0")),  # the platform asked for it
    Column("received_at", BigInteger, nullable=True),  # when the platform last took something
)

heard_chat = Table(  # a group in which somebody has spoken to the bot
    "heard_chat",
    metadata,
    Column("platform", String(10), primary_key=True),
    Column("chat", String(128), primary_key=True),
    Column("title", String(100), nullable=False, server_default=""),
    Column("heard_at", BigInteger, nullable=False),
    Column("reply_url", Text, nullable=False, server_default=""),  # sealed: DingTalk's sessionWebhook
    Column("reply_until", BigInteger, nullable=False, server_default=text("0")),
)

picture = Table(  # what is sent as an image; the same bytes are kept once
    "picture",
    metadata,
    own_id(),
    Column("digest", String(64), nullable=False, unique=True),
    Column("png", LargeBinary, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)

_QUEUED = text("state = 'queued'")
_QUEUED_FOR_A_GROUP = text("state = 'queued' AND group_id IS NOT NULL")
_ON_ITS_WAY = text("done_at IS NULL AND parcel IS NOT NULL")
_A_COPY = text("announcement IS NOT NULL")
_UNDELIVERED = text("state IN ('dead', 'failed', 'uncertain') AND dismissed_at IS NULL")
_SHOWN = text("picture_id IS NOT NULL")
_MORTAL = text("done_at IS NULL AND expires_at IS NOT NULL")

outbox = Table(  # everything that the bot says without answering; its law stands in storage.outbox
    "outbox",
    metadata,
    own_id(),
    Column("key", String(160), nullable=False, unique=True),  # makes repetition harmless
    Column("kind", String(20), nullable=False),  # bot.policy.outgoing.Kind
    # To a person or to a group: exactly one of the two.
    reference("person_id", "person.id", nullable=True),
    Column("group_id", ID, ForeignKey("chat_group.id"), nullable=True),
    Column("content", Text, nullable=False),  # JSON: messages.outgoing.dump_answer
    Column("picture_id", ID, ForeignKey("picture.id"), nullable=True),  # then `content` is its text twin
    Column("noted_at", BigInteger, nullable=False),  # real clock, as all below
    Column("expires_at", BigInteger, nullable=True),
    Column("state", String(10), nullable=False, server_default="queued"),  # storage.outbox.State
    Column("reason", String(60), nullable=False, server_default=""),  # the platform's code, or why
    # Where it goes or went out; "answer" = said with one.
    Column("outlet", String(20), nullable=False, server_default=""),
    Column("done_at", BigInteger, nullable=True),  # nothing more happens to it since then
    # On its way: the message that it is part of, where to, and who holds it.
    Column("parcel", String(32), nullable=True),
    Column("account", String(128), nullable=True),  # of a person, verbatim
    Column("lease", String(32), nullable=True),  # drawn at every claim
    Column("leased_until", BigInteger, nullable=True),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("next_try_at", BigInteger, nullable=False, server_default=text("0")),
    Column("first_tried_at", BigInteger, nullable=True),
    Column("tried_at", BigInteger, nullable=True),  # the last time that a platform was called
    Column("calls", Integer, nullable=False, server_default=text("0")),  # of late, for this row's chat
    # The platform may have taken it, and has not said so; of a message that was sent: perhaps it was sent twice.
    Column("doubt_since", BigInteger, nullable=True),
    Column("announcement", BigInteger, nullable=True),  # 编号 of what it is a copy of
    Column(
        "receipt", Text, nullable=False, server_default=""
    ),  # JSON: what the platform calls each page it took
    Column(
        "why", String(300), nullable=False, server_default=""
    ),  # `reason` in words, for the office to read
    Column("dismissed_at", BigInteger, nullable=True),  # somebody of the office wants no more of it
    Index("ix_outbox_person_id_done_at", "person_id", "done_at"),
    Index("ix_outbox_person_id_tried_at", "person_id", "tried_at"),
    Index("ix_outbox_group_id_done_at", "group_id", "done_at", "id"),
    Index("ix_outbox_group_id_tried_at", "group_id", "tried_at"),
    Index("ix_outbox_next_try_at", "next_try_at", "id", sqlite_where=_QUEUED, postgresql_where=_QUEUED),
    # A copy for everybody in a province is nothing that a group should wait behind.
    Index(
        "ix_outbox_groups_next",
        "next_try_at",
        "id",
        sqlite_where=_QUEUED_FOR_A_GROUP,
        postgresql_where=_QUEUED_FOR_A_GROUP,
    ),
    Index(
        "ix_outbox_on_its_way",
        "group_id",
        "person_id",
        sqlite_where=_ON_ITS_WAY,
        postgresql_where=_ON_ITS_WAY,
    ),
    Index("ix_outbox_parcel", "parcel", sqlite_where=_ON_ITS_WAY, postgresql_where=_ON_ITS_WAY),
    Index("ix_outbox_announcement", "announcement", "state", sqlite_where=_A_COPY, postgresql_where=_A_COPY),
    Index("ix_outbox_expires_at", "expires_at", sqlite_where=_MORTAL, postgresql_where=_MORTAL),
    Index("ix_outbox_picture_id", "picture_id", sqlite_where=_SHOWN, postgresql_where=_SHOWN),
    Index("ix_outbox_undelivered", "id", sqlite_where=_UNDELIVERED, postgresql_where=_UNDELIVERED),
)

allowance = Table(  # how much may go out, shared by all processes: the moment up to which it is used (GCRA)
    "allowance",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("used_until", BigInteger, nullable=False),  # microseconds of the real clock
)

# ── the timetable, and what it posts ────────────────────────────────────────────────────────────────

job_run = Table(  # the right to run a job for a day, and what came of it
    "job_run",
    metadata,
    Column("job", String(30), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("leased_until", BigInteger, nullable=False),  # a process that died with it is not waited for
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger, nullable=True),
    Column("tries", Integer, nullable=False, server_default=text("0")),  # begun by the timetable
    Column("again_at", BigInteger, nullable=False, server_default=text("0")),  # not begun again before
    Column(
        "by_hand", Boolean, nullable=False, server_default=text("false")
    ),  # the timetable has not been there
    Column("outcome", String(20), nullable=False, server_default=""),  # bot.policy.timetable.Outcome
    Column("detail", Text, nullable=False, server_default=""),  # one Chinese sentence for the operator
)

ranking_snapshot = Table(  # a posted ranking; a correction on the same day is a further version
    "ranking_snapshot",
    metadata,
    own_id(),
    Column("day", Date, nullable=False),
    Column("version", Integer, nullable=False),
    Column("taken_at", BigInteger, nullable=False),  # real clock
    Column(
        "taken_on", Date, nullable=False
    ),  # by the programme's clock; after `day` where it was made up later
    # What had happened by then, by id: the clocks of imports and of commands may differ.
    Column("last_import", BigInteger, nullable=False),  # import_run that was applied
    Column("last_audit", BigInteger, nullable=False),
    Column("as_of", Date, nullable=True),  # 数据截至
    Column("mode", String(10), nullable=False),  # policy.plan.RankingMode
    Column("plan_version", String(64), nullable=False),
    Column("completion_unit", BigInteger, nullable=False),  # what the rows' completion is a numerator over
    Index("uq_ranking_snapshot_day_version", "day", "version", unique=True),
)

ranking_row = Table(
    "ranking_row",
    metadata,
    Column("snapshot_id", ID, ForeignKey("ranking_snapshot.id"), primary_key=True),
    reference("school_id", "school.id"),
    Column("position", Integer, primary_key=True, autoincrement=False),  # in which it was shown
    Column("school_name", String(100), nullable=False),  # as it was called that day
    Column("band", String(20), nullable=False),  # bot.policy.school.Band
    Column("place", Integer, nullable=True),  # NULL: too small for one
    Column("active", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column(
        "completion", BigInteger, nullable=False
    ),  # sum over the active, in the unit of `standing.completion`
    Column("before", Integer, nullable=True),  # the place in the ranking posted before; NULL = none
    Index("ix_ranking_row_school_id", "school_id"),
)
