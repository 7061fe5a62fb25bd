"""Words of ours that were heard or typed as others of the same sound: 发松情况 is 发送情况."""

import re
from importlib.resources import files

from messages.commands import Command
from messages.understanding.expression import expression

# An order that is carried out at once: its slips stand one by one in homophones.tsv.
_ONE_BY_ONE = {"选点"}
# What people say to the bot besides its commands; no grades, which are not to be guessed.
_FIELD = """
微能力点 能力点 微能力作品 学时 线上 线下 线上学时 线下学时 备案 备案材料 考核方案
研修方案 实施方案 发展规划 简报 认证 维度 教学环境 混合环境 多媒体环境 智慧环境 学情分析
教学设计 学法指导 学业评价 教研组 集体备课 校本研修 研修 研修活动 主题 材料 名单 进度
清单 推荐 截止日期 截止 未选点 未交 未达标 未完成 提交材料 我的选点 我的进度 我的名次
审核 评语 逾期 整校推进 学科研修 提升工程 小助手 排名 落后 我的证据 编号
全部通过 还差多少 能力点清单 重新提交 绑定成功 待审材料 审核结果
"""
WORDS = tuple(
    sorted(
        {*_FIELD.split(), *(command.value for command in Command if len(command.value) > 1)} - _ONE_BY_ONE,
        key=lambda word: (-len(word), word),
    )
)

_FIRST_SOUND = 0xE000  # private characters, one for each syllable
_HAN = expression("[\u4e00-\u9fff]")
# What may follow a word of two characters that was misheard.
_BOUNDARY = expression(r"$|[\s\d:,。、!?#]|[A-Ca-c]\d|\ufffc")


def _rows(name: str) -> list[list[str]]:
    text = files("messages.understanding").joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line]


class Sounds:
    """Reads sounds.tsv (a syllable, a tab, its characters) and ordinary.txt (words that are meant as they stand).

    Syllables are without tones and without what is often confused: zh z, ch c, sh s, n l, ng n, h f.
    """

    def __init__(self) -> None:
        self.characters = {row[0]: row[1] for row in _rows("sounds.tsv")}
        self.ordinary = frozenset(row[0] for row in _rows("ordinary.txt"))
        codes = {syllable: chr(_FIRST_SOUND + at) for at, syllable in enumerate(self.characters)}
        self._sound = {
            ord(character): codes[syllable]
            for syllable, characters in self.characters.items()
            for character in characters
        }
        self._words: dict[str, str] = {}
        for word in WORDS:
            self._words.setdefault(word.translate(self._sound), word)
        self._pairs = self.ordinary | {word[at : at + 2] for word in WORDS for at in range(len(word) - 1)}
        self._heard = expression("|".join(self._words))  # longest first

    def mended(self, plain: str) -> tuple[str, frozenset[str]]:
        """The text of the same length, and the words that were put in."""
        put: set[str] = set()

        def meant(match: re.Match[str]) -> str:
            typed, word = plain[match.start() : match.end()], self._words[match.group()]
            if typed == word or not self._is_slip(plain, match.start(), typed, word):
                return typed
            put.add(word)
            return word

        parts: list[str] = []
        at = 0
        for match in self._heard.finditer(plain.translate(self._sound)):
            parts += (plain[at : match.start()], meant(match))
            at = match.end()
        return ("".join((*parts, plain[at:])), frozenset(put)) if put else (plain, frozenset())

    def _is_slip(self, plain: str, start: int, typed: str, word: str) -> bool:
        if any(typed[at : at + 2] in self.ordinary for at in range(len(typed) - 1)):
            return False
        end = start + len(typed)
        # 教研主题 is no slip in 教研组: what differs may belong to a word that is right.
        if typed[-1] != word[-1] and plain[end - 1 : end + 1] in self._pairs:
            return False
        if typed[0] != word[0] and plain[start - 1 : start + 1] in self._pairs:
            return False
        if len(typed) > 2:
            return True
        alike = typed[0] == word[0] or typed[1] == word[1]
        alone = start == 0 or not _HAN.match(plain, start - 1)
        return (alike or alone) and _BOUNDARY.match(plain, end) is not None
