"""提交 and 撤回, typed in every odd way: whole answers, and nothing is on file afterwards that should not be."""

import pytest

from storage.submissions import of_author, versions_of
from tests.handlers.conftest import LEADER, TEACHER
from tests.handlers.submit_words import A5, B2, B9, BY, LINK, hand_in_next, links_of
from tests.handlers.submitted import hand_in

SHARE = "下一步：用网盘或在线文档的“分享”复制链接，再发“提交 A5 链接”。"
SHARE_LATER = "下一步：用网盘或在线文档的“分享”复制链接发来，就交到 A5（30 分钟内有效）。"
WHICH = (
    "这个链接交到哪个点？现在还没有交。\n"
    f"1. {A5}\n"
    f"2. {B2}\n"
    f"3. {B9}\n"
    "回复 1 到 3，或发编码，例如“A5”（30 分钟内有效，链接我先记着）。"
)
TEN = " ".join(f"https://files.example.com/{n}" for n in range(10))
FOLDER = "下一步：把材料放进一个文件夹，交文件夹的链接。"


def inward(host):
    return f"{A5} 没有交上：这个链接（{host}）指向本机或内部网络，别人打不开。\n{SHARE}"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        # 补交 and 不交 sound alike: nothing happens before it is said which
        ("补交", "没看懂，什么都没有执行。你是不是想发：\n提交 <编码> <链接>\n我的材料\n截止时间"),
        ("不交", "没看懂，什么都没有执行。你是不是想发：\n我的材料\n提交 <编码> <链接>\n还差什么"),
        ("我不交了", "没看懂，什么都没有执行。你是不是想发：\n我的材料\n提交 <编码> <链接>\n还差什么"),
        (
            "补交 A5",
            "没看懂，什么都没有执行。你是不是想发：\n提交 A5 <链接>（技术支持的课堂导入）\n我的材料\n截止时间",
        ),
        (
            f"A5不交 {LINK}",
            f"没看懂，什么都没有执行。你是不是想发：\n提交 A5 {LINK}（技术支持的课堂导入）\n我的材料\n帮助",
        ),
        # what looks like a code and is none
        (f"交 A4纸 {LINK}", WHICH),
        (f"交 B站视频 {LINK}", WHICH),
        ("https://files.example.com/A5/B2.html", WHICH),
        ("https://pan.baidu.com/s/1A5B2?pwd=A5b2", WHICH),
        (f"提交 A14 {LINK}", "没有 A14，A 类到 A13 为止。什么都没有执行。你是不是想发：\n微能力清单"),
        # links that lead nowhere or inward
        ("提交 A5 http://127.0.0.1/a", inward("127.0.0.1")),
        ("提交 A5 http://127.1/a", inward("127.1")),
        ("提交 A5 http://0x7f000001/a", inward("0x7f000001")),
        ("提交 A5 http://2130706433/a", inward("2130706433")),
        ("提交 A5 http://0177.0.0.1:8080/a", inward("0177.0.0.1:8080")),
        ("提交 A5 http://[::1]/a", inward("[::1]")),
        ("提交 A5 http://[::ffff:10.0.0.1]/a", inward("[::ffff:10.0.0.1]")),
        ("提交 A5 http://169.254.169.254/latest", inward("169.254.169.254")),
        ("提交 A5 http://192.168.1.8/a", inward("192.168.1.8")),
        ("提交 A5 http://localhost:3000/a", inward("localhost:3000")),
        (
            "提交 A5 http://myserver/a",
            f"{A5} 没有交上：这个链接（myserver）只在内部网络里有，别人打不开。\n{SHARE}",
        ),
        (
            "提交 A5 http://files.example.com@127.0.0.1/a",
            f"{A5} 没有交上：这个链接里带着账号（@ 前面的部分），看不出会打开哪里。\n{SHARE}",
        ),
        ("提交 A5 http://files.example.com:99999/a", f"{A5} 没有交上：这个链接不完整，打不开。\n{SHARE}"),
        (
            f"提交 A5 https://files.example.com/{'a' * 2048}",
            f"{A5} 没有交上：这个链接太长，最多 2048 个字符。\n{SHARE}",
        ),
        (
            "提交 A5 javascript:alert(1)",
            f"{A5} 没有交上：只收 http 或 https 开头的链接，不收 javascript。\n{SHARE_LATER}",
        ),
        (
            "提交 A5 ftp://files.example.com/a",
            f"{A5} 没有交上：只收 http 或 https 开头的链接，不收 ftp。\n{SHARE_LATER}",
        ),
        (
            "提交 A5 file:///C:/课件.pptx",
            f"{A5} 没有交上：只收 http 或 https 开头的链接，不收 file。\n{SHARE_LATER}",
        ),
        (
            "提交 A5 data:text/html,1",
            f"{A5} 没有交上：只收 http 或 https 开头的链接，不收 data。\n{SHARE_LATER}",
        ),
        (
            "提交 A5 C:\\课件.pptx",
            f"{A5} 的链接呢？现在还没有交。\n下一步：把链接直接发来，就交到 A5（30 分钟内有效）。",
        ),
        (
            "提交 A5 微信里发过了",
            f"{A5} 的链接呢？现在还没有交。\n下一步：把链接直接发来，就交到 A5（30 分钟内有效）。",
        ),
        # too many
        (f"提交 A5 {TEN}", f"{A5} 没有交上：一份最多 5 个链接，这里有 10 个。\n{FOLDER}"),
        (TEN, f"没有收：一份最多 5 个链接，这里有 10 个。\n{FOLDER}"),
        (
            f"提交 A5 B2 {TEN}",
            (
                "没有交上：2 个编码、10 个链接，分不清哪个链接是哪个点的。\n"
                "下一步：一个点一个点地发，例如“提交 A5 链接”。"
            ),
        ),
        (
            f"提交 A5 B2 {LINK}",
            (
                "只有一个链接，交到哪些点？现在还没有交。\n"
                f"1. 2 个点都用这个链接：{A5}、{B2}\n"
                f"2. 只交 {A5}\n"
                f"3. 只交 {B2}\n"
                "回复 1 到 3（30 分钟内有效，链接我先记着）。"
            ),
        ),
        # numbers of nobody
        ("撤回 4711", "没有你能撤回的编号 4711，发“我的材料”看你交过的。"),
        ("撤回", "你没有待审的材料，没有什么要撤回。发“我的材料”看你交过的。"),
        ("撤回 A5", f"{A5} 没有待审的材料，没有什么要撤回。发“我的材料”看你交过的。"),
    ],
)
def test_nothing_is_handed_in(chosen, says, typed, said):
    assert says(typed) == said
    assert of_author(chosen.connection, TEACHER) == ()


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        (f"提交 A5 A4纸打印的 {LINK}", "A4纸打印的"),
        (f"提交 A5 {LINK} B站也有一份", "B站也有一份"),
        (f"A5补交 {LINK}", "补交"),
        (f"提交 A5 {LINK} ftp://files.example.com/a 也行", "ftp://files.example.com/a 也行"),
        (f'提交 A5 {LINK} <a href="x">看</a>', '<a href="x">看</a>'),
    ],
)
def test_what_stands_beside_the_link_is_a_note(chosen, says, typed, note):
    assert says(typed).splitlines()[:2] == [
        f"收到，编号 1：{A5}，5月21日（周二）09:30。",
        f"已存：说明“{note}”。",
    ]
    assert versions_of(chosen.connection, 1)[0].note == note
    assert links_of(chosen, 1)[0] == (LINK, "")


