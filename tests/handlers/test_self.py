"""我是谁, 我的数据, 帮助, 截止时间: what one can ask about oneself and the bot."""

import pytest
from sqlalchemy import select

from messages.commands import Command
from messages.incoming import Kind
from messages.understanding.exact import GREETED, HUMAN
from storage.tables import account, person

TEACHER, LEADER, ADMIN, PRINCIPAL, OFFICE, OVERSEER = 1, 2, 3, 4, 5, 6
SOURCE = "信息来自学校上报的名册，有误请找本校学校管理员，或联系市教育局提升工程项目办。"


def test_a_teacher_is_told_whom_the_bot_sees(county):
    assert county.ask(TEACHER, Command.WHO_AM_I) == (
        "你是甲老师，示例县第一小学。\n"
        "教研组：语文组；学科：语文；学段：小学；状态：在册。\n"
        "教师：看自己的数据\n"
        f"绑定的账号：企业微信。\n{SOURCE}"
    )


def test_roles_are_shown_with_what_they_cover(county):
    roles = {who: county.ask(who, Command.WHO_AM_I).splitlines()[3] for who in range(LEADER, OVERSEER + 1)}

    assert roles == {
        LEADER: "教研组长：语文组",
        ADMIN: "学校管理员：示例县第一小学",
        PRINCIPAL: "校长：示例县第一小学",
        OFFICE: "项目办：全县",
        OVERSEER: "领导小组（只看不改）：全县",
    }


def test_a_stranger_is_told_the_id_that_an_administrator_needs(county):
    assert county.ask("stranger", Command.WHO_AM_I) == (
        "还不知道你是哪位老师，请先绑定：私聊我，发“绑定 姓名 绑定码”。\n"
        "绑定码向本校学校管理员或项目办要，有效 7 天，只能用一次。\n"
        "你的企业微信账号：stranger"
    )


def test_both_platforms_are_named_once_each(county):
    for platform, name in (("dingtalk", "d1"), ("wecom", "second")):
        county.connection.execute(
            account.insert().values(
                platform=platform,
                folded=name,
                verbatim=name,
                person_id=TEACHER,
                source="code",
                bound_at=county.real_ms,
            )
        )

    assert "绑定的账号：企业微信、钉钉。" in county.ask(TEACHER, Command.WHO_AM_I).splitlines()


def test_everything_on_file_is_listed_and_masked(county):
    county.ask(TEACHER, Command.CHOOSE, codes=("A5", "B2", "B9"))
    county.has_online(TEACHER, 1850)
    county.certify(TEACHER, "B2")

    assert county.ask(TEACHER, Command.MY_DATA) == (
        "这是关于你的全部存档；手机号、账号只显示一部分。\n"
        "名册（学校上报）\n"
        "姓名：甲老师；学校：示例县第一小学；教研组：语文组\n"
        "学科：语文；学段：小学；状态：在册\n"
        "人员编号：T0001；手机号：尾号 5678\n"
        "学习账号：s…1\n"
        "聊天账号\n"
        "企业微信 U…1（5月20日名册登记）\n"
        "学时（线上来自学习平台，实践来自认证或学校台账）\n"
        "线上：1 份数据，最新一份 5月20日（周一），18.5 学时\n"
        "实践：8 学时\n"
        "微能力点（你的选择和审核结果）\n"
        "A5 技术支持的课堂导入：5月21日选\n"
        "B2 微课程设计与制作：5月21日选\n"
        "B9 自评与互评活动的组织：5月21日选\n"
        "B2 微课程设计与制作：5月20日认证\n"
        "交来的（各件的内容发“我的材料”“申诉”看）\n"
        "还没有\n"
        "往来\n"
        "你发来的消息 0 条，给你的提醒 0 条，操作记录 1 条\n"
        "你发来的原话保存 60 天，给你的提醒保存 400 天，操作记录保存 1100 天；名册、学时、材料一直保存\n"
        "要更正：名册找本校学校管理员，其他联系市教育局提升工程项目办。\n"
        "数据截至 5月21日（周二）\n"
        "手机号只存加密值和末四位，不存原号码。"
    )


def test_what_was_handed_in_and_decided_is_counted(county):
    county.ask(TEACHER, Command.CHOOSE, codes=("A5", "B2", "B9"))
    for number in (1, 2):
        county.ask(TEACHER, Command.SUBMIT, codes=("A5",), links=(f"https://files.example.com/{number}",))
    county.ask(TEACHER, Command.APPEAL, text="线上学时少了两个")
    county.ask(LEADER, Command.SEND_BACK, numbers=(1,), reason="缺学生体会", typed="退回 编号1 缺学生体会")

    assert "材料 1 份，共 2 版\n申诉 1 件\n往来" in county.ask(TEACHER, Command.MY_DATA)
    assert "你对别人的材料作的审核 1 次\n往来" in county.ask(LEADER, Command.MY_DATA)


