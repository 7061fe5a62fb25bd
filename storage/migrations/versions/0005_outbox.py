"""What goes out: groups, the outbox, pictures, limits; the timetable's runs and the rankings that were posted."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


_CARRY_OVER = """
INSERT INTO outbox (key, kind, person_id, content, noted_at, state, outlet, done_at, parcel, account, lease,
    leased_until, tries, next_try_at, doubt_since)
SELECT key, 'notice', person_id, CONTENT, noted_at,
    CASE WHEN outcome IN ('pushed', 'answered') THEN 'sent'
         WHEN outcome = 'left' THEN 'failed'
         WHEN outcome = 'uncertain' THEN 'uncertain'
         WHEN leased_until IS NULL THEN 'queued'
         ELSE 'leased' END,
    CASE WHEN outcome = 'answered' THEN 'answer'
         WHEN platform = 'wecom' THEN 'wecom.app'
         WHEN platform = 'dingtalk' THEN 'dingtalk.robot'
         ELSE '' END,
    said_at, CASE WHEN said_at IS NULL THEN parcel END, account,
    CASE WHEN said_at IS NULL AND leased_until IS NOT NULL THEN parcel END,
    CASE WHEN said_at IS NULL THEN leased_until END, tries, next_try_at, doubt_since
FROM notice ORDER BY id
"""


def upgrade() -> None:
    op.create_table(
        "allowance",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("used_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_allowance")),
    )
    op.create_table(
        "heard_chat",
        sa.Column("platform", sa.String(length=10), nullable=False),
        sa.Column("chat", sa.String(length=128), nullable=False),
        sa.Column("title", sa.String(length=100), server_default="", nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.Column("reply_url", sa.Text(), server_default="", nullable=False),
        sa.Column("reply_until", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("platform", "chat", name=op.f("pk_heard_chat")),
    )
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(length=30), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("leased_until", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("again_at", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("by_hand", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("outcome", sa.String(length=20), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("job", "day", name=op.f("pk_job_run")),
    )
    op.create_table(
        "picture",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("digest", name=op.f("uq_picture_digest")),
    )
    op.create_table(
        "ranking_snapshot",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("last_import", sa.BigInteger(), nullable=False),
        sa.Column("last_audit", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("plan_version", sa.String(length=64), nullable=False),
        sa.Column("completion_unit", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_snapshot")),
    )
    op.create_index("uq_ranking_snapshot_day_version", "ranking_snapshot", ["day", "version"], unique=True)
    op.create_table(
        "chat_group",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("platform", sa.String(length=10), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), server_default="", nullable=False),
        sa.Column("title", sa.String(length=100), server_default="", nullable=False),
        sa.Column("bound_at", sa.BigInteger(), nullable=False),
        sa.Column("bound_by", sa.String(length=160), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("refusals", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("stopped_for", sa.String(length=60), server_default="", nullable=False),
        sa.Column("paused_until", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_chat_group_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_group")),
        sa.UniqueConstraint("address_hash", name=op.f("uq_chat_group_address_hash")),
    )
    op.create_index(op.f("ix_chat_group_school_id"), "chat_group", ["school_id"], unique=False)
    op.create_table(
        "ranking_row",
        sa.Column("snapshot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("school_name", sa.String(length=100), nullable=False),
        sa.Column("band", sa.String(length=20), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("completion", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_ranking_row_school_id")),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["ranking_snapshot.id"], name=op.f("fk_ranking_row_snapshot_id")
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "position", name=op.f("pk_ranking_row")),
    )
    op.create_index("ix_ranking_row_school_id", "ranking_row", ["school_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("picture_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=10), server_default="queued", nullable=False),
        sa.Column("reason", sa.String(length=60), server_default="", nullable=False),
        sa.Column("outlet", sa.String(length=20), server_default="", nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("parcel", sa.String(length=32), nullable=True),
        sa.Column("account", sa.String(length=128), nullable=True),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("first_tried_at", sa.BigInteger(), nullable=True),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.Column("calls", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("doubt_since", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["chat_group.id"], name=op.f("fk_outbox_group_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_outbox_person_id")),
        sa.ForeignKeyConstraint(["picture_id"], ["picture.id"], name=op.f("fk_outbox_picture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    for name, columns in (
        ("ix_outbox_person_id_done_at", ["person_id", "done_at"]),
        ("ix_outbox_person_id_tried_at", ["person_id", "tried_at"]),
        ("ix_outbox_group_id_done_at", ["group_id", "done_at", "id"]),
        ("ix_outbox_group_id_tried_at", ["group_id", "tried_at"]),
    ):
        op.create_index(name, "outbox", columns, unique=False)
    for name, columns, condition in (
        ("ix_outbox_next_try_at", ["next_try_at", "id"], "state = 'queued'"),
        ("ix_outbox_on_its_way", ["group_id", "person_id"], "done_at IS NULL AND parcel IS NOT NULL"),
        ("ix_outbox_parcel", ["parcel"], "done_at IS NULL AND parcel IS NOT NULL"),
        ("ix_outbox_expires_at", ["expires_at"], "done_at IS NULL AND expires_at IS NOT NULL"),
    ):
        which = sa.text(condition)
        op.create_index(name, "outbox", columns, unique=False, sqlite_where=which, postgresql_where=which)
    _carry_notices_over()


def _carry_notices_over() -> None:
    """A notice is a message like others from now on; what is on its way stays on its way."""
    content = (
        "json_array(json_array('text', json_array(text)))"
        if op.get_bind().dialect.name == "sqlite"
        else "json_build_array(json_build_array('text', json_build_array(text)))::text"
    )
    op.execute(_CARRY_OVER.replace("CONTENT", content))
    op.drop_table("notice")
