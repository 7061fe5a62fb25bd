"""What is a group's webhook, and what it is known by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.outgoing import Way
from bot.policy.webhooks import Webhook, WebhookFault, known_by, read_webhook

BASES = {Way.WECOM_WEBHOOK: "https://qyapi.weixin.qq.com", Way.DINGTALK_WEBHOOK: "https://oapi.dingtalk.com"}
TENANT = {
    Way.WECOM_WEBHOOK: "http://127.0.0.1:8080/tenant/wecom",
    Way.DINGTALK_WEBHOOK: "http://127.0.0.1:8080/tenant/dingtalk/oapi",
}
KEY = "00000000-0000-4000-8000-000000000001"
WECOM = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef"


@pytest.mark.parametrize(
    ("written", "way", "read"),
    [
        (WECOM, Way.WECOM_WEBHOOK, Webhook(WECOM, KEY)),
        (f"  {WECOM}\n", Way.WECOM_WEBHOOK, Webhook(WECOM, KEY)),
        (f"{WECOM}&debug=1#top", Way.WECOM_WEBHOOK, Webhook(WECOM, KEY)),
        (WECOM.replace("weixin.qq.com/", "WEIXIN.qq.com:443/"), Way.WECOM_WEBHOOK, Webhook(WECOM, KEY)),
        (DINGTALK, Way.DINGTALK_WEBHOOK, Webhook(DINGTALK, "0123456789abcdef")),
        (DINGTALK, Way.WECOM_WEBHOOK, WebhookFault.OTHER_PLATFORM),
        (WECOM, Way.DINGTALK_WEBHOOK, WebhookFault.OTHER_PLATFORM),
        (WECOM.replace("https", "http"), Way.WECOM_WEBHOOK, WebhookFault.OTHER_HOST),
        (WECOM.replace("qyapi", "evil"), Way.WECOM_WEBHOOK, WebhookFault.OTHER_HOST),
        (f"https://qyapi.weixin.qq.com@evil.example/cgi-bin/webhook/send?key={KEY}", Way.WECOM_WEBHOOK,
         WebhookFault.OTHER_HOST),
        (WECOM.replace("webhook/send", "message/send"), Way.WECOM_WEBHOOK, WebhookFault.OTHER_PATH),
        (WECOM.partition("?")[0], Way.WECOM_WEBHOOK, WebhookFault.NO_KEY),
        (f"{WECOM}&key={KEY}", Way.WECOM_WEBHOOK, WebhookFault.NO_KEY),
        (WECOM.partition("=")[0] + "=", Way.WECOM_WEBHOOK, WebhookFault.NO_KEY),
        ("", Way.WECOM_WEBHOOK, WebhookFault.NOT_A_URL),
        ("qyapi.weixin.qq.com/cgi-bin/webhook/send", Way.WECOM_WEBHOOK, WebhookFault.NOT_A_URL),
        ("ftp://qyapi.weixin.qq.com/", Way.WECOM_WEBHOOK, WebhookFault.NOT_A_URL),
        ("https://[::1/", Way.WECOM_WEBHOOK, WebhookFault.NOT_A_URL),
        ("https://qyapi.weixin.qq.com:port/", Way.WECOM_WEBHOOK, WebhookFault.NOT_A_URL),
        (WECOM + "x" * 1000, Way.WECOM_WEBHOOK, WebhookFault.NOT_A_URL),
        (f"{WECOM} 语文群", Way.WECOM_WEBHOOK, WebhookFault.NOT_A_URL),
    ],
)  # fmt: skip
def test_an_address_is_read(written, way, read):
    assert read_webhook(written, way, BASES) == read


def test_the_practice_tenants_addresses_are_read_as_well():
    written = f"http://127.0.0.1:8080/tenant/wecom/cgi-bin/webhook/send?key={KEY}"
    assert read_webhook(written, Way.WECOM_WEBHOOK, TENANT) == Webhook(written, KEY)
    assert read_webhook(WECOM, Way.WECOM_WEBHOOK, TENANT) is WebhookFault.OTHER_HOST


@pytest.mark.parametrize(
    ("way", "address", "known"),
    [
        (Way.WECOM_WEBHOOK, WECOM, KEY),
        (Way.WECOM_WEBHOOK, f"http://127.0.0.1:1/wecom/cgi-bin/webhook/send?key={KEY}", KEY),
        (Way.DINGTALK_WEBHOOK, DINGTALK, "0123456789abcdef"),
        (Way.DINGTALK_GROUP, "cid+/Example==", "cid+/Example=="),
        (Way.WECOM_AIBOT, "wrExample", "wrExample"),
    ],
)
def test_a_group_is_known_by_its_key_or_its_own_id(way, address, known):
    assert known_by(way, address) == known


@given(st.text(), st.sampled_from(list(BASES)))
def test_whatever_is_written_is_read_or_has_a_fault(written, way):
    assert isinstance(read_webhook(written, way, BASES), WebhookFault)


@given(
    st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=8, max_size=100), st.sampled_from(list(BASES))
)
def test_what_was_read_is_read_the_same_again(key, way):
    names = {
        Way.WECOM_WEBHOOK: WECOM.replace(KEY, key),
        Way.DINGTALK_WEBHOOK: DINGTALK.partition("=")[0] + f"={key}",
    }
    read = read_webhook(names[way], way, BASES)
    assert read == read_webhook(read.url, way, BASES) == Webhook(names[way], key)
    assert known_by(way, read.url) == key
