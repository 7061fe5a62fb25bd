"""The tables of people, hours and conversations; `storage.work_tables` has those of what is handed in.

Conventions: every instant is epoch milliseconds in UTC (`…_at`), every day is a DATE, hours are whole
hundredths of 学时 (`…_hours`), closed sets are stored by the English word of their enum in `bot.policy`.
Every constraint has a name from `storage.columns`, so that migrations on SQLite can find it again.
"""

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

# ── the county ──────────────────────────────────────────────────────────────────────────────────────

school = Table(
    "school",
    metadata,
    own_id(),
    Column("name", String(100), nullable=False, unique=True),
    Column("short_name", String(50), nullable=False, server_default=""),
    Column("code", String(50), nullable=False, server_default=""),
    Column("kind", String(20), nullable=False),  # policy.people.SchoolKind
    Column("parent", String(100), nullable=False, server_default=""),  # 上级单位, as written
    Column("ranked", Boolean, nullable=False, server_default=text("true")),  # 参与排名
)

teaching_group = Table(  # 教研组
    "teaching_group",
    metadata,
    own_id(),
    reference("school_id", "school.id"),
    Column("name", String(50), nullable=False),
    UniqueConstraint("school_id", "name"),
)

person = Table(
    "person",
    metadata,
    own_id(),
    # 人员编号. Where the office uses identity or mobile numbers, the keyed hash stands here instead.
    Column("staff_no", String(80), nullable=False, unique=True),
    Column("staff_no_tail", String(4), nullable=False, server_default=""),  # last four, only for hashed ones
    Column("name", String(50), nullable=False),
    Column("initials", String(20), nullable=False, server_default="", index=True),  # storage.initials
    reference("school_id", "school.id", index=True),
    reference("group_id", "teaching_group.id", nullable=True, index=True),
    Column("stage", String(20), nullable=False, server_default=""),  # 学段, as written
    Column("subject", String(30), nullable=False, server_default=""),  # 学科, as written
    Column("state", String(20), nullable=False, server_default="active"),  # policy.people.PersonState
    Column("study_account", String(100), nullable=True, unique=True),  # 学习账号
    Column("mobile_hash", String(64), nullable=True),  # keyed; the number itself is never stored
    Column("mobile_tail", String(4), nullable=False, server_default=""),
)

