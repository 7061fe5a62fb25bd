"""Questions about points: by code, by what teachers call them, by filter; codes of project 1.0."""

import re

from bot.policy.points import Catalogue, Dimension
from messages.commands import Command, Understood
from messages.understanding.codes import Codes, codes_said
from messages.understanding.expression import expression
from messages.understanding.line import Line, ask, is_question, order

# Topics of project 1.0 that older teachers quote, where both names are known.
_FORMER = {"T11": "A5", "T12": "A6", "T14": "A7"}
_FORMER_CODE = expression(r"(?<![A-Za-z0-9])[Tt]\s?(?P<number>\d{1,2})(?![A-Za-z0-9])")

_ASKED = r"(?:请问|对应|交些|讲的?|说的?|想问|那个点|那个|这个点|这个|那点|能力点|微能力点?|的?点|是|到底|具体|要|都|用|需要|交|提交|准备|做|弄|写|整|怎么|咋|如何|应该|啥|什么|哪些|哪个|几|几号|多少|编号|编码|码|材料|证据|东西|意思|内容|要求|标准|评价标准|属于|维度|环境|哪|的|吗|吧|呢|啊|呀|对|不|难|好|简单|弄|合适|怎么样|咋样|介绍|说明|详情|看看|看|查|查询|查看|查一下|讲讲|说说|解释|一下|下|[A-Ca-c]\d{1,2}|[A-Ca-c](?=几)|几样|[?,。!、\s]|几件|几份|有|选|行|可以|能|什么样|叫|号|给我|我|想|了解|还|就|第|算|样|事|样的|得)*"
_MATERIAL = expression(
    r"材料|交|要求|标准|证据|准备|怎么|咋|啥|什么|是|几|哪|属于|难|好|合适|介绍|详情|说明|吗|吧|呢|行|可以|怎么样|[?]|点|多少"
)
_WEAK = expression(r"(?:总结|课件|PPT|ppt|讲课|练习|测验|小结|互评|自评|幻灯片|网络安全)$", re.IGNORECASE)
_POINT = expression(r"^(?:查看|查|看|看看|说说|介绍|解释)?(?:一下)?(?:微能力|能力)点?[\s:,]*")
# A verdict on somebody's work is given by number, never by name.
_VERDICT = expression(r"(?:合格|优秀|通过|退回|给过)$")
_THAT_POINT = expression(r"(?:那|这)个?点|点是")
_HAND_IN = expression(r"(?:提交|上交|上传|交)(?:一下)?(?:我的?)?\s*")
_FIRST_POINT = expression(
    r"(?<![\dA-Ca-c(的:])学情分析(?=[\s、,和跟及与]|$)|(?<=[、,和跟及与])学情分析(?!维度|类|的)"
)
# What a name beside a link says that it is the point: '课堂导入那个点的', '微课程设计的材料'.
_BESIDE = expression(
    r"\s*(?:(?:那|这)?个?(?:微?能力)?点|(?:的|这份|那份)?(?:材料|作业|证据|东西|资料|作品)|的?\s*(?:[,。\ufffc]|$))"
)
_FILTERS = (*Dimension, "多媒体", "混合", "智慧", "本校")
_LIST = expression(r"^(?:微能力|能力)点?(?:清单|列表|目录)[\s:,]*(?P<filter>\S*)$")


_LONG_ENOUGH = 4  # characters; shorter openings (测验, 自评) are everyday words


