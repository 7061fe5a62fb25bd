"""The tables of connections: answers that have not been said yet, ids that a platform has veiled, files on their way."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from storage.columns import metadata, own_id, reference

owed_reply = Table(  # an answer that no response carries: gone as soon as the platform has taken it
    "owed_reply",
    metadata,
    Column("key", String(60), primary_key=True),  # of the message, as in `inbox`
    Column("door", String(30), nullable=False),  # messages.incoming.Door
    Column("account", String(128), nullable=False),  # verbatim
    Column("chat", String(128), nullable=False),  # the group's id; "" = private
    Column("reply_to", Text, nullable=False),  # the frame's req_id, or sealed: the session's address
    Column("reply_until", BigInteger, nullable=False),  # until when `reply_to` is good for it
    Column("trace", String(16), nullable=False),
    Column("card", String(128), nullable=False, server_default=""),  # what was tapped
    Column("reply", Text, nullable=False),  # as `storage.inbox.dump_reply` has it
    Column("noted_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),  # from then on anybody may say it
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Index("ix_owed_reply_due", "door", "due_at"),
)

open_userid = Table(  # WeCom's veiled ids (official document 101521) and whose they are
    "open_userid",
    metadata,
    Column("open_userid", String(64), primary_key=True),
    Column("userid", String(64), nullable=False),  # "" = the application may not see that person
    Column("asked_at", BigInteger, nullable=False),
)

received_file = Table(  # a spreadsheet that the office has sent to the bot
    "received_file",
    metadata,
    own_id(),
    Column("key", String(60), nullable=False, unique=True),  # of the message, as in `inbox`
    reference("person_id", "person.id", index=True),
    Column("platform", String(10), nullable=False),
    Column("door", String(30), nullable=False),
    Column("folded", String(128), nullable=False),  # who is asked to confirm
    Column("name", String(255), nullable=False),
    Column("source", Text, nullable=False),  # sealed: how it is fetched; "" once it is here
    Column("kind", String(20), nullable=False, server_default=""),  # bot.imports.kinds.Kind; "" = not known
    Column("as_of", Date, nullable=True),  # as its sender has said
    Column("skip_bad", Boolean, nullable=False, server_default=text("FALSE")),
    Column("accept_drops", Boolean, nullable=False, server_default=text("FALSE")),
    Column("force", Boolean, nullable=False, server_default=text("FALSE")),
    Column("chosen", Text, nullable=False, server_default=""),  # which column is which: JSON
    Column("counts", Text, nullable=False, server_default=""),  # what was shown: JSON
    Column("round", Integer, nullable=False, server_default=text("1")),  # one for each time it is looked at
    Column("state", String(12), nullable=False),  # storage.received_files.State
    Column(
        "held_until", BigInteger, nullable=False, server_default=text("0")
    ),  # by the process at work on it
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("received_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger, nullable=True),
    Column("content", LargeBinary, nullable=True),  # sealed; last, because it is megabytes
    Index("ix_received_file_state", "state", "held_until"),
)
