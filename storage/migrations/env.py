"""Alembic's entry: runs in the transaction that storage.schema hands over."""

from alembic import context

from storage import tables, work_tables  # noqa: F401 - their tables belong to the metadata
from storage.columns import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the caller's transaction is the only one
)
context.run_migrations()
