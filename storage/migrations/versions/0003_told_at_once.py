"""Notices are pushed: who sends which, how often it was tried, what became of it; tokens shared by processes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("outcome", sa.String(length=20), server_default="waiting", nullable=False),
        sa.Column("parcel", sa.String(length=32), nullable=True),
        sa.Column("platform", sa.String(length=10), nullable=True),
        sa.Column("account", sa.String(length=128), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("doubt_since", sa.BigInteger(), nullable=True),
    ):
        op.add_column("notice", column)
    op.execute("UPDATE notice SET outcome = 'answered' WHERE said_at IS NOT NULL")
    for name, unsaid in (("next_try_at", "parcel IS NULL"), ("parcel", "parcel IS NOT NULL")):
        which = sa.text(f"said_at IS NULL AND {unsaid}")
        op.create_index(
            f"ix_notice_{name}",
            "notice",
            [name],
            unique=False,
            sqlite_where=which,
            postgresql_where=which,
        )
    op.create_table(
        "channel",
        sa.Column("platform", sa.String(length=10), nullable=False),
        sa.Column("token", sa.Text(), server_default="", nullable=False),
        sa.Column("token_until", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("renewing_until", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("paused_until", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("platform", name=op.f("pk_channel")),
    )