class Aliases:
    """What teachers call the points; an alias may stand for several."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._codes: dict[str, tuple[str, ...]] = {}
        for point in catalogue:
            short = point.name.removeprefix("技术支持的")
            opening = short.partition("与")[0]  # 微课程设计与制作 is called 微课程设计
            shorter = {opening} if len(opening) >= _LONG_ENOUGH else set()
            for word in {point.name, short, *shorter, *point.aliases} - set(Dimension):
                key = word.lower()
                self._codes[key] = (*self._codes.get(key, ()), point.code)
        longest_first = sorted(self._codes, key=len, reverse=True)
        self._word = expression("|".join(map(re.escape, longest_first)), re.IGNORECASE)

    def find(self, text: str) -> list[tuple[tuple[int, int], tuple[str, ...]]]:
        """Where an alias stands and which codes it may mean."""
        return [
            (match.span(), self._codes[match.group().lower()]) for match in self._word.finditer(text[:400])
        ]

    def codes(self, text: str) -> tuple[tuple[str, ...], bool]:
        """The codes that a text names by alias, and whether one of the aliases is ambiguous."""
        found = [codes for _, codes in self.find(text)]
        return tuple(dict.fromkeys(code for codes in found for code in codes)), any(len(c) > 1 for c in found)

    def without(self, text: str) -> str:
        return self._word.sub("", text)

    def is_weak(self, text: str) -> bool:
        """Whether a text consists of a word that has another everyday meaning."""
        return _WEAK.fullmatch(text) is not None


def read_point_list(text: str) -> Understood | None:
    if not (match := _LIST.match(text)):
        return None
    if match["filter"] in ("维度", "环境"):
        return order(Command.POINT_LIST, filter=match["filter"])
    wanted = match["filter"].removesuffix("环境").removesuffix("维度").removesuffix("教学").removesuffix("类")
    known = next((name for name in _FILTERS if name in wanted or (wanted and wanted in name)), "")
    if wanted in ("我校", "我们学校", "学校", "我园", "本园"):
        known = "本校"
    return order(Command.POINT_LIST, filter=str(known or wanted))


def former_code(text: str) -> str:
    """A code of project 1.0 (T1 … T27), or ""."""
    match = _FORMER_CODE.search(text[:120])
    return f"T{int(match['number'])}" if match and 1 <= int(match["number"]) <= 27 else ""


def read_former_code(line: Line) -> Understood | None:
    code = former_code(line.plain)
    if not code:
        return None
    now = _FORMER.get(code)
    return ask(*((f"微能力 {now}",) if now else ()), "微能力清单", hint=f"course-outdated:{code}")


def read_impossible_code(line: Line) -> Understood | None:
    if not line.codes.impossible or len(line.plain) > 120:
        return None
    codes = line.codes.codes
    offered = (*(f"微能力 {code}" for code in codes[:1]), "微能力清单")
    return ask(*offered, hint=f"code-unknown:{line.codes.impossible[0]}", codes=codes)


def read_named_point(line: Line, aliases: Aliases) -> Understood | None:
    """微能力 for a point called by its name or alias; an ambiguous alias is asked back."""
    text = line.plain
    named, ambiguous = aliases.codes(text)
    if not named or len(text) > 40:
        return None
    rest = aliases.without(text)
    opened = _POINT.match(text) is not None
    pointed = len(named) == 1 and len(text) <= 25 and _THAT_POINT.search(rest) is not None
    asked = re.fullmatch(_ASKED, rest) is not None
    if not (opened or pointed or (asked and (not rest or _MATERIAL.search(rest)))):
        return None
    unclear = ambiguous or (not opened and (len(named) > 1 or (not rest and aliases.is_weak(text))))
    if unclear:
        return ask(*(f"微能力 {code}" for code in named), codes=named)
    return order(Command.POINT, codes=named)


def read_coded_point(line: Line) -> Understood | None:
    """微能力 for one code; several without a verb are asked back."""
    text, codes = line.plain, line.codes.codes
    opening = _POINT.match(text)
    if _VERDICT.search(text):
        return ask("待审", "通过 <编号…>", f"微能力 {codes[0]}", codes=codes)
    if len(codes) == 1 or (opening and opening.end() <= line.codes.spans[0][0]):
        return order(Command.POINT, codes=codes) if len(text) <= 60 or is_question(text) else None
    offered = [f"微能力 {code}" for code in codes]
    if len(codes) == 3:
        offered = ["选点 " + " ".join(codes), offered[0]]
    if len(codes) == 2:
        offered.append(f"换点 {codes[0]} {codes[1]}")
    return ask(*offered, codes=codes)


def with_aliases(plain: str, codes: Codes, aliases: Aliases, catalogue: Catalogue) -> Codes:
    """'选导入、讲授和B2': aliases count as codes where they mean one point and do not explain a code."""
    found = list(zip(codes.spans, codes.said, strict=True))
    for (start, end), meant in aliases.find(plain):
        explains = any(start - 2 <= span[1] <= start for span in codes.spans)
        if len(meant) == 1 and not explains and not plain.startswith("分析", end):
            found.append(((start, end), meant[0]))
    if found and (analysis := _FIRST_POINT.search(plain)):
        found.append(
            (analysis.span(), "A1")
        )  # among points to choose, 学情分析 is the point, not the dimension
    found.sort()
    return codes_said([code for _, code in found], [span for span, _ in found], catalogue)


def handed_in_by_name(plain: str, aliases: Aliases) -> Codes:
    """'交课堂导入 …', '… 是我课堂导入那个点的': a name of four characters; shorter words describe any material."""
    verb = _HAND_IN.match(plain)
    found = [
        (span, meant)
        for span, meant in aliases.find(plain[:160])
        if len(meant) == 1 and span[1] - span[0] >= _LONG_ENOUGH
    ]
    for (start, end), meant in found:
        if (verb and start == verb.end()) or (len(found) == 1 and _BESIDE.match(plain, end)):
            return Codes(meant, spans=((start, end),), said=meant)
    return Codes()
