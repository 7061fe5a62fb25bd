"""The whole schema: `metadata` once every module that has tables of it was imported."""

from storage import (  # noqa: F401 - their tables belong to the metadata
    announcement_tables,
    connection_tables,
    delivery_tables,
    import_tables,
    page_tables,
    tables,
    work_tables,
)
from storage.columns import metadata

__all__ = ["metadata"]
