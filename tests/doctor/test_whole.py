"""The whole report, as it is read: of an installation in order, and of one where a lot is broken."""

import re

import pytest

from bot.doctor.finding import State, page
from bot.tenant.faults import Effect
from storage import chat_groups
from storage.delivery_tables import heard_chat, job_run
from storage.sealing import Sealing
from storage.tables import inbox
from tests.kit.installation import SECRET_KEY

IN_ORDER = """\
设置和方案
✓ BOT_SECRET_KEY 有 38 个字符，够长。
✓ 放假和调休安排够用：方案从 2024-03-01 到 2024-06-30。

服务器
✓ 时区是北京时间。
✓ 时区数据是对的。
✓ 磁盘还剩 … GB。
✓ 暂存消息的文件夹能写，没有积压。
✓ 字体能画中文。
✓ 同时能打开的文件和连接够用。
✓ 密钥和数据库的文件，别的用户读不到。
✓ 服务器的时间和平台一致。

数据库
✓ 最近一份好的备份是 … 的。
✓ 数据库连得上（DATABASE）。
✓ 数据库能写。
✓ 数据库结构是新的。
✓ BOT_SECRET_KEY 就是登记时用的那个。
ENGINE

企业微信自建应用
✓ 企业 ID 和 Secret 是对的。
✓ AgentId 是对的，平台接受这台服务器的地址。

企业微信智能机器人
✓ 机器人 ID 和 Secret 是对的，长连接能打开。
✓ 智能机器人在群里听到过不同的人。

钉钉企业机器人
✓ Client ID 和 Client Secret 是对的。
✓ RobotCode 的样子是对的。
✓ 发消息的权限开了，RobotCode 平台认得。
✓ 钉钉本月收了 0 条、发了 0 条消息；标准版全单位每月大约能收 3000 条、调用 5000 次。

回调地址
！ 公网地址不是 https，消息在路上能被人看到。给域名配上证书，把 BOT_PUBLIC_URL 改成 https:// 开头。
✓ 企业微信自建应用的回调地址通。
✓ 企业微信自建应用的长消息也收得到。
✓ 钉钉机器人的回调地址通。
✓ 钉钉机器人的长消息也收得到。
✓ 演练页面没有对外开。

能听到什么、能发什么
✓ 开着的：企业微信自建应用、企业微信智能机器人（长连接）、钉钉企业机器人（回调）。
✓ 听私聊：企业微信自建应用、企业微信智能机器人（长连接）、钉钉企业机器人（回调）。
✓ 听群里 @ 它的话：企业微信智能机器人（长连接）、钉钉企业机器人（回调）；做不到的：企业微信自建应用。
✓ 收文件：企业微信智能机器人（长连接）（只在私聊）、钉钉企业机器人（回调）（只在私聊）；做不到的：企业微信自建应用。
✓ 听语音：企业微信智能机器人（长连接）（只在私聊）、钉钉企业机器人（回调）（只在私聊）；做不到的：企业微信自建应用。
✓ 发按钮：企业微信自建应用、企业微信智能机器人（长连接）、钉钉企业机器人（回调）（群里要有卡片模板）。
✓ 主动发给个人：企业微信自建应用、企业微信智能机器人（长连接）（只给和它说过话的人）、钉钉企业机器人（回调）。
✓ 主动发到群：企业微信智能机器人（长连接）（群里要先有人 @ 过它）、钉钉企业机器人（回调）（绑定的群）、群机器人 webhook（绑定的群）；做不到的：企业微信自建应用。
✓ 撤回发出的消息：企业微信自建应用（24 小时内）、钉钉企业机器人（回调）；做不到的：企业微信智能机器人（长连接）。

群
✓ 绑定了 1 个群。

人
✓ 项目办有 1 人，出了问题会收到提醒。
✓ 名册里 4 人都绑定了账号。
✓ 老师选的和认证过的点都在微能力点文件里。

定时任务和待发的消息
✓ 方案里的定时任务都开着。
✓ 定时任务在跑。
✓ 最近七天没有错过或没做成的定时任务。
✓ 最近七天的消息都送到了。
✓ 没有待发的消息。

没有要改的，1 处要留意。"""

