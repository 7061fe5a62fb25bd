"""Orders about points: 选点, 换点, 本校范围; and what is said with nothing but codes."""

import re

from messages.commands import Command, Understood
from messages.understanding.expression import expression
from messages.understanding.line import Line, ask, is_question, order

_CHOOSE = expression(
    r"^(?:(?:微?能力点?|三个点|点)(?=我?(?:就|要|想)?(?:选|报|定)))?(?:我的?(?:这|那)?(?:三个)?点(?=选|定|报)|我们?|俺|咱|那我?|就|)?(?:还是)?(?:要|想|想要|就|准备|打算|决定|确定|改|重新|申请|报名?|定)*(?:选点|选择|选定|选上?|报|定)(?:了|好了)?(?:能力点|微能力点?|这?三个点?|点|的?是)?"
)
_CHOOSE_LAST = expression(
    r"(?:我|就)(?:就|要|想|都)?(?:选|报|定)(?:这|那|它)?(?:三个|仨|几个)?(?:点|了|吧|个)*[。!]?$|^(?:选|就)(?:这|那)(?:三个|仨)"
)
_ALREADY = expression(r"我?(?:之前|原来|上次|已经?|当时|以前)选|选的(?!话)|选过|没选|没有选|选完|选上了")
_FOR_OTHERS = expression(
    r"(?:帮|给|替|让)(?!我)[\u4e00-\u9fff]{1,6}(?:老师|主任|选)|我们组|^(?:他|她|同事|人家|老师让)|跟[\u4e00-\u9fff]{1,5}(?:老师)?(?:选)?一样"
)
_OUR_SCHOOL = expression(r"我们?校|我们学校|咱们?(?:学校|校|园)|本校|全校|我们?园|学校")
_SCOPE = expression(
    r"^(?:(?:我们?|咱们?)?(?:学?校|园|单位)的?|本校|本园|学校)?(?:选点|选学|学习|微能力点?|能力点)?(?:学习|选学)?范围(?:定为|定了|是|选|为|改为|改成|调整为|报|定)?"
)
_SCOPE_LOOSE = expression(
    r"范围.{0,8}(?:定为|定了|定|改为|改成|报|提交|设为|选)|(?:定|报|设|提交|上报|改).{0,6}范围"
)
_SCOPE_ORDER = expression(
    r"^(?:我们?|咱们?)?(?:来|要|想)?(?:确定|选定|定|报|上报|设定|设置|设|提交|交|改|调整)(?:一下|下)?(?:本校|学校|我们?校)?的?(?:选点|选学|学习|微?能力点?)?范围(?![里内中])"
)
_SCHOOL_CHOOSES = expression(
    r"^(?:(?:我们?|咱们?)(?:学?校|园)|本校|本园|全校)(?:都|就|要|准备|统一)?(?:选|定)"
)
_SWAP_WORD = expression(
    r"换点|换成|换为|改成|改为|换到|改到|替换|调换|换掉|改选|换(?!句|个说)|替(?=[ABCabc])|改(?=[ABCabc])"
)
_CHANGE_DENIED = expression(
    r"(?:别|先不|不想|不用|不要)(?:再)?(?:换|改)|不(?:换|改)|会怎|会不会|为什么|为啥|怎么"
)
_REPLACED_BY = expression(r"用\s*$|^用")
_DROP = expression(r"不(?:想|要|打算|愿意?)?(?:选|要|弄|做|学|整)|不(?:选|要)了|退选|去掉|删掉|取消")
_SWAP_BARE = expression(
    r"^(?:我)?(?:还)?(?:想|要|能|可以|能不能)?(?:再)?(?:换|改|调|更换|修改|重选|重新选)(?:一下|下|一?个|掉)?(?:我的?|选的)?(?:微能力)?(?:能力点|微能力点?|点|选点)(?:行吗|可以吗|吗|呢|吧|了)?$|^换点$|^我?(?:想|要)?重新选点?$|^选错(?:点|能力点)?了"
)
_ASKED_FIRST = expression(
    r"^(?:我)?(?:能|可以|能不能|可不可以|可否|是不是可以|应该|该)(?:选|报)|(?:能|可以)选(?:吗|不)|选不选|选.{0,12}(?:还是|或者?)|哪个|哪几个"
)
_SIMPLY = expression(r"那?(?:我|咱)?就(?:要|选|定|这三个)?")
_ABOUT_SCOPE = expression(r"范围(?![里内中])")
_SUPPOSED = expression(r"会不会|是否|会怎|如果|要是|假如")
_APPROVAL = expression(
    r"(?:行|可以|中|成|好|合规|合格|对|够|没问题|能过)(?:不|吗|么|不行|不中|不可以|没)*(?:老师|主任)?[?]?$|[?]$"
)
_POINT_QUESTION = expression(r"怎么样|好不好|好吗|好弄|难不难|难吗|简单吗|好做|合适吗")
_CHANGE_ASKED = expression(
    r"^(?:[ABCabc]).{0,8}(?:能|可以|可不可以|能不能)(?:换|改)|还能(?:换|改)|换.{0,12}(?:有啥|有什么|怎么样|哪个|好不好|区别)"
)


