"""Evidence and its review, and what schools and groups owe."""

import sqlalchemy as sa
from alembic import op

from storage.append_only import append_only

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["teaching_group.id"], name=op.f("fk_activity_group_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_activity_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    op.create_index("ix_activity_group_id_day", "activity", ["group_id", "day"], unique=False)
    op.create_table(
        "appeal",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("about_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("answered_by <> person_id", name=op.f("ck_appeal_not_by_the_appellant")),
        sa.ForeignKeyConstraint(
            ["about_number"], ["number_series.number"], name=op.f("fk_appeal_about_number")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_appeal_answered_by")),
        sa.ForeignKeyConstraint(["number"], ["number_series.number"], name=op.f("fk_appeal_number")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appeal_person_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_appeal")),
    )
    op.create_index(op.f("ix_appeal_person_id"), "appeal", ["person_id"], unique=False)
    op.create_index("ix_appeal_state", "appeal", ["state"], unique=False)
    op.create_table(
        "evidence",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=False),
        sa.Column("late", sa.String(length=20), nullable=False),
        sa.Column("admitted_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("decided_by <> person_id", name=op.f("ck_evidence_not_by_the_author")),
        sa.ForeignKeyConstraint(["claimed_by"], ["person.id"], name=op.f("fk_evidence_claimed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_evidence_decided_by")),
        sa.ForeignKeyConstraint(["number"], ["number_series.number"], name=op.f("fk_evidence_number")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evidence_person_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_person_id"), "evidence", ["person_id"], unique=False)
    op.create_index("ix_evidence_state_submitted_at", "evidence", ["state", "submitted_at"], unique=False)
    op.create_index(
        "ix_evidence_decided_by_decided_at", "evidence", ["decided_by", "decided_at"], unique=False
    )
    op.create_index(
        "uq_evidence_open",
        "evidence",
        ["person_id", "code"],
        unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_table(
        "freeze",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("active", sa.Boolean(), nullable=True),
        sa.Column("frozen_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("frozen_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lifted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.Column("lift_reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["frozen_by"], ["person.id"], name=op.f("fk_freeze_frozen_by")),
        sa.ForeignKeyConstraint(["lifted_by"], ["person.id"], name=op.f("fk_freeze_lifted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freeze")),
        sa.UniqueConstraint("active", name=op.f("uq_freeze_active")),
    )
    op.create_table(
        "theme",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("set_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["teaching_group.id"], name=op.f("fk_theme_group_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_theme_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
    )
    op.create_index(op.f("ix_theme_group_id"), "theme", ["group_id"], unique=False)
    op.create_table(
        "tick",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("duty", sa.String(length=20), nullable=False),
        sa.Column("ticked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticked_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_tick_ended_by")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_tick_school_id")),
        sa.ForeignKeyConstraint(["ticked_by"], ["person.id"], name=op.f("fk_tick_ticked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tick")),
    )
    op.create_index(
        "uq_tick_active",
        "tick",
        ["school_id", "duty"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "evidence_event",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("remark", sa.Text(), server_default="", nullable=False),
        sa.Column("piece", sa.String(length=50), server_default="", nullable=False),
        sa.Column("on_behalf", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_evidence_event_actor_id")),
        sa.ForeignKeyConstraint(["number"], ["evidence.number"], name=op.f("fk_evidence_event_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_event")),
    )
    op.create_index(op.f("ix_evidence_event_number"), "evidence_event", ["number"], unique=False)
    op.create_table(
        "evidence_link",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("extraction", sa.String(length=16), server_default="", nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=True),
        sa.Column("finding", sa.String(length=20), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["number"], ["evidence.number"], name=op.f("fk_evidence_link_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_link")),
        sa.UniqueConstraint(
            "number", "version", "position", name=op.f("uq_evidence_link_number_version_position")
        ),
    )
    op.create_index("ix_evidence_link_checked_at", "evidence_link", ["checked_at"], unique=False)
    op.create_index(op.f("ix_evidence_link_fingerprint"), "evidence_link", ["fingerprint"], unique=False)
    op.create_table(
        "evidence_version",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("late", sa.String(length=20), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["evidence.number"], name=op.f("fk_evidence_version_number")),
        sa.PrimaryKeyConstraint("number", "version", name=op.f("pk_evidence_version")),
    )
    op.create_table(
        "frozen_standing",
        sa.Column(
            "freeze_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("online_hours", sa.Integer(), nullable=True),
        sa.Column("online_as_of", sa.Date(), nullable=True),
        sa.Column("practice_hours", sa.Integer(), nullable=False),
        sa.Column("certified", sa.String(length=80), nullable=False),
        sa.Column("excellent", sa.Integer(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("completion", sa.BigInteger(), nullable=False),
        sa.Column("next_step", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["freeze_id"], ["freeze.id"], name=op.f("fk_frozen_standing_freeze_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_frozen_standing_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_frozen_standing_school_id")),
        sa.PrimaryKeyConstraint("freeze_id", "person_id", name=op.f("pk_frozen_standing")),
    )
    op.create_table(
        "paper",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("month", sa.String(length=7), server_default="", nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("evidence_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("late", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("handed_in_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("handed_in_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_paper_author_id")),
        sa.ForeignKeyConstraint(
            ["evidence_number"], ["evidence.number"], name=op.f("fk_paper_evidence_number")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["teaching_group.id"], name=op.f("fk_paper_group_id")),
        sa.ForeignKeyConstraint(["handed_in_by"], ["person.id"], name=op.f("fk_paper_handed_in_by")),
        sa.ForeignKeyConstraint(["number"], ["number_series.number"], name=op.f("fk_paper_number")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_paper_school_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_paper")),
    )
    op.create_index(op.f("ix_paper_author_id"), "paper", ["author_id"], unique=False)
    op.create_index(op.f("ix_paper_group_id"), "paper", ["group_id"], unique=False)
    op.create_index(op.f("ix_paper_school_id"), "paper", ["school_id"], unique=False)
    for column in ("school_id", "group_id", "role"):
        op.create_index(f"ix_role_{column}", "role", [column], unique=False)
    op.add_column("standing", sa.Column("evidence", sa.String(length=120), server_default="", nullable=False))
    for table in ("evidence_version", "evidence_event", "frozen_standing"):
        append_only(op.get_bind(), table)
