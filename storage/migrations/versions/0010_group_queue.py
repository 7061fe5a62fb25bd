"""What waits for groups has an index of its own: a copy for everybody in a province is nothing to look through."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_QUEUED_FOR_A_GROUP = sa.text("state = 'queued' AND group_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_outbox_groups_next",
        "outbox",
        ["next_try_at", "id"],
        unique=False,
        sqlite_where=_QUEUED_FOR_A_GROUP,
        postgresql_where=_QUEUED_FOR_A_GROUP,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_groups_next", table_name="outbox")
