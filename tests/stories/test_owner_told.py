"""What does not work is told to the office in the chat that still works: once per cause and day."""

from dataclasses import replace

import pytest

from bot.settings import read_settings
from bot.tenant.people import Platform
from storage.notices import note
from tests.kit.installation import INSTALLATION, environment

NO_PAGES = "（企业微信管理后台：应用管理 → 这个应用 → 接收消息 → 设置 API 接收）"
WRONG = {
    Platform.WECOM: ("BOT_WECOM__TOKEN", "anothertoken"),
    Platform.DINGTALK: ("BOT_DINGTALK__CLIENT_SECRET", "another-client-secret"),
}
SIGNATURE_WRONG = {
    Platform.WECOM: (
        "企业微信的消息收不进来\n"
        "一小时里有 3 次签名不对，没有收。\n"
        "· 多半是 Token 和后台里的不一样。\n"
        f"· 把 BOT_WECOM__TOKEN 和管理后台里的 Token 对一遍{NO_PAGES}，改好后重启机器人。\n"
        "· 要是大家发消息都有回复，就是外面有人乱试，不用管。"
    ),
    Platform.DINGTALK: (
        "钉钉的消息收不进来\n"
        "一小时里有 3 次签名不对，没有收。\n"
        "· 多半是 Client Secret 和后台里的不一样。\n"
        "· 把 BOT_DINGTALK__CLIENT_SECRET 和开发者后台里的 Client Secret 对一遍"
        "（钉钉开发者后台：这个应用 → 凭证与基础信息），改好后重启机器人。\n"
        "· 要是大家发消息都有回复，就是外面有人乱试，不用管。"
    ),
}
WECOM_SIGNED = {"msg_signature": "x", "timestamp": "1", "nonce": "1"}
NAMES = {Platform.WECOM: "企业微信", Platform.DINGTALK: "钉钉"}


@pytest.fixture
def owner(tenant, county):
    """示例丁 of the office, who reads on WeCom what is sent unasked."""
    return tenant.on("wecom").somebody("T4")


@pytest.fixture
def restarted(bot, tenant, tmp_path):
    async def restart(name, value):
        """With another value of one setting."""
        await bot.stop()
        variables = environment(INSTALLATION, tenant.url) | {name: value}
        bot.parts = replace(bot.parts, settings=read_settings(variables, tmp_path))
        await bot.start()
        tenant.is_served_by(bot.url)

    return restart


@pytest.mark.usefixtures("by_callback")
async def test_a_wrong_key_of_the_signature_is_told_after_the_third_request(
    teacher, owner, restarted, tenant, platform
):
    await restarted(*WRONG[platform])
    with tenant.expect_refusal(403):
        for _ in range(3):
            await teacher.says_in_vain("我的学时")
    assert (await owner.sees()).text == SIGNATURE_WRONG[platform]

    with tenant.expect_refusal(403):
        for _ in range(3):
            await teacher.says_in_vain("我的学时")
    owner.sees_nothing()


async def test_a_wrong_aes_key_is_told_at_the_first_message(county, owner, restarted, tenant):
    await restarted("BOT_WECOM__ENCODING_AES_KEY", "f" * 43)
    with tenant.expect_refusal(400):
        await tenant.on("wecom").somebody("T1").says_in_vain("我的学时")

    assert (await owner.sees()).text == (
        "企业微信的消息收不进来\n"
        "签名对，但是解不开。\n"
        "· 多半是 EncodingAESKey 和后台里的不一样。\n"
        f"· 把 BOT_WECOM__ENCODING_AES_KEY 和管理后台里的 EncodingAESKey 对一遍{NO_PAGES}，改好后重启机器人。"
    )


async def test_the_wrong_company_is_told_on_the_platform_that_still_works(county, restarted, tenant):
    await restarted("BOT_WECOM__CORP_ID", "wwexample99999999")
    with tenant.expect_platform_refusal():
        with tenant.expect_refusal(400):
            await tenant.on("wecom").somebody("T1").says_in_vain("我的学时")
        said = (await tenant.on("dingtalk").somebody("T4").sees()).text

    # WeCom refuses to give out a token as well: that is another cause.
    assert "企业微信应用发不出消息" in said
    assert (
        "消息是发给另一个企业 ID 的。\n"
        "· 把 BOT_WECOM__CORP_ID 和管理后台里的企业 ID 对一遍（企业微信管理后台：我的企业），改好后重启机器人。"
    ) in said


@pytest.mark.usefixtures("by_callback")
async def test_a_request_that_is_too_old_is_told_with_how_far_the_clocks_are_apart(
    teacher, owner, clock, tenant, platform
):
    clock.waits(4_200)
    for _ in range(2):
        with tenant.expect_refusal(403):
            await teacher.says_in_vain("我的学时")

    assert (await owner.sees()).text == (
        f"{NAMES[platform]}的消息收不进来\n"
        "消息上的时间比服务器的早 1 小时 10 分，差一小时以上的不收。\n"
        "· 哪一边不准，机器人看不出来；先请管服务器的人校准本机时间，打开自动对时。\n"
        "· 时间没错的话，多半是有人把旧的请求又发了一遍，不用管。"
    )
    owner.sees_nothing()


@pytest.mark.usefixtures("by_callback")
async def test_a_clock_that_is_two_minutes_off_is_told_before_anything_fails(
    teacher, owner, tenant, county, platform
):
    tenant.clock.skew_ms = 120_000
    await teacher.says("截止时间")
    with county.database.writing() as connection:
        note(connection, [1], key="decision/12", text="编号 12 通过了。", at=1)

    # The platform is asked for a token, and then to take the message: two answers.
    assert (await teacher.sees()).text == "编号 12 通过了。"
    assert (await owner.sees()).text == (
        "服务器的时间和平台差 2 分钟\n"
        "服务器比平台慢。差到一小时，消息就收不进来，签名的群消息也发不出去。\n"
        "· 哪一边不准，机器人看不出来；请管服务器的人校准本机时间，打开自动对时。"
    )


async def test_messages_without_their_text_are_told_as_a_quota_that_is_used_up(county, owner, tenant):
    tenant.app.tenant.switches.dingtalk_quota_used_up = True
    teacher = tenant.on("dingtalk").somebody("T1")

    assert await teacher.says("我的学时") == ""
    assert (await owner.sees()).text == (
        "钉钉这个月的用量用完了\n"
        "钉钉送来的消息没有正文，机器人看不到大家说了什么，也没有回复。\n"
        "· 本月不会自己恢复：请升级钉钉的版本或购买用量，或者等下个月。\n"
        "· 这期间在钉钉里交的材料机器人都没有收到，请大家等恢复以后再发。"
    )
    assert await teacher.says("我的学时") == ""
    owner.sees_nothing()


async def test_whoever_scans_the_network_does_not_ring(county, owner, bot):
    for path in ("/dingtalk/callback", "/wecom/app/callback"):
        for _ in range(5):
            await bot.client.get(path)
            await bot.client.post(path, data=b"{}")
        for _ in range(2):
            signed = {"timestamp": "1", "sign": "x"}
            await bot.client.post(path, data=b"{}", headers=signed, params=WECOM_SIGNED)

    owner.sees_nothing()
