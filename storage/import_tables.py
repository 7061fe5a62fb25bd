"""The tables of imports on the pages: what was shown of a file and who decided, and imports that were taken back."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, String, Table, text

from storage.columns import ID, metadata, reference

file_preview = (
    Table(  # what the page shows of a file; beside `received_file`, because it is rewritten with each look
        "file_preview",
        metadata,
        Column("file_id", ID, ForeignKey("received_file.id"), primary_key=True, autoincrement=False),
        Column("round", Integer, nullable=False, server_default=text("0")),  # of the look that it came from
        Column("findings", LargeBinary, nullable=True),  # sealed JSON; it names people
        Column(
            "workbook", LargeBinary, nullable=True
        ),  # sealed .xlsx with every row; gone once the file has ended
        reference("decided_by", "person.id", nullable=True),
        Column("decided_at", BigInteger, nullable=True),
        Column("reason", String(200), nullable=False, server_default=""),  # why it was declined
        reference("import_id", "import_run.id", nullable=True, index=True),  # what has come of it
    )
)

import_reversal = Table(  # an import that is taken back, or is to be; what it wrote stays and counts no more
    "import_reversal",
    metadata,
    Column("import_id", ID, ForeignKey("import_run.id"), primary_key=True, autoincrement=False),
    reference("asked_by", "person.id"),
    Column("asked_at", BigInteger, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("mark", String(40), nullable=False),  # of what was shown: anything else is not done
    Column("state", String(10), nullable=False),  # storage.import_reversals.State
    reference(
        "run_id", "import_run.id", nullable=True
    ),  # the run that takes it back; from then on it counts no more
)
