"""Tables as pictures: readable, small, the same everywhere, and never with an empty box."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.pictures.drawing import WIDTH, _Style, _wrapped
from bot.pictures.fonts import MissingGlyph, Weight, advance, coverage, face, require_glyphs
from bot.pictures.png import png as table_png
from bot.pictures.tables import MOST_ROWS, Align, Cell, Column, Row, Section, Table, Tone, level

PLACES = (
    Column("名次", Align.CENTRE),
    Column("学校"),
    Column("达标", Align.RIGHT),
    Column("变化", Align.CENTRE),
)


def place(number: int, school: str = "示例县第一小学", *, own: bool = False) -> Row:
    return Row((str(number), school, f"{number}/40", Cell("↑2", Tone.GOOD)), own)


def table(rows: int, title: str = "示例县学习合格排名") -> Table:
    section = Section("小学", PLACES, tuple(place(number) for number in range(1, rows + 1)))
    return Table(title, ("数据截至 5月19日",), (section,))


def opened(png: bytes) -> Image.Image:
    image = Image.open(BytesIO(png))
    image.load()
    return image


def test_a_picture_is_as_wide_as_a_telephone_and_has_sixteen_colours():
    image = opened(table_png(table(30)))
    assert (image.format, image.mode, image.width) == ("PNG", "P", WIDTH)
    assert len(image.getcolors(256)) <= 16


def test_every_row_takes_the_same_height():
    one, two, three = (opened(table_png(table(rows))).height for rows in (1, 2, 3))
    assert three - two == two - one == 64  # a line of 44 and 10 above and below it


def test_the_same_table_is_the_same_bytes():
    assert table_png(table(5)) == table_png(table(5))


def test_another_school_is_another_picture():
    first = Table("排名", (), (Section("", PLACES, (place(1, "示例县第一小学"),)),))
    second = Table("排名", (), (Section("", PLACES, (place(1, "示例县第二小学"),)),))
    assert table_png(first) != table_png(second)


def test_ones_own_row_is_set_off_by_its_ground():
    def grounds(*, own: bool) -> set[tuple[int, ...]]:
        section = Section("小学", PLACES, (place(1), place(2, own=own)))
        image = opened(table_png(Table("排名", (), (section,)))).convert("RGB")
        return {colour for _, colour in image.getcolors(1 << 20)}

    own_ground = (0xFF, 0xF1, 0xCF)
    assert own_ground in grounds(own=True)
    assert own_ground not in grounds(own=False)


def test_a_long_name_takes_three_lines_and_no_more():
    def height(name: str) -> int:
        return opened(table_png(Table("排名", (), (Section("", PLACES, (place(1, name),)),)))).height

    # The column has room for 18 to 22 characters of 32 pixels; a line is 44 high.
    one, two, three, endless = (height("示例县" * times) for times in (4, 9, 18, 200))
    assert (two - one, three - one, endless - one) == (44, 88, 88)


def test_lines_are_of_about_the_same_length_and_numbers_stay_whole():
    cell = _Style(32, 44)

    assert _wrapped("示例县第16乡镇中心小学", cell, 32 * 9) == ("示例县第16", "乡镇中心小学")
    assert _wrapped("示例县第一九年一贯制学校（西校区）", cell, 32 * 12) == (
        "示例县第一九年一贯",
        "制学校（西校区）",
    )
    assert _wrapped("示例县2024", cell, 32 * 4) == ("示例县", "2024")
    assert _wrapped("一二三四五六七八九十", cell, 32 * 3) == ("一二三", "四五六", "七八…")
    assert _wrapped("", cell, 32) == ("",)


@given(st.text(alphabet="示例县（）12a，", max_size=40), st.integers(1, 400))
def test_wrapping_loses_nothing_that_is_not_marked_as_cut(text, width):
    lines = _wrapped(text, _Style(32, 44), width)
    assert len(lines) <= 3
    whole = "".join(lines)
    assert whole == text or (whole.endswith("…") and text.startswith(whole[:-1]))


@pytest.mark.parametrize("rows", [MOST_ROWS, 10 * MOST_ROWS])
def test_a_picture_stays_within_what_wecom_takes(rows):
    # Strokes everywhere: what compresses worst, in three lines wherever that is possible.
    names = ["".join(chr(0x9F00 + (7 * row + step) % 160) for step in range(40)) for row in range(rows)]
    sections = tuple(
        Section("龘" * 60, PLACES, tuple(place(1, name) for name in names[part::12])) for part in range(12)
    )
    png = table_png(Table("龘" * 90, ("龘" * 90,) * 8, sections))
    assert len(png) <= 2 * 1024 * 1024


def test_beyond_the_most_rows_the_rest_is_counted():
    # One row more than fits: one less is drawn, and a line of 42 + 8 says so; rows are 64 high.
    full, cut = (opened(table_png(table(rows))).height for rows in (MOST_ROWS, MOST_ROWS + 1))
    assert cut - full == 50


def test_ones_own_row_is_drawn_even_where_the_rest_is_cut():
    rows = [place(number) for number in range(1, MOST_ROWS + 3)]
    last_own = [*rows[:-1], place(MOST_ROWS + 2, own=True)]
    plain, own = (
        opened(table_png(Table("排名", (), (Section("", PLACES, tuple(each)),)))).height
        for each in (rows, last_own)
    )
    assert own - plain == 64


def test_a_missing_character_is_named_and_nothing_is_drawn():
    with pytest.raises(MissingGlyph, match=r"U\+E000") as missing:
        table_png(Table("示例县\ue000排名"))
    assert missing.value.character == "\ue000"


@pytest.mark.parametrize("where", ["heading", "column", "cell", "note"])
def test_a_missing_character_is_found_wherever_it_stands(where):
    said = dict.fromkeys(("heading", "column", "cell", "note"), "示例") | {where: "示\uf8ff例"}
    section = Section(said["heading"], (Column(said["column"]),), (Row((said["cell"],)),))
    with pytest.raises(MissingGlyph, match=r"U\+F8FF"):
        table_png(Table("排名", (said["note"],), (section,)))


@pytest.mark.parametrize("character", ["𠮷", "龘", "䶮", "〇", "·", "…", "–", "↑", "↓", "％", "①", "é"])
def test_rare_characters_of_names_are_in_the_font(character):
    require_glyphs([character])


@pytest.mark.parametrize("character", ["😀", "\n", "\t", "\x00", "\u202e", "\U0010ffff"])
def test_what_the_font_does_not_draw_is_refused(character):
    with pytest.raises(MissingGlyph):
        require_glyphs([character])


@given(st.characters(min_codepoint=0x2E80, max_codepoint=0x2FFFF, exclude_categories=["Cs", "Mn"]))
def test_what_is_said_to_be_covered_is_not_the_empty_box(character):
    font = face(32, Weight.REGULAR)
    empty_box = bytes(font.getmask("\ue000"))
    drawn = bytes(font.getmask(character))
    assert (drawn != empty_box) == (character in coverage())


@given(st.text(alphabet="示例县第一小学AVTo12.↑（）", min_size=1, max_size=30))
def test_a_text_is_as_wide_as_its_characters(text):
    whole = face(32, Weight.REGULAR).getlength(text)
    assert whole == pytest.approx(sum(advance(character, 32, Weight.REGULAR) for character in text))


@given(st.lists(st.integers(0, 50), max_size=8), st.integers(0, 200))
def test_a_level_is_the_highest_that_fits(amounts, room):
    cap = level(amounts, room)
    assert sum(min(amount, cap) for amount in amounts) <= room
    assert cap == max(amounts, default=0) or sum(min(amount, cap + 1) for amount in amounts) > room


def test_a_row_has_a_cell_for_each_column():
    with pytest.raises(ValueError, match="one cell for each column"):
        Section("小学", PLACES, (Row(("1", "示例县第一小学")),))
