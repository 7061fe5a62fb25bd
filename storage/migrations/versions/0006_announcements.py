"""Announcements with their receipts, what summaries said last, and reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _announcements()
    _reminders()
    _copies()


def _announcements() -> None:
    op.create_table(
        "announcement",
        sa.Column("number", _ID, autoincrement=False, nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("addressed", sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("wants_receipt", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("corrects", _ID, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", _ID, nullable=True),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("posted_at", sa.BigInteger(), nullable=True),
        sa.Column("people", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("groups", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("ended_by", _ID, nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_announcement_approved_by")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_announcement_author_id")),
        sa.ForeignKeyConstraint(["corrects"], ["announcement.number"], name=op.f("fk_announcement_corrects")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_announcement_ended_by")),
        sa.ForeignKeyConstraint(["number"], ["number_series.number"], name=op.f("fk_announcement_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_announcement")),
    )
    op.create_index(op.f("ix_announcement_corrects"), "announcement", ["corrects"], unique=False)
    op.create_index("ix_announcement_state", "announcement", ["state"], unique=False)
    op.create_table(
        "acknowledgement",
        sa.Column("announcement", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement"], ["announcement.number"], name=op.f("fk_acknowledgement_announcement")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_acknowledgement_person_id")),
        sa.PrimaryKeyConstraint("announcement", "person_id", name=op.f("pk_acknowledgement")),
    )
    op.create_table(
        "recall",
        sa.Column("outbox_id", _ID, autoincrement=False, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("leased_until", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("doubtful", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("taken_back", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reason", sa.String(length=60), server_default="", nullable=False),
        sa.Column("why", sa.String(length=300), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_recall_outbox_id")),
        sa.PrimaryKeyConstraint("outbox_id", name=op.f("pk_recall")),
    )
    op.create_index(
        "ix_recall_next_try_at",
        "recall",
        ["next_try_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )


def _reminders() -> None:
    op.create_table(
        "reminded",
        sa.Column("person_id", _ID, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=160), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminded_person_id")),
        sa.PrimaryKeyConstraint("person_id", "day", name=op.f("pk_reminded")),
    )
    op.create_table(
        "reminder_pause",
        sa.Column("person_id", _ID, autoincrement=False, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_pause_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reminder_pause")),
    )
    op.create_table(
        "summary_told",
        sa.Column("person_id", _ID, autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_summary_told_person_id")),
        sa.PrimaryKeyConstraint("person_id", "unit", name=op.f("pk_summary_told")),
    )


def _copies() -> None:
    op.add_column("outbox", sa.Column("announcement", sa.BigInteger(), nullable=True))
    op.add_column("outbox", sa.Column("receipt", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("why", sa.String(length=300), server_default="", nullable=False))
    op.create_index(
        "ix_outbox_announcement",
        "outbox",
        ["announcement", "state"],
        unique=False,
        sqlite_where=sa.text("announcement IS NOT NULL"),
        postgresql_where=sa.text("announcement IS NOT NULL"),
    )
