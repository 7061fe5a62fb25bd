"""Answers that connections still owe, ids that WeCom has veiled, and files that the office sends in a chat."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "owed_reply",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("door", sa.String(length=30), nullable=False),
        sa.Column("account", sa.String(length=128), nullable=False),
        sa.Column("chat", sa.String(length=128), nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=False),
        sa.Column("reply_until", sa.BigInteger(), nullable=False),
        sa.Column("trace", sa.String(length=16), nullable=False),
        sa.Column("card", sa.String(length=128), server_default="", nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_owed_reply")),
    )
    op.create_index("ix_owed_reply_due", "owed_reply", ["door", "due_at"], unique=False)
    op.create_table(
        "open_userid",
        sa.Column("open_userid", sa.String(length=64), nullable=False),
        sa.Column("userid", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("open_userid", name=op.f("pk_open_userid")),
    )
    op.create_table(
        "received_file",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("platform", sa.String(length=10), nullable=False),
        sa.Column("door", sa.String(length=30), nullable=False),
        sa.Column("folded", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), server_default="", nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("skip_bad", sa.Boolean(), server_default=sa.text("FALSE"), nullable=False),
        sa.Column("accept_drops", sa.Boolean(), server_default=sa.text("FALSE"), nullable=False),
        sa.Column("counts", sa.Text(), server_default="", nullable=False),
        sa.Column("round", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("held_until", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_received_file_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_file")),
        sa.UniqueConstraint("key", name=op.f("uq_received_file_key")),
    )
    op.create_index(op.f("ix_received_file_person_id"), "received_file", ["person_id"], unique=False)
    op.create_index("ix_received_file_state", "received_file", ["state", "held_until"], unique=False)
