"""The columns of each kind of file, with the headers that real exports and offices give them."""

from dataclasses import dataclass

from bot.imports.kinds import Kind


@dataclass(frozen=True, slots=True)
class Field:
    """A column that is looked for; the first title is the canonical one."""

    key: str
    titles: tuple[str, ...]
    required: bool = False

    @property
    def title(self) -> str:
        return self.titles[0]


def _field(key: str, titles: str, *, required: bool = False) -> Field:
    return Field(key, tuple(titles.split()), required)


_NAME = _field("name", "姓名 学员姓名 真实姓名 教师姓名 老师姓名 参训教师 教师 学员 名字", required=True)
_STAFF_NO_TITLES = (
    "人员编号 编号 教师编号 职工编号 职工号 工号 教工号 人员编码 教师编码 教师ID 全国教师管理信息系统编号 "
    "教师管理系统编号 身份证号 身份证号码 身份证 证件号码 证件号 居民身份证号"
)
_STAFF_NO = _field(
    "staff_no", _STAFF_NO_TITLES + " 身份证号(手机号) 身份证号/手机号 身份证(手机号) 证件号(手机号)"
)
_STUDY_ACCOUNT = _field(
    "study_account",
    "学习账号 学习帐号 账号 帐号 登录账号 登录帐号 登录名 用户名 用户账号 学员编号 学员账号 学员号 平台账号 平台帐号",
)
_MOBILE = _field("mobile", "手机号 手机号码 手机 移动电话 联系手机 联系电话 联系方式 电话 电话号码")
_SCHOOL = _field(
    "school",
    "学校 学校名称 工作单位 所在单位 单位名称 单位 任教学校 所在学校 所属学校 所属单位 学校(单位) 单位(学校)",
)
_COURSE = _field("course", "课程名称 课程名 课程 课程标题 选课名称")
_AS_OF = _field("as_of", "统计时间 统计日期 数据截至 截至日期 截至时间 截至 导出时间 导出日期 数据日期")

FIELDS: dict[Kind, tuple[Field, ...]] = {
    Kind.SCHOOLS: (
        _field("name", "学校名称 学校 单位名称 单位 名称 学校全称 单位全称", required=True),
        _field("code", "学校编码 学校代码 单位编码 单位代码 学校标识码 机构代码 编码"),
        _field("kind", "学段 学校类型 学校类别 办学类型 单位类型 类型 类别", required=True),
        _field("parent", "上级单位 主管单位 所属中心校 上级学校 隶属单位"),
        _field("short_name", "简称 学校简称 单位简称"),
        _field("ranked", "参与排名 是否参与排名 是否排名 参加排名"),
    ),
    Kind.ROSTER: (
        _NAME,
        Field("staff_no", _STAFF_NO.titles, required=True),
        Field("school", _SCHOOL.titles, required=True),
        _field("group", "教研组 所在教研组 所属教研组 学科组 教研组名称"),
        _field("stage", "学段 任教学段"),
        _field("subject", "学科 任教学科 任教科目 科目"),
        _field(
            "role",
            "职务/角色 职务 角色 职务角色 职务或角色 职务(角色) 角色(职务) 角色/职务 职务\\角色 职务、角色",
        ),
        _MOBILE,
        _field("wecom", "企业微信账号 企业微信帐号 企业微信ID 企业微信 企微账号 企业微信userid"),
        _field("dingtalk", "钉钉账号 钉钉帐号 钉钉ID 钉钉 钉钉userid"),
        _STUDY_ACCOUNT,
        _field("state", "状态 人员状态 在岗状态 在职状态"),
    ),
    Kind.ONLINE_HOURS: (
        _NAME,
        _STAFF_NO,
        _STUDY_ACCOUNT,
        _MOBILE,
        _SCHOOL,
        _field(
            "hours",
            "获得学时 线上学时 在线学时 已获学时 已获得学时 网络研修学时 网络学时 已修学时 已完成学时 完成学时 认定学时 "
            "已认定学时 取得学时 已得学时 实得学时 获得总学时 线上获得学时 线上已获学时 获得线上学时 远程培训学时 远程学时 "
            "在线学习学时 线上学习学时 线上研修学时 线上培训学时 网络学习学时 网络培训学时 已学学时",
            required=True,
        ),
        _field("verdict", "是否合格 考核结果 培训情况 结业状态 合格情况 考核情况 培训结果"),
        _COURSE,
        _AS_OF,
    ),
    Kind.PRACTICE_HOURS: (
        _NAME,
        _STAFF_NO,
        _STUDY_ACCOUNT,
        _MOBILE,
        _SCHOOL,
        _field("point", "微能力点 微能力 能力点 微能力点编码 能力点编码"),
        _field(
            "hours",
            "学时 实践学时 线下学时 校本学时 实践应用学时 校本研修学时 认定学时 获得学时",
            required=True,
        ),
        _field("basis", "依据 认定依据 事由 说明 备注 活动名称"),
    ),
}
