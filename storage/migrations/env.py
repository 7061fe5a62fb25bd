"""Alembic's entry: runs in the transaction that storage.schema hands over."""

from collections.abc import Collection, Mapping
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script import Script

from storage.compatibility import shut_out_older
from storage.every_table import metadata


def _applied(
    ctx: MigrationContext,
    step: MigrationInfo,
    heads: Collection[Any],  # noqa: ARG001  Alembic names all four
    run_args: Mapping[str, Any],  # noqa: ARG001  as above
) -> None:
    """A migration that takes something away says which program is the oldest that can do without."""
    script = step.up_revision
    if step.is_upgrade and isinstance(script, Script) and ctx.connection is not None:
        oldest = getattr(script.module, "oldest_program", None)
        if oldest is not None:
            shut_out_older(ctx.connection, oldest)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the caller's transaction is the only one
    on_version_apply=_applied,
)
context.run_migrations()
