"""The pages: one-time links and sessions."""

import sqlalchemy as sa
from alembic import op

from storage.initials import initials

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UNDELIVERED = sa.text("state IN ('dead', 'failed', 'uncertain') AND dismissed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "entry_link",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("content", sa.Text(), server_default="", nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_entry_link_person_id")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_entry_link")),
    )
    op.create_index(op.f("ix_entry_link_person_id"), "entry_link", ["person_id"], unique=False)
    op.create_table(
        "page_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("browser", sa.String(length=60), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_page_session_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_page_session")),
    )
    op.create_index(op.f("ix_page_session_person_id"), "page_session", ["person_id"], unique=False)
    op.add_column("person", sa.Column("initials", sa.String(length=20), server_default="", nullable=False))
    _fill_initials()
    op.create_index(op.f("ix_person_initials"), "person", ["initials"], unique=False)
    _imports()


def _fill_initials() -> None:
    """So that those who are on the roster already are found by them too, 5,000 people at a time."""
    person = sa.table("person", sa.column("id", _ID), sa.column("name"), sa.column("initials"))
    write = (
        sa.update(person).where(person.c.id == sa.bindparam("of")).values(initials=sa.bindparam("letters"))
    )
    connection, last = op.get_bind(), 0
    while True:
        rows = connection.execute(
            sa.select(person.c.id, person.c.name).where(person.c.id > last).order_by(person.c.id).limit(5_000)
        ).all()
        if not rows:
            return
        connection.execute(write, [{"of": row.id, "letters": initials(row.name)} for row in rows])
        last = rows[-1].id


def _imports() -> None:
    """Files that are looked at on a page, and imports that are taken back."""
    op.add_column("import_run", sa.Column("actor", sa.String(length=160), server_default="", nullable=False))
    op.add_column(
        "received_file", sa.Column("force", sa.Boolean(), server_default=sa.text("FALSE"), nullable=False)
    )
    op.add_column("received_file", sa.Column("chosen", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "file_preview",
        sa.Column("file_id", _ID, autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("findings", sa.LargeBinary(), nullable=True),
        sa.Column("workbook", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by", _ID, nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("import_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["received_file.id"], name=op.f("fk_file_preview_file_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_file_preview_decided_by")),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"], name=op.f("fk_file_preview_import_id")),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_file_preview")),
    )
    op.create_index(op.f("ix_file_preview_import_id"), "file_preview", ["import_id"], unique=False)
    op.create_table(
        "import_reversal",
        sa.Column("import_id", _ID, autoincrement=False, nullable=False),
        sa.Column("asked_by", _ID, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("run_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"], name=op.f("fk_import_reversal_import_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_import_reversal_asked_by")),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_import_reversal_run_id")),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import_reversal")),
    )

    op.create_table(
        "job_request",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("job", sa.String(length=30), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asked_by", _ID, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_until", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=20), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_job_request_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_request")),
    )
    op.add_column("outbox", sa.Column("dismissed_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_outbox_undelivered",
        "outbox",
        ["id"],
        unique=False,
        sqlite_where=_UNDELIVERED,
        postgresql_where=_UNDELIVERED,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_undelivered", table_name="outbox")
    op.drop_column("outbox", "dismissed_at")
    op.drop_table("job_request")
    op.drop_table("import_reversal")
    op.drop_table("file_preview")
    op.drop_column("received_file", "chosen")
    op.drop_column("received_file", "force")
    op.drop_column("import_run", "actor")
    op.drop_index(op.f("ix_person_initials"), table_name="person")
    op.drop_column("person", "initials")
    op.drop_index(op.f("ix_page_session_person_id"), table_name="page_session")
    op.drop_table("page_session")
    op.drop_index(op.f("ix_entry_link_person_id"), table_name="entry_link")
    op.drop_table("entry_link")
