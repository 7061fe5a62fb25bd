"""The handbook's page of error codes is what the outlets do, and every row helps somebody."""

import re
from pathlib import Path

from bot.platforms.dingtalk import failures as dingtalk
from bot.platforms.handbook import done, handbook
from bot.platforms.refusals import UNKNOWN
from bot.platforms.wecom import failures as wecom
from bot.sending import Do

DOCUMENT = Path(__file__).parents[2] / "docs" / "platform-errors.md"
TABLES = [
    wecom.APP,
    wecom.TOKEN,
    wecom.WEBHOOK,
    wecom.AIBOT,
    wecom.AIBOT_PEOPLE,
    dingtalk.OPEN_API,
    dingtalk.FORBIDDEN,
    dingtalk.CONTENT,
    dingtalk.GROUP,
    dingtalk.WEBHOOK,
    dingtalk.UPLOAD,
    wecom.RECALL,
    wecom.NOT_REACHED,
    wecom.MISSING,
    dingtalk.RECALL,
    dingtalk.NOT_REACHED,
]
ROWS = [row for table in TABLES for row in table.values()] + [UNKNOWN]


def test_the_document_says_what_the_code_does():
    assert DOCUMENT.read_text(encoding="utf-8") == handbook(), "run: make docs"


def test_every_code_stands_in_it():
    listed = set(re.findall(r"^\| `([^`]+)` \|", handbook(), re.MULTILINE))
    families = {f"{start}…" for start in (*dingtalk.CONTENT, *wecom.MISSING)}
    forbidden = {f"Forbidden.AccessDenied.{end}" for end in dingtalk.FORBIDDEN}
    plain = [wecom.APP, wecom.WEBHOOK, dingtalk.OPEN_API, dingtalk.GROUP, dingtalk.WEBHOOK, dingtalk.UPLOAD]
    plain += [wecom.AIBOT, wecom.RECALL, wecom.NOT_REACHED, dingtalk.RECALL, dingtalk.NOT_REACHED]
    assert listed == {str(code) for table in plain for code in table} | families | forbidden


def test_whatever_stops_says_what_to_do_about_it():
    assert [row.means for row in ROWS if row.verdict.do is Do.STOP and not row.cure] == []


def test_sentences_have_no_full_stop_of_their_own_and_fit_a_cell():
    for row in ROWS:
        for sentence in (row.means, row.cure):
            assert not re.search(r"[。|\n]", sentence), sentence


def test_what_is_done_is_said_in_words():
    """One of each kind, as the page has them."""
    said = {
        code: done(table[code], "不发了")
        for table, code in [
            (wecom.APP, -1),
            (wecom.APP, 6000),
            (wecom.WEBHOOK, 45009),
            (wecom.APP, 40014),
            (wecom.APP, 60020),
            (wecom.WEBHOOK, 93000),
            (wecom.APP, 45002),
            (wecom.APP, 40003),
            (dingtalk.OPEN_API, "unknown.send.result"),
            (dingtalk.OPEN_API, "system.busy"),
            (dingtalk.WEBHOOK, 410100),
        ]
    }
    assert said == {
        -1: "30 秒内谁也不发，之后再发，最多 3 次",
        6000: "再发",
        45009: "1 分钟内不往这里发，之后再发",
        40014: "换一个 access_token 再发一次；还不行就停下，告诉项目办",
        60020: "停下，告诉项目办",
        93000: "停用这个群，告诉项目办",
        45002: "分成更短的几条再发一次；还不行就不发了",
        40003: "不发了",
        "unknown.send.result": "过一分钟再发一次，之后记为不确定",
        "system.busy": "5 秒内谁也不发，之后再发",
        410100: "10 分钟内不往这里发，之后再发",
    }
