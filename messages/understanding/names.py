"""A person's name inside a sentence, found by its surname."""

import re

_COMPOUND = "欧阳|司马|上官|诸葛|司徒|夏侯|皇甫|尉迟|公孙|慕容|令狐|端木|东方|独孤|南宫|长孙|宇文|轩辕|呼延|闻人|东郭|西门|百里|申屠|太史|拓跋|完颜|赫连|纳兰|叶赫那拉|爱新觉罗"
_SINGLE = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱丘骆高夏蔡田樊胡凌霍虞万支柯管卢莫"
    "房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢裴陆荣翁荀甄曲家封储靳段富巫焦牧山谷车侯宓蓬全班仰秋仲伊宫宁仇栾甘厉戎祖武符刘景詹束龙叶幸司黎薄印宿白怀蒲丛鄂索赖卓蔺屠蒙池乔阴胥闻党翟谭贡姬申扶冉宰郦桑桂牛寿通边燕冀尚农温别庄晏柴瞿阎充慕连茹习艾容向古易慎戈廖终居衡步都耿满匡国文寇广阙东欧沃利越隆师巩聂勾敖冷辛那简饶曾关红游盖益桓公肖涂岳帅亢况付闫仝佟"
)
# Words that open with a character that is a surname too.
_WORDS = r"(?!时候|时间|学校|方案|应该|单位|全部|全校|全园|都|那个|那|通过|成功|安排|明天|明白|家里|向|关于|公告|从|于是|和|乐|左|连|别|终|边|管理|班|国|红|万|干|强|高中|高级|文件|水|花|常|利|古|越|越来|师|支|解|包|包括|管|计|元|平|平台|车|单|能|司机|山|容|项目|任务|申请|申诉|东西|都有|解绑|支持)"
_BEFORE = r"(?:(?<=给)|(?<=帮)|(?<=替)|(?<=为)|(?<=让)|(?<=把)|(?<=要)|(?<=发)|(?<=查)|(?<=的)|(?<=师)|(?<=下)|(?<=个)|(?<=叫)|(?<=是)|(?<=码)|(?<=校)|(?<=园)|(?<=组)|(?<=长)|(?<=任)|(?<=[\s,:、。!(])|^)"
_AFTER = r"(?=老师|主任|校长|园长|组长|同志|的|说|换|忘|丢|绑|要|来|弄|输|生成|再|重[新发]|开|发|补|出|整|没|收|登|进|申请|今天|刚|那|这|也|她|他|给|[,。!:、\s)]|$|一[个张下]|办|拿|把|问)"
_PERSON = re.compile(
    rf"{_BEFORE}{_WORDS}(?P<name>(?:{_COMPOUND}|[{_SINGLE}])[\u4e00-\u9fff]{{1,2}}?){_AFTER}"
)
_GIVEN_WRONG = re.compile(r"老师|主任|绑定|校长|学校|一个|一下|什么|怎么|的|了|个|吗|新来")


def person_in(text: str) -> tuple[int, int] | None:
    """Where the first name stands; `text` is in comparable form."""
    for match in _PERSON.finditer(text):
        if not _GIVEN_WRONG.search(match["name"]):
            return match.span("name")
    return None


_SOMEBODY = re.compile(
    rf"^(?:(?:请|麻烦|帮我|帮忙|给我|我想|想)*(?:查一?下|查查|查询|查|看一?下|看看|问一?下|问问))?"
    rf"{_WORDS}(?P<name>(?:{_COMPOUND}|[{_SINGLE}])[\u4e00-\u9fff]{{1,2}}?)(?:老师|校长|主任|园长|组长|同志)?"
    r"(?:的(?:线上|线下|实践)?(?:学时|课时|进度|微能力|能力点|数据)|还差|过了[吗没]|合格了?[吗没]|完成了?[吗没])"
)
# Units, groups and the asker open with characters that are surnames as well: 全县, 高中, 安全.
_NOBODY = re.compile(r"[县市校园组班级年区镇乡科中全我俺咱你他她它己家人们个点上下线学时还没有都不]")


def asks_about_somebody(text: str) -> bool:
    """王芳的学时, 查一下李静过了吗: a question about a person who is named, and not about the asker."""
    match = _SOMEBODY.match(text)
    return match is not None and not _NOBODY.search(match["name"])
