"""A whole submission at both doors, beside the same web framework with nothing behind it."""

import itertools
import os
import sqlite3
from pathlib import Path

from tests.bench import load, server, wire
from tests.bench.county import CODES
from tests.bench.doors import PEOPLE, ROUNDS, SECONDS
from tests.bench.report import Table, spread

WECOM_REQUESTS = 12_000  # more than any server here takes in one round
MUST = 0.15


def submissions(table: Table, url: str, folder: Path) -> None:
    """Every message is a submission of another teacher with another link: a new receipt each."""
    ours: dict[str, list[float]] = {"ding": [], "wecom": []}
    bare: dict[str, list[float]] = {"ding": [], "wecom": []}
    before, sent = _receipts(url), 0
    with server.ceiling(folder) as ceiling, server.bot(url, folder) as bot:
        for turn, (_, door) in enumerate(itertools.product(range(ROUNDS), ours)):
            bare[door].append(_measured(ceiling.port, door, turn * WECOM_REQUESTS).rate)
            measured = _measured(bot.port, door, turn * WECOM_REQUESTS)
            sent += len(measured.latencies)
            ours[door].append(measured.rate)
    taken = _receipts(url) - before
    assert taken == sent, f"{sent} submissions, {taken} versions stored"
    for door, rates in ours.items():
        table.row(f"SQLite {door}: a submission with its receipt, requests/s", spread(rates))
        ratios = [a / b for a, b in zip(rates, bare[door], strict=True)]
        table.row(f"SQLite {door}: a submission over the ceiling", spread(ratios, 3), f"≥ {MUST}")


def _measured(port: int, door: str, first: int) -> load.Measured:
    """`first`: where the round begins, so that every one is about other teachers."""
    run = os.urandom(3).hex()

    def said(person: int, number: int) -> str:
        # The first point that is not certified yet: see tests/bench/county.py.
        code = CODES[person % 4 : person % 4 + 3][person % 3]
        return f"提交 {code} https://pan.baidu.com/s/1{run}{number}?pwd=8k2d 课堂导入教学设计"

    made = (
        wire.dingtalk(said, PEOPLE, first=first)
        if door == "ding"
        else wire.wecom(said, PEOPLE, WECOM_REQUESTS, first=first)
    )
    measured = load.closed_loop(port, made, SECONDS)
    assert set(measured.statuses) == {200}, measured.statuses
    return measured


def _receipts(url: str) -> int:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    try:
        return connection.execute("SELECT count(*) FROM evidence_version").fetchone()[0]
    finally:
        connection.close()
