"""Words of the same sound: the tables agree with pypinyin, everyday words stay, harm is asked back."""

import re
from itertools import pairwise

import pytest
from pypinyin import lazy_pinyin

from messages.commands import Arguments, Command, Understood
from messages.understanding.sounds import WORDS, Sounds

SOUNDS = Sounds()
# What typing by sound and northern and southern ears confuse.
CONFUSED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))
CONFUSED_F = {"hua": "fa", "huan": "fan", "hun": "fen", "hon": "fen", "hui": "fei", "hu": "fu"}
OF_WORDS = {c: s for word in WORDS for c, s in zip(word, lazy_pinyin(word), strict=True)}
OF_WORDS |= {"校": "xiao", "重": "chong"}  # which pypinyin misreads in 校本 and 重发


def folded(syllable: str) -> str:
    for strange, usual in CONFUSED:
        syllable = syllable.replace(strange, usual)
    syllable = re.sub("^n", "l", syllable)
    return CONFUSED_F.get(syllable, syllable)


def common_characters() -> list[str]:
    """The 3,755 characters of the first level of GB 2312."""
    cells = ((high, low) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    return [bytes(cell).decode("gb2312") for cell in cells if cell < (0xD7, 0xFA)]


def sound(text: str) -> tuple[str, ...]:
    return tuple(folded(OF_WORDS.get(c) or lazy_pinyin(c)[0]) for c in text)


def test_the_characters_of_every_syllable_are_what_pypinyin_says():
    needed = {folded(syllable) for syllable in OF_WORDS.values()}
    expected: dict[str, str] = {}
    for character in sorted(common_characters()):
        if (syllable := sound(character)[0]) in needed:
            expected[syllable] = expected.get(syllable, "") + character
    assert SOUNDS.characters == expected
    assert list(SOUNDS.characters) == sorted(SOUNDS.characters)


def test_everyday_words_sound_like_a_part_of_a_word_of_ours():
    parts = {sound(word[at : at + 2]) for word in WORDS for at in range(len(word) - 1)}
    assert [word for word in SOUNDS.ordinary if sound(word) not in parts] == []


def test_no_two_words_of_ours_sound_the_same():
    assert len({sound(word) for word in WORDS}) == len(WORDS)
    assert all(len(one) >= len(other) for one, other in pairwise(WORDS))


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_ours_is_left_alone(word):
    assert SOUNDS.mended(word) == (word, frozenset())


@pytest.mark.parametrize(
    "text",
    [
        "学校统一安排时间", "我认真学了", "到处都是", "把实验饭店改成别的", "课件先上", "只是不知道", "事实如此", "教研主题 幼儿园一日生活", "指示 12",
        "未来三年", "时间 5月", "同志们好", "涉及3所学校", "中心校的材料", "预期 20 人",
    ],
)  # fmt: skip
def test_everyday_sentences_are_not_bent(text):
    assert SOUNDS.mended(text) == (text, frozenset())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("发松情况 30", "发送情况 30"),  # -ng and -n
        ("到出 排名", "导出 排名"),  # the tone
        ("查砍 19", "查看 19"),
        ("通果 3", "通过 3"),
        ("推惠 12 看不清", "退回 12 看不清"),
        ("慧点 A5 B2", "慧点 A5 B2"),  # hui is fei, and no fan
        ("饭点 A5 B2", "换点 A5 B2"),  # h and f
    ],
)
def test_a_word_of_the_same_sound_is_put_in(typed, meant):
    assert SOUNDS.mended(typed)[0] == meant


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("同国 3 优秀", "通过 3 优秀"),
        ("推惠 12 看不清", "退回 12 看不清"),
        ("全部通郭", "通过 全部"),
        ("绑定本裙 全市", "绑定本群 全市"),
        ("共稿 幼儿园 明天培训", "公告 幼儿园 明天培训"),
        ("本笑范围 A1 A2", "本校范围 A1 A2"),
    ],
)
def test_an_order_that_only_sounds_so_is_offered_and_can_be_sent(typed, suggested, reader):
    heard, sent = reader.read(typed), reader.read(suggested)
    assert (heard.command, heard.suggestions) == (None, (suggested,))
    assert sent.command is not None
    assert sent.arguments == heard.arguments


def test_numbers_in_rings_are_numbers_of_their_own(reader):
    for said in ("①③⑫通过", "⑴⑶⑿通过", "❶❸⓬通过", "⒈⒊⒓通过", "➀➂⑫通过", "㈠㈢⑫通过", "通过 ① ③ ⑫"):
        assert reader.read(said) == Understood(
            command=Command.APPROVE, arguments=Arguments(numbers=(1, 3, 12))
        ), said
    assert reader.read("通过 ㉑㊱").arguments.numbers == (21, 36)


def test_a_number_in_a_ring_behind_a_letter_is_a_code(reader):
    assert reader.read("A⑩").arguments.codes == ("A10",)
    assert reader.read("选点 A①③ B②").arguments.codes == ("A1", "A3", "B2")


def test_the_fields_of_a_binding_come_in_any_order(reader):
    bound = Understood(command=Command.BIND, arguments=Arguments(name="孙丽", text="B7KXM2"))
    for said in (
        "绑定，姓名：孙丽，绑定码：B7KXM2",
        "绑定 绑定码:B7KXM2 姓名:孙丽",
        "姓名：孙丽 绑定码：B7KXM2",
        "绑定码：B7KXM2\n姓名：孙丽",
    ):
        assert reader.read(said) == bound, said
