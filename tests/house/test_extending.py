"""docs/extending.md: its blocks are written into a copy of the tree, and what comes of it is talked to."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "extending.md"
MOST_LINES = 30
_BLOCK = re.compile(
    r"`(?P<path>[\w/]+\.(?:py|toml))`,\s(?P<how>new|below|instead\sof)[^`]*?(?:`(?P<mark>[^`]+)`)?(?:,[^`]*`[^`]*`)?:?\n\n"
    r"```\w+\n(?P<text>.*?)```",
    re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """One piece that the page tells to write."""

    path: str
    how: str
    mark: str
    text: str

    def write(self, tree: Path) -> None:
        path = tree / self.path
        if self.how == "new":
            assert not path.exists(), f"{self.path} is there already"
            path.write_text(self.text, encoding="utf-8")
            return
        before = path.read_text(encoding="utf-8")
        assert before.count(self.mark) == 1, f"{self.path}: {self.mark}"
        if self.how == "below":
            at = before.index("\n", before.index(self.mark)) + 1
            after = before[:at] + self.text + before[at:]
        else:
            after = before.replace(self.mark, self.text.rstrip("\n"))
        path.write_text(after, encoding="utf-8")


def chapters() -> dict[str, list[Block]]:
    """By heading, every block that stands below it."""
    found = {}
    for chapter in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        blocks = [
            Block(one["path"], " ".join(one["how"].split()), one["mark"] or "", one["text"])
            for one in _BLOCK.finditer(chapter)
        ]
        assert len(blocks) == chapter.count("```") // 2, "each block says where it is written"
        found[chapter.partition("\n")[0]] = blocks
    return found


TALK = """
import asyncio, hmac, json, sys
from pathlib import Path

import bot.app
from bot.app import Parts, build_lanes
from bot.cli.console import Console
from bot.clock import SystemClock
from bot.intake import Delivery, trace_of
from bot.logs import configure_logs
from bot.plan_file import load_plan
from bot.platforms.errors import Forged
from bot.platforms.third import read
from bot.points_file import load_catalogue
from bot.policy.people import PersonState
from bot.policy.standing import Facts, gaps
from bot.settings import read_settings
from storage.database import Database
from storage.schema import migrate
from storage.tables import account
from tests.kit.county import settle_county

configure_logs("error", "json")
folder = Path(sys.argv[1])
database = Database(f"sqlite:///{folder / 'bot.db'}")
migrate(database)
parts = Parts(
    settings=read_settings({"BOT_SECRET_KEY": "k" * 40}, folder), database=database,
    plan=load_plan(folder / "province.toml"), catalogue=load_catalogue(None), clock=SystemClock(),
    journal_folder=folder / "journal",
)
settle_county(parts)
with database.writing() as connection:
    for platform in ("console", "third"):
        connection.execute(account.insert().values(
            platform=platform, folded="t1", verbatim="T1", person_id=1, source="roster", bound_at=1
        ))


def at_the_terminal(*lines):
    with Console(parts, "T1", in_group=False) as console:
        return [console.say(line).body for line in lines]


def signed(said):
    body = json.dumps(said).encode()
    return body, hmac.new(b"secret", body, "sha256").hexdigest()


async def over_the_third(*messages):
    lane, said = build_lanes(parts)[0], []
    lane.start(asyncio.get_running_loop())
    for key, account, group, text in messages:
        message = read(*signed({"id": key, "from": account, "group": group, "text": text}), b"secret", 1)
        delivery = Delivery(message, trace_of(message), parts.clock.real_ms(), parts.clock.now())
        said.append((await lane.submit(delivery)).body)
    lane.stop(5)
    return said


def forged():
    body, proof = signed({})
    try:
        return read(body + b" ", proof, b"secret", 1)
    except Forged as error:
        return error.reason


def online_missing(practice):
    facts = Facts(
        state=PersonState.ACTIVE, has_study_account=True, online=1850, online_as_of=None, practice=practice,
        chosen=(), certified=(),
    )
    return gaps(facts, parts.plan.requirement, parts.catalogue).online


found = {
    "tree": str(Path(bot.app.__file__).parents[1]),
    "terminal": at_the_terminal("本组人数", "我们组几个人", "我的学时"),
    "third": asyncio.run(over_the_third(
        ("1", "t1", "", "我的学时"), ("1", "t1", "", "我的学时"), ("2", "T1", "g1", "我的学时"),
        ("3", "T9", "", "我的学时"), ("4", "T1", "", "微能力清单"), ("5", "T1", "", "更多"),
    )),
    "forged": forged(),
    "missing": [online_missing(practice) for practice in (0, 1600, 1700, 1800)],
}
database.close()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What is answered in a tree to which everything on the page was added."""
    tree = tmp_path_factory.mktemp("extended")
    for package in ("bot", "handlers", "messages", "storage"):
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    for blocks in chapters().values():
        for block in blocks:
            block.write(tree)
    script = tree / "talk.py"
    script.write_text(TALK, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(tree)],
        cwd=tree,
        env={
            **os.environ,
            "PYTHONPATH": f"{tree}{os.pathsep}{ROOT}",
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["tree"] == str(tree), "it is the copy that speaks"
    return found


def test_no_example_is_longer_than_it_says():
    lengths = {
        title: sum(bool(line.strip()) for block in blocks for line in block.text.splitlines())
        for title, blocks in chapters().items()
    }
    assert set(lengths) == {"A command", "A platform", "A rule set", "A table, a column", "A job"}
    assert {title: lines for title, lines in lengths.items() if lines > MOST_LINES} == {}


def test_the_command_answers_and_is_understood_in_other_words(said):
    assert said["terminal"][:2] == ["语文组在册 2 人。"] * 2


def test_the_plan_of_the_example_is_in_force(said):
    # 18.5 of 20 学时 online and 0 of 16 in practice
    assert said["terminal"][2].splitlines()[:2] == [
        "线上 18.5 学时，实践 0 学时，合计 18.5 学时，还没有合格（要求线上 20 学时、实践 16 学时）。",
        "还差：线上 1.5 学时、实践 16 学时、2 个微能力点认证。",
    ]


def test_the_rule_of_the_example_is_in_force(said):
    # Of 20 学时 online 1.5 are missing; 17 in practice are 1 more than the 16 that are required, 18 are 2 more.
    assert said["missing"] == [150, 150, 50, 0]


def test_the_platform_of_the_example_keeps_what_every_platform_does(said):
    mine, again, in_group, strangers, first, second = said["third"]

    assert (mine == again, "18.5 学时" in mine) == (True, True)
    assert ("18.5" in in_group, "18.5" in strangers) == (False, False)
    assert "绑定" in strangers
    assert first.endswith("回复“更多”看下一段")
    assert first != second
    assert max(len(page.encode()) for page in said["third"]) <= 1000
    assert said["forged"] == "signature"
