"""What leaders, schools and the project office ask about their people and papers; the role decides where words do not."""

from messages.commands import Arguments, Command, Understood
from messages.understanding.expression import expression
from messages.understanding.phrasings import list_filter

C = Command

_WE = r"(?:[咱俺我]们?)"
_GROUP = rf"(?:(?:语文|数学|英语|外语|物理|化学|生物|政治|道法|历史|地理|音乐|体育|美术|科学|信息(?:技术)?|综合|[文理]综|[文理]科|学科|幼教|[大中小]班|艺术|年级|备课|教研)组|{_WE}(?:这个?|带的?|小|的)*组|组[里内员]|本组|小组)"
_SCHOOL = rf"(?:{_WE}(?:这个?|的)?(?:学?校|园|单位|中学|小学|高中|初中|中心校?)|本[校园]|全[校园]|学校(?!名单)|园里|校里|单位里|小学|中学|幼儿园|职教中心|高中|特教学校|中心校|进修学校)"
_COUNTY = r"(?:整个(?!学校|[组园校]|年级|班|单位|工程)[\u4e00-\u9fff]{2,3}|全[市县区]|[\u4e00-\u9fff]{2}[市县区](?=整体|总体|现在|目前|的?进度|的?完成|总|一共|到)|各个?(?:学?校|园|单位)|所有(?:的)?学校|^总的|^(?:总体|整体)|[市县]里|[市县]内)"
_EVERYBODY = r"(?:大家|老师们|所有(?:的)?(?:人|老师)|全员|全体(?:老师|教师)?|他们|人都|手下)"
_PROGRESS = r"(?:进度|进展|完成(?!名单|不)|[整弄干做搞忙](?:到|得|的|完)|到(?:哪|啥|什么)|程度|(?:多少|几个?|几位)(?:个)?(?:人|老师)|咋样|怎么样|怎样|啥样|如何|达标|合格率|合格(?:的|了)|完成率|选完?点了|多少了|百分之|(?:总体|整体|大致)情况)"
# Has an answer of its own, whatever the unit.
_OTHER = r"^(?!.*(?:哪些学校|哪些校|哪几[所家个]|几所|几家|哪所|哪家|学校范围|备案|方案|规划|一划两案|总结|简报|公告|通知|案例|申诉|排名|名次|第几|优秀|范围|验收|截止|学时|导出|名单|怎么[算弄交选]|咋[算弄交选]|如何[算弄交选]|[没未不](?:有)?(?:选|交|完|合格|达标|弄|整|过|动)|退回|打回|活动|推荐|合适|为什么|为啥|让选|提醒))"
_WHO = r"(?:谁|哪些|哪几|哪个|哪位|几个|多少|名单|列|老师|人员|人都|都有|看看|看一?下)"
_LACKING = r"(?:[没未不](?:有)?(?:选点?|交|提交|完成|整完|弄完|达标|合格|过)|退回(?:没改|未改)?|打回)"
_SCHOOLS = r"(?:家|所|学校|单位|园|哪些校|哪几个校)"
_PAPERS = r"(?:备案|方案|规划|一划两案|四个材料)"