def test_codes_inside_a_link_are_no_codes(chosen, says):
    assert says("提交 A5 https://files.example.com/B2/B9?p=C1").splitlines()[0] == (
        f"收到，编号 1：{A5}，5月21日（周二）09:30。"
    )


NOTE = "这一课用动画导入，学生讨论以后再总结。" * 263  # 4,997 characters


@pytest.mark.parametrize("typed", [f"提交 A5 {LINK} {NOTE}", f"提交 A5 {NOTE} {LINK}"])
def test_a_very_long_note_is_kept_whole_and_said_in_short(chosen, says, typed):
    assert says(typed) == (
        f"收到，编号 1：{A5}，5月21日（周二）09:30。\n"
        f"已存：说明“{NOTE[:39]}…”（全文 4997 字）。\n{BY}\n{hand_in_next(B2)}"
    )
    assert versions_of(chosen.connection, 1)[0].note == NOTE


def test_a_very_long_note_is_kept_whole_while_its_point_is_asked_for(chosen, says):
    says(f"{LINK} {NOTE}")

    assert says("1").startswith(f"收到，编号 1：{A5}，")
    assert versions_of(chosen.connection, 1)[0].note == NOTE


def test_somebody_elses_number_is_a_number_of_nobody(chosen, says):
    number = hand_in(chosen, LEADER, "A5")

    assert says(f"撤回 {number}") == f"没有你能撤回的编号 {number}，发“我的材料”看你交过的。"
    assert of_author(chosen.connection, LEADER)[0].state == "waiting"
