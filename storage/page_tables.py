"""The tables of the pages: one-time links out of the chat, and who is logged in."""

from sqlalchemy import BigInteger, Column, Date, String, Table, Text, text

from storage.columns import metadata, own_id, reference

entry_link = Table(  # a link that lets one person in once; it is never changed but for being used
    "entry_link",
    metadata,
    Column("code_hash", String(64), primary_key=True),  # the code itself stands only in the chat
    reference("person_id", "person.id", index=True),
    Column("purpose", String(20), nullable=False),  # storage.entry_links.Purpose
    Column("content", Text, nullable=False, server_default=""),  # JSON: what is to be downloaded
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=True),
)

page_session = Table(  # a browser that somebody has entered with
    "page_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),  # the token itself stands only in the cookie
    reference("person_id", "person.id", index=True),
    Column("opened_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger, nullable=True),
    Column("browser", String(60), nullable=False, server_default=""),  # in words: Windows 上的企业微信
)

job_request = Table(  # a job that somebody has asked for on a page; the timetable takes it up
    "job_request",
    metadata,
    own_id(),
    Column("job", String(30), nullable=False),
    Column("day", Date, nullable=False),
    reference("asked_by", "person.id"),
    Column("asked_at", BigInteger, nullable=False),
    Column("taken_until", BigInteger, nullable=False, server_default=text("0")),  # some process is at it
    Column("done_at", BigInteger, nullable=True),
    Column("outcome", String(20), nullable=False, server_default=""),  # bot.policy.timetable.Outcome
    Column("detail", Text, nullable=False, server_default=""),
)