BROKEN = """\
设置和方案
✓ BOT_SECRET_KEY 有 43 个字符，够长。
✓ 放假和调休安排够用：方案从 2024-03-01 到 2024-06-30。

服务器
✓ 时区是北京时间。
✓ 时区数据是对的。
✓ 磁盘还剩 … GB。
！ 有 1 条收下的消息还没有处理。机器人在运行的话，过一分钟再查；没有运行的话，启动后会自动处理。
✓ 字体能画中文。
✓ 同时能打开的文件和连接够用。
✓ 密钥和数据库的文件，别的用户读不到。
！ 服务器的时间比平台慢 10 分钟；差到一小时，消息就收不进来，也发不出去。校准服务器的时间，打开自动对时（NTP）。

数据库
！ BACKUPS 里还没有备份。马上做一份：python -m bot job backup；以后每天自动做。
✓ 数据库连得上（SQLite）。
✓ 数据库能写。
✓ 数据库结构是新的。
✗ BOT_SECRET_KEY 和登记时用的不同：绑定码、手机号和存着的密钥都认不出来。换回原来的密钥。
✓ SQLite …，文件在本机的盘上。

企业微信自建应用
✗ 应用的 Secret 不对（代码 40001）。在企业微信管理后台“我的企业”和“应用管理”里核对企业 ID 和 Secret，改 BOT_WECOM__CORP_ID、BOT_WECOM__SECRET 后重启机器人。（企业微信管理后台 → 应用管理 → 自建 → 这个应用 → Secret）

钉钉企业机器人
✓ Client ID 和 Client Secret 是对的。
✗ RobotCode 填成了群机器人的 access_token。从机器人的设置页原样复制 RobotCode，写进 BOT_DINGTALK__ROBOT_CODE。（钉钉开发者后台 → 应用开发 → 这个应用 → 机器人）
✓ 钉钉本月收了 0 条、发了 0 条消息；标准版全单位每月大约能收 3000 条、调用 5000 次。

回调地址
！ 公网地址不是 https，消息在路上能被人看到。给域名配上证书，把 BOT_PUBLIC_URL 改成 https:// 开头。
✗ 企业微信自建应用的回调地址通，但签名到这里就不对了（HTTP 403）。检查中间的代理：网址里的 %2B、%2F、%3D 要原样转发，不解码也不改写。刚改过 .env 的话，先重启机器人。（企业微信管理后台 → 应用管理 → 自建 → 这个应用 → 接收消息 → 设置API接收）
✓ 钉钉机器人的回调地址通。
✓ 钉钉机器人的长消息也收得到。
✓ 演练页面没有对外开。

能听到什么、能发什么
✓ 开着的：企业微信自建应用、钉钉企业机器人（回调）。
✓ 听私聊：企业微信自建应用、钉钉企业机器人（回调）。
✓ 听群里 @ 它的话：钉钉企业机器人（回调）；做不到的：企业微信自建应用。
✓ 收文件：钉钉企业机器人（回调）（只在私聊）；做不到的：企业微信自建应用。
✓ 听语音：钉钉企业机器人（回调）（只在私聊）；做不到的：企业微信自建应用。
✓ 发按钮：企业微信自建应用、钉钉企业机器人（回调）（群里要有卡片模板）。
✓ 主动发给个人：企业微信自建应用、钉钉企业机器人（回调）。
✓ 主动发到群：钉钉企业机器人（回调）（绑定的群）、群机器人 webhook（绑定的群）；做不到的：企业微信自建应用。
✓ 撤回发出的消息：企业微信自建应用（24 小时内）、钉钉企业机器人（回调）。

群
✓ 绑定了 1 个群。
！ 地址解不开的群：示例群（1）。换回原来的 BOT_SECRET_KEY；找不回来的话，重新绑定这些群。

人
！ 没有人是项目办，出了问题没有人收到提醒。用 python -m bot person grant 人员编号 项目办 指定。
！ 名册里 4 人，4 人没有绑定账号，收不到私聊消息。用 python -m bot person code 发绑定码，或在名册里补上企业微信、钉钉账号后再导入。
✓ 老师选的和认证过的点都在微能力点文件里。

定时任务和待发的消息
✓ 方案里的定时任务都开着。
！ 定时任务还没有跑过。机器人运行起来后会自己开始：python -m bot serve。
✓ 最近七天没有错过或没做成的定时任务。
✓ 最近七天的消息都送到了。
✓ 没有待发的消息。

有 4 处要改，8 处要留意。"""