def read_scope(line: Line) -> Understood | None:
    text, codes = line.plain, line.codes.codes
    match = _SCOPE.match(text)
    if (
        codes
        and match
        and re.search(r"别|不要|先不|不能|不许|不用|暂不|去掉|删", text[: line.codes.spans[0][0]])
    ):
        return ask("本校范围 <编码…>", "微能力清单 本校", codes=codes)
    if codes and (
        match or _SCOPE_ORDER.match(text) or (_SCOPE_LOOSE.search(text) and _OUR_SCHOOL.search(text))
    ):
        if is_question(text) and not re.search(r"(?:行|可以|合规)(?:吗|不)?[?]?$", text):
            return order(Command.POINT_LIST, filter="本校")
        return order(Command.SCOPE, codes=codes)
    if codes and _SCHOOL_CHOOSES.match(text):
        return ask("本校范围 " + " ".join(codes), codes=codes)
    return None


def read_swap(line: Line) -> Understood | None:
    """换点: the old point first, whatever the order said."""
    text, codes = line.plain, line.codes.codes
    if not codes:
        return order(Command.SWAP) if _SWAP_BARE.match(text) else None
    swap = _SWAP_WORD.search(text)
    if swap is None and not _DROP.search(text):
        return None
    if _CHANGE_ASKED.search(text) or _CHANGE_DENIED.search(text):
        return ask(*_swaps(codes), *(f"微能力 {code}" for code in codes), codes=codes)
    if len(codes) == 1:
        return _half_swap(line, swap)
    return _whole_swap(line, swap)


def _whole_swap(line: Line, swap: re.Match[str] | None) -> Understood:
    text, codes = line.plain, line.codes.codes
    spelled = text.startswith("换点")
    if len(codes) > 2 and not spelled:
        return ask("选点 " + " ".join(codes[:3]), codes=codes)
    first, last = line.codes.spans[0], line.codes.spans[-1]
    between = text[first[1] : last[0]]
    if re.search(r"和|跟|、", between) and not _SWAP_WORD.search(between) and not spelled:
        return ask(*_swaps(codes), codes=codes)  # 'A5和B2都不要了'
    dropped_last = (
        _DROP.search(text, last[1]) and not _DROP.search(between) and (swap is None or "要" in between)
    )
    if (swap and _REPLACED_BY.search(text[: first[0]])) or dropped_last:
        codes = codes[::-1]  # '用B9换A6', '要B9不要A6'
    return order(Command.SWAP, codes=codes)


def _half_swap(line: Line, swap: re.Match[str] | None) -> Understood:
    """One code: the one to give up can be acted on (換什么 is asked next); a new one alone cannot."""
    text, codes = line.plain, line.codes.codes
    at = line.codes.spans[0][0]
    if (
        swap
        and swap.start() < at
        and swap.group() in ("换成", "改成", "换为", "改为", "换到", "改到", "改选")
    ):
        return ask(f"换点 <旧> {codes[0]}", f"微能力 {codes[0]}", codes=codes)
    if is_question(text) and not re.search(r"(?:行|可以|成)(?:吗|不)[?]?$|能不能|我能|可以", text):
        return ask(f"换点 {codes[0]} <新>", f"微能力 {codes[0]}", codes=codes)
    return order(Command.SWAP, codes=codes)


def read_choice(line: Line) -> Understood | None:
    text, codes = line.plain, line.codes.codes
    if codes and _FOR_OTHERS.search(text):
        return ask("选点 " + " ".join(codes[:3]), codes=codes)
    if not codes or not _chooses(line) or not _is_plain(text, single=len(codes) == 1):
        return None
    if _ABOUT_SCOPE.search(text):
        # What a school offers must never change what somebody has chosen.
        return ask("本校范围 " + " ".join(codes), codes=codes)
    return order(Command.CHOOSE, codes=codes)


def _chooses(line: Line) -> bool:
    text, at = line.plain, line.codes.spans[0][0]
    opening = _CHOOSE.match(text)
    simply = len(line.codes.codes) == 3 and _SIMPLY.fullmatch(text[:at].strip()) is not None
    return (
        simply or (opening is not None and opening.end() >= at - 6) or _CHOOSE_LAST.search(text) is not None
    )


def _is_plain(text: str, *, single: bool) -> bool:
    """Not told of the past, supposed, or asked about; 行不行 at the end only asks for approval."""
    if _ALREADY.search(text) or _DROP.search(text) or _ASKED_FIRST.search(text) or _SUPPOSED.search(text):
        return False
    if not is_question(text):
        return True
    if single and (_POINT_QUESTION.search(text) or not text.startswith("我")):
        return False
    return _APPROVAL.search(text) is not None


def _swaps(codes: tuple[str, ...]) -> tuple[str, ...]:
    return (f"换点 {codes[0]} {codes[1]}",) if len(codes) == 2 else ()
