"""Answers to what everybody asks about the rules, from the plan: what is required, who has to, what to hand in and how."""

from bot.policy.plan import Plan
from messages.outgoing import Answer, answer, quote
from messages.texts.wording import hours, practice_rule


def requirement(plan: Plan) -> Answer:
    wanted = plan.requirement
    return answer(
        f"每一项都要达到，互相不能抵：线上 {hours(wanted.online)}，实践 {hours(wanted.practice)}，合计 {hours(wanted.together)}，"
        f"认证 {wanted.points} 个微能力点，覆盖至少 {wanted.dimensions} 个维度。",
        f"线上多学的不能抵实践。{practice_rule(plan)}。",
        "下一步：发“为什么”看你的每一项。",
        quote(f"依据：{plan.document}"),
    )


def excellent(plan: Plan) -> Answer:
    return answer(
        f"一所学校的优秀最多占 {plan.excellent_percent}%：在册人数 × {plan.requirement.points} 个应认证的点，乘 {plan.excellent_percent}%，只取整数。",
        "优秀由审核的人定，不用申请；定为合格也算认证，学时一样。",
        "下一步：发“我的材料”看审到哪了；对结果有异议，发“申诉 内容”。",
    )


def who_has_to(plan: Plan) -> Answer:
    return answer(
        "名册上在册的人都要完成，校长、园长也一样；暂缓（如产假、病假）、免训、调出、退休的不计入。",
        f"状态或学校变了，下一步：请本校学校管理员报{plan.office}更正名册。发“我是谁”看现在登记的。",
    )


def study_account(plan: Plan) -> Answer:
    return answer(
        "学习平台的账号、密码和网址不在我这里，下一步：问本校学校管理员，再问"
        f"{plan.office}；忘了密码，在学习平台的登录页找回。",
    )


def link(plan: Plan) -> Answer:
    return answer(
        "分享时选“永久有效”“任何人可查看”，把链接和提取码一起发来，例如“提交 A5 链接 提取码：8k2d”。",
        f"一份最多 {plan.review.links} 个链接。别人打不开，就重新分享，再交一次就是新的一版。",
    )


def material(plan: Plan) -> Answer:
    return answer(
        "每个点要交的不一样：发“微能力 A5”看那个点要哪几件，要不要视频。",
        f"我只收链接：文件和视频先放到网盘或在线文档，再发“提交 A5 链接”，一份最多 {plan.review.links} 个。",
        quote(f"视频多长、交几份，以{plan.office}和教研组长的要求为准。"),
    )