def test_identity_numbers_are_never_shown(county):
    county.connection.execute(
        person.update()
        .where(person.c.id == TEACHER)
        .values(staff_no="hmac:0f" + "a" * 62, staff_no_tail="123X", study_account="hmac:1e" + "b" * 62)
    )

    said = county.ask(TEACHER, Command.MY_DATA)

    assert "人员编号：尾号 123X；手机号：尾号 5678" in said.splitlines()
    assert "学习账号：已登记（加密保存）" in said.splitlines()
    assert "hmac" not in said


def test_empty_fields_are_said_to_be_empty(county):
    said = county.ask(OFFICE, Command.MY_DATA).splitlines()

    assert "学科：未登记；学段：未登记；状态：在册" in said
    assert "人员编号：T0005；手机号：没有" in said
    assert "角色：项目办，全县" in said
    assert "线上：还没有数据" in said
    assert "还没有选点" in said


def test_help_lists_what_this_person_may_do_here(county):
    assert county.ask(ADMIN, Command.HELP) == (
        "学校管理员、校长\n"
        "待审：等我审的材料\n"
        "通过 12 优秀 导入新颖：定为合格或优秀，可以一次几份，后面可写评语\n"
        "退回 12 缺学生体会：请作者改，写明原因\n"
        "本校进度：本校合格率、完成度、名额、待审、备案\n"
        "本校名单 未选点：谁没达标，可接“没账号”“未选点”“未交”“退回”“待审”“学时”“未达标”\n"
        "落后名单：下一步该由本人做的人，按步骤分\n"
        "提醒 落后：私下提醒落后的人，也可接“没选点”“没交”“退回”或姓名\n"
        "申诉列表：等答复的和最近答复的申诉\n"
        "答复 12 已核对，数据没有错：答复一件申诉\n"
        "本校范围 A1 A5 B2 B9：交本校的微能力点范围，不写编码就是查看\n"
        "备案 发展规划 链接：交备案材料，一共四份\n"
        "备案情况：备案办到哪一步\n"
        "本校任务：第一阶段要办的事，办了哪些\n"
        "打勾 协议：协议、缴费、教师会、参训名单、账号办好了打勾\n"
        "取消打勾 协议：打错了取消\n"
        "总结 链接：交本校总结\n"
        "绑定码 王小明：给老师发绑定码\n"
        "我的学习\n"
        "还差什么：还差哪些，下一步做什么\n"
        "我的学时：线上、实践各有多少\n"
        "我的微能力：选了哪些点，认证了哪些\n"
        "为什么：我的数字是怎么算出来的\n"
        "别提醒我：先不收截止前的提醒，过一阵自动恢复\n"
        "恢复提醒：重新收截止前的提醒\n"
        "我的数据：存了我的哪些信息\n"
        "我的主页：在网页上看我的进度、材料和每个数字的来历；审材料也在这里\n"
        "推荐选点：给我配好三组，回复编号就选定\n"
        "选点 A1 A5 B2：选定三个微能力点\n"
        "换点 A5 A6：换一个点，先旧后新\n"
        "微能力 A5：一个点要交什么材料\n"
        "微能力清单 本校：有哪些点可以选，也可接“维度”“环境”\n"
        "提交 A5 链接：交一个点的材料，再交一次就是新的一版\n"
        "我的材料：交过什么，审到哪了，退回的原因\n"
        "撤回 12：收回还没审的材料\n"
        "查看 12：看一份材料的链接和经过\n"
        "案例 微能力作品 链接：交案例：整校推进、学科研修、微能力作品\n"
        "同意 12：同意把我的作品报为案例\n"
        "不同意 12：不同意，或者改主意\n"
        "研修主题：本组的研修主题，组长在后面写内容就定下来\n"
        "本校排名：本校排第几，怎样到前一名\n"
        "排名 5月20日：实时的排名；写日期就看那天发过的\n"
        "申诉 线上学时少了 3 学时：数字或审核结果不对时提，不写内容就是看进展\n"
        "常用\n"
        "截止时间：现在第几阶段，离截止还有几天\n"
        "我是谁：姓名、学校、角色、绑定的账号\n"
        "更多：看长回答的后半部分\n"
        "取消：放弃等待中的操作\n"
        "帮助：看这张表\n"
        "也可以照平常说话的样子问，例如“我线上还差几个学时”。"
    )
    assert "本校范围" not in county.ask(TEACHER, Command.HELP)