person_state_change = Table(  # a state keeps its dates
    "person_state_change",
    metadata,
    own_id(),
    reference("person_id", "person.id", index=True),
    Column("state", String(20), nullable=False),
    Column("school_id", ID, ForeignKey("school.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
)

role = Table(
    "role",
    metadata,
    own_id(),
    reference("person_id", "person.id", index=True),
    Column("role", String(20), nullable=False),  # policy.people.Role
    reference("school_id", "school.id", nullable=True),  # scope; NULL = the whole county
    reference("group_id", "teaching_group.id", nullable=True),  # scope of a group leader
    Column("source", String(10), nullable=False),  # "roster" (rewritten by the import) or "grant"
    Column("granted_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger, nullable=True),
    CheckConstraint("source IN ('roster', 'grant')", name="source"),
    *(Index(f"ix_role_{column}", column) for column in ("school_id", "group_id", "role")),
)

account = Table(  # who is behind a chat account
    "account",
    metadata,
    own_id(),
    Column("platform", String(10), nullable=False),
    # WeCom returns user ids in lower case at times, so people are found by the folded id.
    Column("folded", String(128), nullable=False),
    Column("verbatim", String(128), nullable=False),
    reference("person_id", "person.id", index=True),
    Column("source", String(10), nullable=False),  # "roster" or "code"
    Column("bound_at", BigInteger, nullable=False),
    UniqueConstraint("platform", "folded"),
)

binding_code = Table(
    "binding_code",
    metadata,
    own_id(),
    reference("person_id", "person.id", index=True),
    Column("code_hash", String(64), nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=True),
    Column("voided_at", BigInteger, nullable=True),
)

binding_attempt = Table(  # wrong codes; five lock the chat account for a day
    "binding_attempt",
    metadata,
    own_id(),
    Column("platform", String(10), nullable=False),
    Column("folded", String(128), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("counts", Boolean, nullable=False, server_default=text("true")),  # false: before a success
    Index("ix_binding_attempt_platform_folded_at", "platform", "folded", "at"),
)

# ── hours, points, standing ─────────────────────────────────────────────────────────────────────────

online_snapshot = Table(
    "online_snapshot",
    metadata,
    own_id(),
    reference("person_id", "person.id"),
    Column("as_of", Date, nullable=False),
    Column("online_hours", Integer, nullable=False),
    Column("verdict", String(30), nullable=False, server_default=""),  # 是否合格, as the platform wrote it
    reference("import_id", "import_run.id", nullable=True),
    # a drop that nobody has accepted: kept to be shown, does not count
    Column("counts", Boolean, nullable=False, server_default=text("true")),
    UniqueConstraint("person_id", "as_of", "import_id"),
    CheckConstraint("online_hours >= 0", name="not_negative"),
)

practice_entry = Table(  # the ledger: rows are added or reversed, never edited (a trigger says so)
    "practice_entry",
    metadata,
    own_id(),
    reference("person_id", "person.id", index=True),
    Column("practice_hours", Integer, nullable=False),  # negative in a reversal
    Column("source", String(20), nullable=False),  # "certification" or "imported"
    Column("reference", String(120), nullable=False),  # the point's code, or the natural key of a file's row
    Column("note", String(200), nullable=False, server_default=""),  # 依据, as written
    reference("reverses_id", "practice_entry.id", nullable=True),
    reference("import_id", "import_run.id", nullable=True),
    Column("entered_at", BigInteger, nullable=False),
    UniqueConstraint("reverses_id"),  # nothing is reversed twice
)

choice = Table(  # chosen points, with history: a change ends the old row
    "choice",
    metadata,
    own_id(),
    reference("person_id", "person.id", index=True),
    Column("code", String(4), nullable=False),
    Column("chosen_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger, nullable=True),
    Index(
        "uq_choice_active",
        "person_id",
        "code",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

certification = Table(  # 合格 or 优秀 of one point
    "certification",
    metadata,
    own_id(),
    reference("person_id", "person.id", index=True),
    Column("code", String(4), nullable=False),
    Column("grade", String(20), nullable=False),  # policy.standing.Grade
    Column("certified_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger, nullable=True),  # reopened
    Index(
        "uq_certification_active",
        "person_id",
        "code",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

standing = Table(  # derived; rewritten by the pure rules in the transaction that changes its sources
    "standing",
    metadata,
    Column("person_id", ID, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    reference("school_id", "school.id"),
    Column("active", Boolean, nullable=False),  # counts in the school's rate
    Column("online_hours", Integer, nullable=True),  # NULL = no data, which is not 0
    Column("online_as_of", Date, nullable=True),
    Column("practice_hours", Integer, nullable=False),
    Column("chosen", String(80), nullable=False, server_default=""),  # codes joined by spaces
    Column("certified", String(80), nullable=False, server_default=""),  # codes joined by spaces
    Column(
        "evidence", String(120), nullable=False, server_default=""
    ),  # "A5:waiting B2:returned", chosen ones
    Column("done", Boolean, nullable=False),
    Column("completion", BigInteger, nullable=False),  # numerator over policy.standing.completion_unit
    Column("next_step", String(20), nullable=False),  # policy.standing.Step
    Column("rule_version", String(16), nullable=False),  # the plan it was judged by
    Index("ix_standing_ranking", "active", "school_id", "done", "completion"),
)

# ── papers ──────────────────────────────────────────────────────────────────────────────────────────

number_series = Table(  # 编号: one series in the county for evidence, filings, appeals, cases, announcements
    "number_series",
    metadata,
    Column("number", ID, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),
    Column("issued_at", BigInteger, nullable=False),
)

filing = Table(  # what a school hands in; a new version is a new row
    "filing",
    metadata,
    Column("number", ID, ForeignKey("number_series.number"), primary_key=True, autoincrement=False),
    reference("school_id", "school.id", index=True),
    Column("slot", String(20), nullable=False),  # "scope" (本校范围) and the four of 备案
    Column("content", Text, nullable=False),  # codes joined by spaces, or a link
    Column("state", String(20), nullable=False),  # policy.filing.FilingState
    reference("handed_in_by", "person.id"),
    Column("handed_in_at", BigInteger, nullable=False),
    reference("decided_by", "person.id", nullable=True),
    Column("decided_at", BigInteger, nullable=True),
    Column("reason", String(200), nullable=False, server_default=""),
)

# ── conversation ────────────────────────────────────────────────────────────────────────────────────

inbox = Table(  # every message that was taken in, with the answer it got; its key makes repetition harmless
    "inbox",
    metadata,
    own_id(),
    Column("platform", String(10), nullable=False),
    Column("key", String(300), nullable=False, unique=True),  # platform and the message's own id
    Column("folded", String(128), nullable=False),  # the sender; "" for people outside the company
    Column("chat", String(128), nullable=False),  # "" in private
    Column("received_at", BigInteger, nullable=False),  # real clock: limits and retention count by it
    Column("text", Text, nullable=False),
    Column("command", String(20), nullable=False),  # the canonical word; "" for silence or not understood
    Column("outcome", String(20), nullable=False),  # bot.intake.Outcome
    Column("reply", Text, nullable=False),  # JSON of messages.outgoing.Reply: what was said
    Index("ix_inbox_platform_folded_received_at", "platform", "folded", "received_at"),
)

conversation = Table(  # what the bot still has in mind of one account in one chat
    "conversation",
    metadata,
    Column("platform", String(10), primary_key=True),
    Column("folded", String(128), primary_key=True),
    Column("chat", String(128), primary_key=True),
    Column("topic", String(20), primary_key=True),  # "more", "confirm", "menu"
    Column("content", JSON, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

channel = Table(  # the way out to a platform, as all processes share it
    "channel",
    metadata,
    Column("platform", String(10), primary_key=True),
    Column("token", Text, nullable=False, server_default=""),  # sealed: storage.sealing
    Column("token_until", BigInteger, nullable=False, server_default=text("0")),
    Column("renewing_until", BigInteger, nullable=False, server_default=text("0")),  # one process fetches it
    Column("paused_until", BigInteger, nullable=False, server_default=text("0")),  # the platform asked for it
)

# ── imports, audit, the database itself ─────────────────────────────────────────────────────────────

import_run = Table(
    "import_run",
    metadata,
    own_id(),
    Column("kind", String(20), nullable=False),
    Column("file_name", String(255), nullable=False),
    Column("file_hash", String(64), nullable=False),
    Column("as_of", Date, nullable=True),
    Column("state", String(10), nullable=False),  # "staged", "applying", "applied"
    Column("counts", JSON, nullable=False),  # added, changed, unchanged, unmatched, suspicious, skipped
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger, nullable=True),
    Column("actor", String(160), nullable=False, server_default=""),  # as the audit names them
)

import_row = (
    Table(  # rows of an import that is under way: what is left after a crash is applied at the next start
        "import_row",
        metadata,
        reference("import_id", "import_run.id"),
        Column("number", Integer, nullable=False),
        Column("content", JSON, nullable=False),
        UniqueConstraint("import_id", "number"),
    )
)

audit = Table(  # append-only (a trigger says so): every change, every look at another person's data
    "audit",
    metadata,
    own_id(),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(160), nullable=False),  # "person:12", "operator", "wecom:zhang" for the unbound
    Column("action", String(40), nullable=False),
    reference("person_id", "person.id", nullable=True, index=True),  # whom it concerns
    Column("detail", JSON, nullable=False),
    Column("trace", String(32), nullable=False, server_default=""),
)

lease = Table(  # work that one process at a time does
    "lease",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", BigInteger, nullable=False),  # real clock
)

fact = Table(  # single values: fingerprint of the secret key, the county's 数据截至
    "fact",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)