# "unit": by role; "list": people, by role.
_ROWS: tuple[tuple[str, Command | str, str], ...] = (
    # the office's papers and machine
    (rf"(?:哪些|哪几|几|多少|还有|谁).{{0,4}}{_SCHOOLS}.{{0,8}}(?:{_PAPERS}.{{0,6}}[没未不]|[没未差缺](?:有)?.{{0,3}}{_PAPERS}|[没未](?:有)?(?:报|交|备)(?:全|齐|上)?$)|(?:[没未差缺]|不全|不齐).{{0,4}}{_PAPERS}.{{0,6}}{_SCHOOLS}|{_PAPERS}.{{0,4}}(?:还)?(?:[没未]|差|缺|不)(?:交|报|备|齐|全|完)?.{{0,6}}{_SCHOOLS}|谁.{{0,4}}{_PAPERS}.{{0,4}}[没未]", C.UNFILED, ""),
    (rf"^(?!.*(?:哪些|几家|几所|多少家|哪家|哪所|怎么写|咋写|公告|截止|几号|啥时|什么时候|最晚)).*{_PAPERS}.{{0,10}}(?:齐|备上|备好|交全|报全|审|批|过了|过没|到哪|怎么样|咋样|缺|差|情况|报了|收到|没过|走到)", C.FILINGS, ""),
    (r"堵(?:了|没|着|不|住)|(?:消息|机器人|系统|队列).{0,6}(?:卡住|卡了|卡没|卡不|积压|排队|堵)|队列|(?:待发|排队|积压|没发出去)的?.{0,4}(?:消息|几条|多少)|消息.{0,8}(?:待发|排队|没发出去|积压)|(?:系统|机器人|服务器?|程序|后台).{0,4}(?:运行|正常|还好|活着|在线|稳定).{0,4}(?:咋样|怎么样|吗|不|没|如何)?$", C.STATUS, ""),
    (r"^(?!.*(?:总结|啥时|什么时候|几号)).*验收.{0,6}(?:进行|到哪|准备|怎么样|咋样|情况|结果|进度|通过)", C.ACCEPTANCE, ""),
    (r"^(?!.*我没).*(?:公告|通知|消息).{0,12}(?:没收到|未读|没看|看到|看过|已读|发到|送到|收到|送达|发成功|发失败).{0,6}(?:吗|没|几|多少|谁|哪|不)$|(?:多少|几个?|谁|哪些)(?:个)?(?:人|群|学校|老师)?.{0,6}(?:没收到|没看|看到|看过|已读|收到)(?:公告|通知|消息)?(?:了)?$|(?:公告|通知).{0,6}(?:几|多少|谁|哪些).{0,6}(?:没收到|看|收|读)", C.DELIVERY, ""),
    # the reviewer's queue
    (r"待审(?:核)?的?第?[一二三四五六七八九十\d]+页|等着?我?(?:来|去)?(?:审|批)的?$|等着?我(?:来|去)?(?:审|批)的.{0,4}(?:列|看|发|给|有|是|打开|几|多少)|等着?我(?:来|去)?看的?|(?:几|多少)[份个条].{0,4}(?:没|待|未|要|该)(?:审|批)|(?:压|积|攒)(?:了|着)?.{0,6}(?:没|未|待)?(?:审|批)|我(?:手里|这里?|这边|手上).{0,8}(?:没|未|待|要|该)(?:审|批)", C.QUEUE, ""),
    # lists of people
    (rf"{_SCHOOL}.{{0,6}}待审.{{0,8}}(?:谁|哪些|老师|人|名单)", C.SCHOOL_LIST, "待审"),
    (rf"^(?!.*(?:我的|我被|[我本咱全][们]?[校园]|学校|园里|公告|通知|{_PAPERS}|材料怎么|申诉|提醒|学时|点没)).{{0,8}}(?:被)?{_LACKING}(?:材料|作业)?(?:的|了的)(?:都)?.{{0,6}}{_WHO}|^(?!.*(?:我|{_PAPERS}|学校没|看)).{{0,4}}{_WHO}.{{0,6}}被?(?:退回|打回)|^(?!.*我).{{0,6}}(?:谁|哪些(?:人|老师)|哪几个|哪个).{{0,6}}被(?:退|打回)", "list", ""),
    (r"^(?!.*(?:学校|单位|[校园所])).*(?:进度|进展|动作)(?:慢|落后|靠后|差)|^(?!.*(?:学校|单位|[校园所])).*(?:慢|落后|靠后|没动静|没动|拖拉|拖)的?(?:都|是|有|老师|人)*(?:谁|哪|几个)|(?:谁|哪些人|哪几个|哪些老师).{0,6}(?:没动静|慢|落后|拖|没动|一个(?:点)?(?:都)?没)", "list", ""),
    # progress of units, the largest first
    (rf"{_OTHER}.*{_COUNTY}.{{0,12}}{_PROGRESS}", C.COUNTY_PROGRESS, ""),
    (rf"{_OTHER}.*{_GROUP}.{{0,12}}{_PROGRESS}", C.GROUP_PROGRESS, ""),
    (rf"{_OTHER}.*{_SCHOOL}.{{0,12}}{_PROGRESS}", C.SCHOOL_PROGRESS, ""),
    (rf"{_OTHER}.{{0,6}}{_EVERYBODY}.{{0,10}}{_PROGRESS}|^(?:现在|目前|一共|总共|有)*(?:多少|几个)(?:个)?(?:人|老师)(?:完成|达标|合格|整完|弄完|选点|选完|过)了?$", "unit", ""),
)  # fmt: skip
_TABLE = tuple((expression(pattern), command, value) for pattern, command, value in _ROWS)


def read_unit_question(text: str, roles: frozenset[str]) -> Understood | None:
    """`text` is comparable, without blanks, links and politeness."""
    for pattern, command, value in _TABLE:
        if pattern.search(text):
            return _meant(command, value, text, roles)
    return None


def _meant(command: Command | str, value: str, text: str, roles: frozenset[str]) -> Understood:
    if command == "unit":
        meant = progress_of(roles)
    elif command == "list":
        wanted = list_filter(text) or "未达标"
        of_school = "leader" not in roles and ("school" in roles or wanted == "退回")
        meant, value = (C.SCHOOL_LIST, wanted) if of_school else (C.BEHIND, "")
    else:
        meant = Command(command)
    return Understood(command=meant, arguments=Arguments(filter=value))


def progress_of(roles: frozenset[str]) -> Command:
    """Of whatever the person is responsible for; who has no such duty means the nearest colleagues."""
    if "office" in roles:
        return C.COUNTY_PROGRESS
    return C.SCHOOL_PROGRESS if "school" in roles and "leader" not in roles else C.GROUP_PROGRESS
