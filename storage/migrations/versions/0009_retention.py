"""Retention: rows of the audit that are three years old may go, and a picture's last message is found by an index."""

import sqlalchemy as sa
from alembic import op

from storage.append_only import YEARS_3, deletable_after

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_SHOWN = sa.text("picture_id IS NOT NULL")


def upgrade() -> None:
    deletable_after(op.get_bind(), "audit", YEARS_3)
    op.create_index(
        "ix_outbox_picture_id",
        "outbox",
        ["picture_id"],
        unique=False,
        sqlite_where=_SHOWN,
        postgresql_where=_SHOWN,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_picture_id", table_name="outbox")
