"""Lines that mean one thing as they stand: the canonical words, and the shortest ways to say them."""

from typing import Final

from messages.commands import Arguments, Command, Understood

C = Command

# Asked without a value. Words of doing stand only under their canonical form.
_WORDS: dict[Command, str] = {
    C.HELP: "帮助 说明书 ? ?? ??? help HELP Help 菜单 功能 说明 使用说明 怎么用 怎么使用 咋用 咋使 教程 指南 操作指南 使用方法 你是谁 你能干啥 你会啥 你能做什么 你会什么 都有啥功能 有啥功能 命令 指令 求助 帮忙 h H bz bangzhu",
    C.WHO_AM_I: "我是谁 我是啥身份 我的身份 我是啥角色 我是什么角色 我的角色 我绑定了吗 我绑定了没 我绑的谁 我的信息 我的权限 我有什么权限 我的账号 wss woshishui 我绑定成功了吗 我绑的是谁",
    C.MORE: "更多 还有呢 下一页 继续 往下 后面的 还有吗 展开 下页 再来 gengduo 看更多 查看更多 更多内容 显示更多 接着看 剩下的",
    C.CANCEL: "取消 取消公告 取消吧 取消一下 不弄了取消吧 算了 不弄了 不要了 退出 quxiao 取消操作 先不弄了 作罢 算了吧 算了不弄了 不发了 先不发了 别发了 取消发送 退出操作",
    C.DEADLINES: "截止时间 截止日期 截止 啥时候截止 什么时候截止 几号截止 最后期限 期限 时间安排 日程 时间表 jzsj jiezhishijian ddl DDL deadline 时间节点 截止日",
    C.MY_HOURS: "我的学时 学时 学时查询 查学时 我学时 查询学时 我多少学时 多少学时 学时多少 查课时 我的课时 课时 线上学时 线下学时 我的学分 学分 总学时 我的进度 我的 学习进度 xueshi wodexueshi wdxs xs cxs chaxueshi 我的线上 我的线下 在线学时 实践学时 学时进度 学习时长 我的学习进度 线上 线下",
    C.MY_POINTS: "我的微能力 我的点 我的能力点 我的选点 我选了啥 我选的啥 我选了什么 我选的点 我的微能力点 我的三个点 wdwnl 我选了哪几个 我选了哪些 我选的能力点 已选能力点 已选点",
    C.WHAT_IS_MISSING: "还差什么 还差啥 差啥 差什么 还缺啥 还缺什么 缺啥 缺什么 还差多少 差多少 我差啥 我还差啥 我差什么 还要干啥 还需要做什么 接下来干啥 下一步 下一步干啥 我合格了吗 我完成了吗 我完事了吗 hcsm haichashenme 差哪些 还差哪些 我缺啥 还剩啥 还有啥没弄 我达标了吗 待办 我的待办 我的任务",
    C.WHY: "为什么 为啥 为何 咋回事 怎么回事 什么原因 啥原因 凭啥 凭什么 wsm weishenme 为什么呀 为什么啊 为什么没达标",
    C.POINT_LIST: "微能力清单 微能力点清单 能力点清单 清单 微能力列表 能力点列表 所有微能力 全部微能力 30个点 三十个点 有哪些点 有哪些微能力 有哪些能力点 wnlqd 都有哪些点 都有啥点 30个微能力 微能力点 能力点 微能力有哪些 微能力点有哪些 微能力大全 微能力目录 30个微能力点 点位清单",
    C.POINT: "微能力",
    C.RECOMMEND: "推荐选点 推荐 选哪个 选哪几个 选哪些 推荐一下 给我推荐 推荐几个 选啥好 选什么好 选哪个好 选哪三个 怎么选 咋选 怎么选点 tjxd 选点推荐 推荐点 选点建议 如何选点 不知道选啥 不会选 选点指导 怎么选微能力点 怎么选能力点",
    C.CHOOSE: "选点 我要选点 我想选点 选微能力 选能力点 选择微能力点 选微能力点 开始选点",
    C.SWAP: "换点 我要换点 我想换点 更换微能力点",
    C.SUBMIT: "提交 提交材料 交材料 交作业 我要交材料 我要提交 上交材料 上传材料 交证据 提交证据 重新提交 传材料 我要交作业 交东西 我交材料 提交作业",
    C.MY_EVIDENCE: "我的材料 我的证据 我的作业 我的提交 我交的材料 审核进度 审核结果 审核情况 我的审核 wdcl wodecailiao 材料进度 我提交的材料 我的作品 收到没 收到了吗 收到没有 审了吗 审了没 审完了吗 谁审我的 谁审的我 审核状态 我的材料进度 通过了吗 通过没 通过了没 我通过了吗 材料审了吗 我的成绩 成绩",
    C.WITHDRAW: "撤回",
    C.APPEAL: "申诉 我的申诉 看看我的申诉 查我的申诉 我的申诉情况",
    C.SCHOOL_RANKING: "本校排名 我校排名 我们学校排名 学校排名 我们学校第几 我校第几 咱校第几 咱们学校第几 我们第几 bxpm benxiaopaiming 我们园第几 咱园第几 本园排名 我园排名 我园第几 我们园排名 咱校排名 咱们学校排名 排第几 第几名 我们排第几 学校第几",
    C.MY_DATA: "我的数据 我的个人信息 个人数据 wdsj 我的资料 个人信息 你存了我什么 你们存了我什么信息",
    C.MY_PAGE: "我的主页 个人主页 主页 我的页面 我的网页 wdzy 个人页面 我的链接 我的个人主页 打开主页 网页版",
    C.NO_REMINDERS: "别提醒我 别提醒我了 别再提醒我 别再提醒我了 不要提醒我 不要提醒我了 不要再提醒我 不要再提醒我了 不用提醒我 不用提醒我了 不用再提醒我了 先别提醒我 别老提醒我 别老提醒我了 别总提醒我 别总提醒我了 别再发了 别再给我发了 别给我发提醒 别给我发提醒了 不要给我发提醒 不想收提醒 不想收提醒了 我不想收提醒 别催我 别催我了 别再催我了 不要催我 不要催我了 别老催我 别老催我了 暂停提醒 关闭提醒 停止提醒 取消提醒 关掉提醒 暂停提醒我 提醒关掉 提醒关了 把提醒关掉 把提醒关了 别发提醒了 别再发提醒了 不想收到提醒 不想收到提醒了 不想再收提醒 不想再收到提醒 不想再收到提醒了 我不想收到提醒 我不想收到提醒了 我不想再收提醒了 我不想再收到提醒 我不想再收到提醒了 两周内不想收提醒 两周内别提醒我 以后别提醒我 以后别提醒我了 这两天别提醒我 最近别提醒我 别再催我 不要再催我 不要再催我了 不用催我 不用催我了 先别催我 别烦我 别烦我了 免打扰 勿扰 退订 退订提醒 btxw",
    C.REMINDERS_AGAIN: "恢复提醒 恢复提醒我 继续提醒 继续提醒我 继续提醒我吧 重新提醒我 还是提醒我吧 可以提醒我了 打开提醒 开启提醒 开提醒 再提醒我吧 接着提醒我 我要收提醒 我想收提醒 我又想收提醒了 把提醒打开 提醒打开 取消免打扰 关闭免打扰 hftx",
    C.CASE: "案例",
    C.CONSENT: "同意",
    C.DISSENT: "不同意",
    C.QUEUE: "待审 待审核 待审材料 待审列表 有待审吗 有没有待审 待审的 审核列表 审核队列 审核 审材料 我要审核 开始审核 daishen 待我审 待审核材料 有几个待审 有多少待审 待审的有哪些 该我审的 要审的 未审 未审核 没审的 审批",
    C.VIEW: "查看",
    C.APPROVE: "通过",
    C.SEND_BACK: "退回",
    C.GROUP_PROGRESS: "本组进度 我组进度 我们组进度 组里进度 组进度 教研组进度 我们组咋样了 bzjd 我们组完成多少了 组内进度 小组进度 本组情况 我们组怎么样了 我组情况 本组完成情况 组里情况 我们组情况",
    C.BEHIND: "落后名单 谁落后 谁没完成 谁没弄完 谁还没完成 谁没交 谁没交材料 谁没选点 谁还没选点 谁还没交 落后的 落后 lhmd 落后的有谁 谁落后了 哪些人落后 未完成名单 没完成的名单 谁没选 还有谁没交 还有谁没选 还有谁没完成 还有谁没整完 谁没整完",
    C.REMIND: "提醒",
    C.THEME: "研修主题",
    C.ACTIVITY: "活动",
    C.BULLETIN: "简报 交简报 提交简报 上报简报 报简报",
    C.DRAFT_BULLETIN: "生成简报 写简报 帮写简报 起草简报 简报生成 简报草稿 自动生成简报 scjb",
    C.SCHOOL_PROGRESS: "本校进度 我校进度 学校进度 我们学校进度 全校进度 咱校进度 本园进度 我园进度 bxjd 学校情况 本校情况 我校情况 我们学校完成多少了 咱校完成多少了 全校情况 我们园进度 我们学校咋样了 我们学校怎么样了 本校完成情况 我校完成情况 全校完成情况 咱们学校进度 学校完成情况",
    C.SCHOOL_LIST: "本校名单 我校名单 学校名单 全校名单 我们学校名单 bxmd 本园名单 我园名单",
    C.SCOPE: "本校范围",
    C.FILE: "备案 提交备案 我要备案 上报备案",
    C.FILINGS: "备案情况 我校备案 备案了吗 备案了没 备案进度 备案状态 我校备案情况 本校备案 本校备案情况 baqk 备案通过了吗 备案过了吗 备案材料交了吗 一划两案 一划两案情况 我们学校备案了吗 我校备案了吗 备案齐了吗 备案交齐了吗",
    C.SUMMARY: "总结 交总结 提交总结 学校总结 上交总结 上报总结 提交学校总结",
    C.CODE: "绑定码 生成绑定码",
    C.ANNOUNCE: "公告 发公告 发通知 发个通知 发个公告 发布公告 发布通知 我要发公告 我要发通知 发一个通知 发条公告 群发",
    C.CONFIRM: "确认 确认发送 确认发布",
    C.SCHEDULE: "定时 定时发送",
    C.DELIVERY: "发送情况 发送结果 公告发送情况 发出去了吗 发出去没 发出去没有 发成功了吗 发了吗 送达情况 fsqk 公告发出去了吗 通知发出去了吗 公告发了吗 发送状态 发送记录 投递情况 都发到了吗",
    C.RESEND: "重发",
    C.CORRECT: "更正",
    C.REOPEN: "重开",
    C.COUNTY_PROGRESS: "全市进度 全县进度 全市情况 全县情况 全区进度 总进度 整体进度 全市完成情况 全县完成情况 qsjd 各校进度 全市咋样了 全县咋样了 总体进度 各校完成情况 各学校进度 全市完成多少了 全县完成多少了 整体情况 总体情况 全市怎么样了",
    C.RANKING: "排名 今天排名 今日排名 最新排名 当前排名 看排名 查排名 排行榜 排行 排名表 全市排名 全县排名 各校排名 学校排行榜 paiming pm 今天的排名 现在排名 实时排名 排名情况 名次 总排名 排名榜 排名多少 看看排名 各学校排名",
    C.DUTIES: "本校任务 我校任务 学校任务 本园任务 我园任务 本校任务清单",
    C.TICK: "打勾",
    C.UNTICK: "取消打勾",
    C.ANSWER: "答复",
    C.FREEZE: "冻结 冻结结果",
    C.UNFREEZE: "解冻 解冻结果",
    C.UNFILED: "未备案 没备案的 哪些学校没备案 谁没备案 未备案学校 未备案名单 没备案的学校 哪些没备案 还有谁没备案 还有哪些学校没备案 未备案的学校 wba 哪些学校还没备案 哪几个学校没备案",
    C.ACCEPT_FILING: "备案通过",
    C.RETURN_FILING: "备案退回",
    C.ACCEPTANCE: "验收 验收情况 验收进度 验收准备 yanshou 验收表 验收数据 验收材料 验收结果 能验收了吗 可以验收了吗 验收达标了吗",
    C.EXPORT: "导出 导出数据 导出名单 导出表格",
    C.IMPORT: "导入表格",
    C.BIND: "绑定 我要绑定 绑定账号 绑定帐号",
    C.BIND_GROUP: "绑定本群 绑定这个群 绑定群",
    C.APPEALS: "申诉列表 申诉情况 有哪些申诉 有申诉吗 有没有申诉 谁申诉了 sslb 申诉名单 待处理申诉 看申诉 申诉有哪些 申诉有几个 几个申诉",
    C.STATUS: "状态 系统状态 运行状态 机器人状态 zhuangtai 系统情况 运行情况 机器人正常吗 系统正常吗 服务状态 你还好吗",
    C.OFFICE_PAGE: "后台 管理后台 后台地址 后台链接 进后台 打开后台 houtai 登录后台 管理页面 后台管理 登陆后台 进入后台 管理端",
}  # fmt: skip


