"""From answers to a verdict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.link_check.verdict import MOST_REDIRECTS, NOTHING_LEARNED, Response, Verdict, Walk, begin, step
from bot.policy.links import Finding

SITE = "http://school.example/a.html"
BAIDU = "https://pan.baidu.com/s/1abc"
ALIYUN = "https://www.alipan.com/s/abc"
TENCENT = "https://docs.qq.com/doc/Dabc"
WPS = "https://www.kdocs.cn/l/abc"

REACHABLE, GONE, ASKS = Verdict(Finding.REACHABLE), Verdict(Finding.GONE), Verdict(Finding.ASKS)
ASKS_CODE = Verdict(Finding.ASKS, wants_code=True)
NO_ANSWER = Verdict(Finding.NO_ANSWER)
INWARD = Verdict(Finding.INWARD)


def page(title="", text="", status=200):
    markup = f"<html><head><title>{title}</title></head><body><p>{text}</p></body></html>"
    return Response(status=status, content_type="text/html; charset=utf-8", body=markup.encode())


def redirect(location, status=302):
    return Response(status=status, location=location)


def verdict(url, *responses, extraction=""):
    at = begin(url, extraction=extraction)
    for response in responses:
        assert isinstance(at, Walk), at
        at = step(at, response)
    return at


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (200, REACHABLE),
        (203, REACHABLE),
        (204, REACHABLE),
        (206, REACHABLE),
        (416, REACHABLE),
        (404, GONE),
        (410, GONE),
        (401, ASKS),
        (407, ASKS),
        (403, NOTHING_LEARNED),
        (405, NOTHING_LEARNED),
        (412, NOTHING_LEARNED),
        (429, NOTHING_LEARNED),
        (451, NOTHING_LEARNED),
        (100, NOTHING_LEARNED),
        (300, NOTHING_LEARNED),
        (304, NOTHING_LEARNED),
        (500, NO_ANSWER),
        (502, NO_ANSWER),
        (503, NO_ANSWER),
        (599, NO_ANSWER),
        (600, NOTHING_LEARNED),
        (999, NOTHING_LEARNED),
    ],
)
def test_a_status_alone(status, found):
    assert verdict(SITE, Response(status=status)) == found


def test_a_drive_that_forbids_means_the_permission():
    assert verdict(TENCENT, Response(status=403)) == ASKS


def test_no_cookies_no_document_at_baidu_says_nothing():
    assert verdict(BAIDU, Response(status=404)) == NOTHING_LEARNED
    assert verdict(BAIDU, page("百度网盘-链接不存在", status=404)) == GONE


@pytest.mark.parametrize(
    ("url", "response", "found"),
    [
        (BAIDU, page("百度网盘-分享无限制", "课堂实录.mp4"), REACHABLE),
        (BAIDU, page("百度网盘-链接不存在", "啊哦，你来晚了"), GONE),
        (BAIDU, page("页面不存在"), GONE),
        (BAIDU, page("百度网盘", "啊哦，你来晚了，分享的文件已经被取消了，下次要早点哟。"), GONE),
        (BAIDU, page("百度网盘", "啊哦，你来晚了，分享的文件已经被 删除了，下次要早点哟。"), GONE),
        (BAIDU, page("百度网盘", "啊哦，来晚了，该分享文件已过期"), GONE),
        (BAIDU, page("百度网盘", "啊哦！链接错误没找到文件，请打开正确的分享链接!"), GONE),
        (BAIDU, page("百度网盘", "此链接分享内容可能因为涉及侵权、色情、反动、低俗等信息，无法访问！"), GONE),
        (BAIDU, page("百度网盘 请输入提取码", "请输入提取码："), ASKS_CODE),
        (BAIDU, page("百度网盘 请输入提取码", "该分享文件已过期，请输入提取码"), GONE),
        (BAIDU, page("百度安全验证", "请完成验证"), NOTHING_LEARNED),
        ("https://pan.baidu.com/share/init?surl=abc", page("百度网盘"), ASKS_CODE),
        (ALIYUN, page("阿里云盘分享"), REACHABLE),
        (ALIYUN, page("阿里云盘分享", "来晚啦，该分享已失效"), GONE),
        (ALIYUN, page("阿里云盘分享", "分享已取消"), GONE),
        (ALIYUN, page("阿里云盘分享", "请输入提取码"), ASKS_CODE),
        (TENCENT, page("A5 教学设计", "只能查看 登录腾讯文档 菜单"), REACHABLE),
        (TENCENT, page("腾讯文档", "微信扫码登录 QQ登录"), ASKS),
        (TENCENT, page("腾讯文档"), REACHABLE),
        (TENCENT, page("腾讯文档", "该文档已被删除"), GONE),
        (TENCENT, page("腾讯文档", "你没有权限访问，可以申请访问权限"), ASKS),
        (WPS, page("金山文档", "分享已过期"), GONE),
        (WPS, page("金山文档", "你没有访问权限"), ASKS),
        (
            "https://cloud.189.cn/t/abc",
            page("天翼云盘", "抱歉，您访问的页面地址有误，或者该页面不存在"),
            GONE,
        ),
        ("https://cloud.189.cn/t/abc", page("天翼云盘", "请输入访问码"), ASKS_CODE),
        ("https://pan.quark.cn/s/abc", page("夸克网盘", "分享已失效"), GONE),
        ("https://drive.weixin.qq.com/s?k=a", page("", "请在企业微信客户端打开链接"), NOTHING_LEARNED),
        # The same words on a site of which nothing is known may be what a lesson is about.
        (SITE, page("百度网盘-链接不存在", "分享已取消，请输入提取码"), REACHABLE),
    ],
)
def test_what_the_drives_say(url, response, found):
    assert verdict(url, response) == found


def test_a_long_page_is_the_document_itself():
    lesson = "这一课讲怎样写通知。" * 120 + "例如：该文档已被删除。"

    assert verdict(TENCENT, page("A5 教学设计", lesson)) == REACHABLE


def test_a_document_may_be_called_anything():
    assert verdict(TENCENT, page("文档已被删除怎么办", "正文")) == REACHABLE


def test_a_code_that_is_known_answers_the_question_for_it():
    asked = page("百度网盘 请输入提取码")

    assert verdict(BAIDU, asked, extraction="8k2d") == REACHABLE
    assert verdict(f"{BAIDU}?pwd=8k2d", asked) == REACHABLE
    # It opens no account.
    assert verdict(TENCENT, page("腾讯文档", "扫码登录"), extraction="8k2d") == ASKS


def test_a_page_in_gb18030_is_understood():
    markup = '<meta charset="gbk"><title>百度网盘-链接不存在</title>'.encode("gbk")

    assert verdict(BAIDU, Response(status=200, content_type="text/html", body=markup)) == GONE


@pytest.mark.parametrize(
    ("url", "status", "location", "found"),
    [
        (SITE, 301, "https://school.example/a.html", Finding.REACHABLE),
        (SITE, 301, "//www.school.example/a.html/", Finding.REACHABLE),
        (SITE, 302, "/b.html", Finding.REACHABLE),
        (SITE, 303, "b.html", Finding.REACHABLE),
        (SITE, 307, "b.html", Finding.REACHABLE),
        (SITE, 301, "/b.html", Finding.MOVED),
        (SITE, 308, "https://other.example/", Finding.MOVED),
        (SITE, 301, "  /c.html ", Finding.MOVED),
    ],
)
def test_only_another_document_for_good_is_moved(url, status, location, found):
    assert verdict(url, redirect(location, status), page()) == Verdict(found)


def test_moved_stays_moved_along_the_way():
    assert verdict(SITE, redirect("/b", 301), redirect("/c", 302), page()) == Verdict(Finding.MOVED)
    assert verdict(SITE, redirect("/b", 301), Response(status=404)) == GONE


@pytest.mark.parametrize(
    ("url", "location", "found"),
    [
        (BAIDU, "https://pan.baidu.com/error/404.html", GONE),
        (BAIDU, "https://wappass.baidu.com/static/captcha/tuxing.html?a=b", NOTHING_LEARNED),
        (BAIDU, "https://passport.baidu.com/v2/?login", ASKS),
        (WPS, "https://account.kdocs.cn/passport/singlesign?cb=x", NOTHING_LEARNED),
        (TENCENT, "/login?u=x", ASKS),
        ("https://alidocs.dingtalk.com/i/abc", "https://login.dingtalk.com/oauth2/challenge.htm?a=b", ASKS),
        (SITE, "", NOTHING_LEARNED),
        (SITE, "weixin://dl/chat", NOTHING_LEARNED),
        (SITE, "javascript:alert(1)", NOTHING_LEARNED),
        (SITE, "file:///etc/passwd", NOTHING_LEARNED),
        (SITE, "http://a:b@other.example/", NOTHING_LEARNED),
        (SITE, "http://[", NOTHING_LEARNED),
        (SITE, "http://other.example:99999/", NOTHING_LEARNED),
        (SITE, "/" + "a" * 3000, NOTHING_LEARNED),
        (SITE, "http://127.0.0.1/", INWARD),
        (SITE, "//169.254.169.254/latest/meta-data/", INWARD),
        (SITE, "http://0x7f.1/", INWARD),
        (SITE, "http://[::1]:6379/", INWARD),
        (SITE, "http://localhost/", INWARD),
        (SITE, "http://server/", INWARD),
        (SITE, "https://metadata.google.internal/", INWARD),
    ],
)
def test_some_redirects_are_the_end(url, location, found):
    assert verdict(url, redirect(location)) == found


def test_baidu_leads_to_the_field_for_the_code():
    asked = redirect("/share/init?surl=abc"), page("百度网盘")

    assert verdict(BAIDU, *asked) == ASKS_CODE
    assert verdict(BAIDU, *asked, extraction="8k2d") == REACHABLE


def test_three_redirects_are_followed_and_no_more():
    hops = [redirect(f"/{number}") for number in range(MOST_REDIRECTS)]

    assert verdict(SITE, *hops, page()) == REACHABLE
    assert verdict(SITE, *hops, redirect("/more")) == NOTHING_LEARNED


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "ftp://a.example/", "http://server/", "", "http://[", "x"]
)
def test_what_should_never_have_been_taken_is_not_looked_at(url):
    assert begin(url, extraction="") == Verdict(None, heard=False)


@given(
    st.integers(100, 999),
    st.text(max_size=80),
    st.text(max_size=40),
    st.binary(max_size=200),
    st.sampled_from([SITE, BAIDU, TENCENT, WPS]),
)
def test_every_answer_leads_somewhere(status, location, content_type, body, url):
    response = Response(status=status, location=location, content_type=content_type, body=body)

    assert isinstance(step(Walk(url, code_known=False), response), Walk | Verdict)