def test_strangers_are_helped_to_bind(county):
    assert county.ask("stranger", Command.HELP) == (
        "常用\n"
        "截止时间：现在第几阶段，离截止还有几天\n"
        "我是谁：姓名、学校、角色、绑定的账号\n"
        "绑定 王小明 7K3M9QXD：用绑定码绑定身份\n"
        "更多：看长回答的后半部分\n"
        "取消：放弃等待中的操作\n"
        "帮助：看这张表\n"
        "绑定以后可以查学时、选微能力点。绑定码向本校学校管理员或项目办要。"
    )


def test_in_a_group_help_leaves_out_what_is_for_private_rooms(county):
    assert county.ask(TEACHER, Command.HELP, group=True) == (
        "我的学习\n"
        "微能力 A5：一个点要交什么材料\n"
        "微能力清单 本校：有哪些点可以选，也可接“维度”“环境”\n"
        "研修主题：本组的研修主题，组长在后面写内容就定下来\n"
        "本校排名：本校排第几，怎样到前一名\n"
        "排名 5月20日：实时的排名；写日期就看那天发过的\n"
        "常用\n"
        "截止时间：现在第几阶段，离截止还有几天\n"
        "更多：看长回答的后半部分\n"
        "取消：放弃等待中的操作\n"
        "帮助：看这张表\n"
        "个人学时、选点等请私聊：点我的头像发起私聊，发“帮助”。"
    )


def test_anybody_may_ask_for_the_dates(county):
    assert county.ask("stranger", Command.DEADLINES) == county.ask(TEACHER, Command.DEADLINES, group=True)
    assert county.ask("stranger", Command.DEADLINES).startswith("现在是第 2 阶段“组织实施”")


def test_everything_that_is_not_text_is_answered(county):
    for kind in Kind:
        if kind is not Kind.TEXT:
            assert county.ask(TEACHER, kind=kind)


def test_asking_changes_nothing_on_file(county):
    before = county.connection.execute(select(person)).all()

    for command in (Command.MY_HOURS, Command.WHY, Command.MY_DATA, Command.HELP, Command.POINT_LIST):
        county.ask(TEACHER, command)

    assert county.connection.execute(select(person)).all() == before


def test_a_greeting_gets_the_first_lines_and_the_way_to_the_rest(county):
    assert county.ask(TEACHER, Command.HELP, filter=GREETED) == (
        "在，可以这样问我：\n"
        "还差什么：还差哪些，下一步做什么\n"
        "我的学时：线上、实践各有多少\n"
        "我的微能力：选了哪些点，认证了哪些\n"
        "为什么：我的数字是怎么算出来的\n"
        "发“帮助”看全部。"
    )
    assert county.ask("stranger", Command.HELP, filter=GREETED).endswith(
        "绑定码向本校学校管理员或项目办要；发“帮助”看全部。"
    )


@pytest.mark.parametrize(
    ("topic", "opens", "says"),
    [
        ("要求", "每一项都要达到，互相不能抵：线上 25 学时，实践 25 学时，合计 50 学时，认证 3 个", "线上多学的不能抵实践。"),
        ("优秀", "一所学校的优秀最多占 60%：在册人数 × 3 个应认证的点", "定为合格也算认证"),
        ("谁要学", "名册上在册的人都要完成，校长、园长也一样；暂缓（如产假、病假）、免训", "更正名册"),
        ("账号", "学习平台的账号、密码和网址不在我这里", "问本校学校管理员"),
        ("链接", "分享时选“永久有效”", "一份最多 5 个链接"),
        ("材料", "每个点要交的不一样：发“微能力 A5”", "我只收链接"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("group", [False, True])
def test_a_question_about_the_rules_is_answered_and_not_with_a_menu(county, topic, opens, says, group):
    said = county.ask(TEACHER, Command.HELP, filter=topic, group=group)

    assert said.startswith(opens)
    assert says in said


def test_whoever_wants_a_person_reads_whom_to_ask(county):
    office = county.plan.office
    asked = f"我是机器人。要找人，先问本校学校管理员或教研组长，再问{office}。"

    assert county.ask(TEACHER, Command.HELP, filter=HUMAN) == (
        f"{asked}\n数字或审核结果不对，私聊我发“申诉 内容”，会有人看，答复也在这里。"
    )
    assert county.ask("stranger", Command.HELP, filter=HUMAN) == asked