GREETED: Final = "问好"
HUMAN: Final = "人工"
"""What kind of 帮助 is wanted: its `filter`."""

_HELP_FOR = {
    GREETED: "在吗 在不在 在么 在嘛 在吗在吗 有人吗 有人么 人呢 你好 您好 你好呀 你好啊 你好吗 hi hello Hi Hello 嗨 哈喽",
    HUMAN: "客服 人工 人工服务 人工客服 转人工 转客服 转人工服务 找人工 找客服 要人工 我要人工 我要转人工 联系人工 联系客服 有人工吗 有客服吗 有没有人工 有没有客服 客服电话 联系电话 联系谁 找谁问 该找谁 问谁 找项目办 联系项目办 项目办电话 怎么联系项目办",
}


def exact_lines() -> dict[str, Understood]:
    """What each such line means; a line stands under one command only."""
    lines: dict[str, Understood] = {}
    for command, words in _WORDS.items():
        understood = Understood(command=command)
        for word in words.split():
            if word in lines:
                raise ValueError(f"{word} stands under {lines[word].command} and {command}")
            lines[word] = understood
    for kind, words in _HELP_FOR.items():
        arguments = Arguments(filter=kind)
        lines |= dict.fromkeys(words.split(), Understood(command=C.HELP, arguments=arguments))
    for digit in range(1, 10):
        lines[str(digit)] = Understood(silent=True, arguments=Arguments(numbers=(digit,)))
    return lines