def without_figures(lines):
    text = re.sub(r"磁盘还剩 [\d.]+ [GM]B", "磁盘还剩 … GB", "\n".join(lines))
    text = re.sub(r"备份是 \S+ \S+ 的", "备份是 … 的", text)
    return re.sub(r"(SQLite|PostgreSQL) [\d.]+，", r"\1 …，", text)


ENGINES = {
    "SQLite": "✓ SQLite …，文件在本机的盘上。",
    "PostgreSQL": "✓ PostgreSQL …，提交都落到盘上。\n✓ 数据库的时间和这台服务器一致。",
}


def bind_group(connection):
    binding = chat_groups.Binding(
        way=chat_groups.Way.DINGTALK_GROUP, address="cidExample", school_id=None, title="示例群"
    )
    chat_groups.bind(connection, binding, Sealing(SECRET_KEY), at=1, by="operator")


def in_use(parts, now):
    """Two people have spoken to the AI bot in a group, DingTalk's group has been heard, and the jobs run."""
    spoken = {"chat": "wrExample", "received_at": 1, "text": "", "command": "", "outcome": "", "reply": "[]"}
    with parts.database.writing() as connection:
        connection.execute(
            inbox.insert(),
            [spoken | {"platform": "wecom", "key": f"wecom:{who}", "folded": who} for who in ("t1", "t2")],
        )
        bind_group(connection)
        connection.execute(
            heard_chat.insert(),
            [
                {"platform": platform, "chat": chat, "heard_at": 1}
                for platform, chat in (("dingtalk", "cidExample"), ("wecom", "wrExample"))
            ],
        )
        connection.execute(
            job_run.insert().values(
                job="announcements", day=parts.clock.now().date(), holder="", leased_until=0, started_at=now
            )
        )


async def test_an_installation_in_order(doctor, county, clock):
    in_use(county, clock.real_ms())
    doctor.has_a_backup()

    found = await doctor.looks()

    kind = "SQLite" if county.database.is_sqlite else "PostgreSQL"
    assert without_figures(page(found)) == IN_ORDER.replace("DATABASE", kind).replace("ENGINE", ENGINES[kind])


# What is broken here is the same on both databases.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_installation_where_a_lot_is_broken(doctor, county, tenant):
    with county.database.writing() as connection:
        for table in ("account", "role"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("INSERT INTO fact (name, value) VALUES ('secret_fingerprint', 'another')")
        bind_group(connection)
    waiting = county.database.url.database + "-waiting"
    (doctor.folder / waiting).mkdir()
    (doctor.folder / waiting / "wecom-1.json").touch()
    tenant.clock.skew_ms = 600_000
    doctor.settings |= {
        "BOT_SECRET_KEY": "another-secret-key-of-thirty-two-characters",
        "BOT_WECOM__SECRET": "wrong",
        "BOT_WECOM__TOKEN": "anothertoken",
        "BOT_DINGTALK__ROBOT_CODE": "0123456789abcdef" * 4,
    }
    for name in [name for name in doctor.settings if name.startswith("BOT_WECOM_AIBOT__")]:
        del doctor.settings[name]

    assert without_figures(page(await doctor.looks())) == BROKEN.replace("BACKUPS", str(doctor.backups))


async def test_every_finding_is_a_record_for_programs_and_a_whole_sentence(doctor, county, fault):
    fault(Effect.CODE, "*", code=60020)

    found = await doctor.looks(test_message_to="T1")

    names = [(one.area, one.name) for one in found if one.area != "trial"]
    assert len(set(names)) == len(names)
    for one in found:
        assert set(one.record) == {"area", "name", "state", "say", "do", "where"}
        assert one.say.endswith("。")
        assert not one.do or one.do.endswith(("。", "？"))
        assert one.do or one.state is State.GOOD
