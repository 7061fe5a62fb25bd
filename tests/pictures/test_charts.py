"""What charts show: the same figures in words, the same layout as SVG and as PNG, and nothing by colour alone."""

import re
from datetime import date, timedelta
from io import BytesIO
from itertools import combinations, pairwise
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.pictures import colours
from bot.pictures.charts import (
    Part,
    Requirement,
    Series,
    Trend,
    Value,
    coverage_of,
    requirement_of,
)
from bot.pictures.colours import contrast, linear
from bot.pictures.fonts import MissingGlyph, Weight, advance
from bot.pictures.lettering import width, wrapped
from bot.pictures.png import png
from bot.pictures.scene import Box, Disc, Lines, Words, dashed, hatch
from bot.pictures.scenes import scene_of
from bot.pictures.svg import svg
from bot.pictures.tables import Column, Row, Section, Table
from bot.plan_file import load_plan
from bot.points_file import load_catalogue

CATALOGUE = load_catalogue(None)
REQUIRED = load_plan(None).requirement
SVG = "{http://www.w3.org/2000/svg}"
MONDAY = date(2024, 5, 6)


def requirement(*, online=1850, practice=800, points=1, dimensions=1):
    return requirement_of(
        "三项要求",
        REQUIRED,
        online=online,
        practice=practice,
        points=points,
        dimensions=dimensions,
        note="数据截至 5月19日（周日）",
    )


def coverage(**others):
    return coverage_of("环境和维度", CATALOGUE, certified={"A5"}, chosen={"A5", "B7"}, **others)


def series(name, *values, step=1):
    return Series(name, tuple(Value(MONDAY + timedelta(days=step * n), *one) for n, one in enumerate(values)))


def trend():
    return Trend(
        "示例县第一小学合格率走势",
        (series("示例县第一小学", (4, 40), (38, 40)), series("全部", (100, 400), (200, 400))),
    )


TABLE = Table(
    "示例县学校排名",
    ("数据截至 5月19日",),
    (Section("小学", (Column("学校"),), (Row(("示例县第一小学",)),)),),
)
PICTURES = pytest.mark.parametrize(
    "picture", [requirement(), coverage(), trend(), TABLE], ids=["requirement", "coverage", "trend", "table"]
)


# ── words ──


def test_the_requirement_in_words():
    assert requirement().alt == (
        "线上学时 18.5 / 25 学时，还差 6.5 学时；实践学时 8 / 25 学时，还差 17 学时；"
        "认证的微能力点 1 / 3 个，1 个维度，还差 2 个，还差 1 个维度。数据截至 5月19日（周日）。"
    )


def test_no_data_is_not_nothing():
    part = requirement(online=None).parts[0]
    assert (part.have, part.said, part.reached) == (None, "还没有数据，要 25 学时", False)


def test_three_points_in_one_dimension_are_not_enough():
    points = requirement(points=3, dimensions=1).parts[2]
    assert (points.reached, points.note) == (False, "还差 1 个维度")
    assert requirement(points=3, dimensions=2).parts[2].reached


def test_coverage_in_words():
    assert coverage(note="要认证 3 个").alt == (
        "已认证：A5 技术支持的课堂导入（多媒体教学环境，学法指导）；已选：B7 家校交流与合作（混合学习环境，学法指导）；"
        "另外可选 28 个。要认证 3 个。"
    )
    # B7 is chosen, though the scope has been changed since; of the scope only C1 is neither.
    assert "另外可选 1 个。" in coverage(offered={"A5", "C1"}).alt


def test_a_trend_in_words():
    assert trend().alt == (
        "示例县第一小学合格率从 2024年5月6日 10.0%（4/40）到 2024年5月7日 95.0%（38/40），共 2 次排名；"
        "全部合格率从 2024年5月6日 25.0%（100/400）到 2024年5月7日 50.0%（200/400），共 2 次排名。"
    )
    assert Trend("走势", (series("示例县第一小学"),)).alt == "还没有发过排名，所以还没有走势。"


def test_a_line_is_broken_where_nothing_was_posted_and_where_the_school_was_not_part():
    days = [0, 1, 2, 3, 13, 24]
    values = [Value(MONDAY + timedelta(days=n), 1, 0 if n == 1 else 2) for n in days if n != 1]
    values.insert(1, Value(MONDAY + timedelta(days=1), 0, 0))
    found = [
        [(one.day - MONDAY).days for one in piece] for piece in Series("示例", tuple(values)).stretches()
    ]
    assert found == [[0], [2, 3, 13], [24]]  # ten days are a long holiday, eleven are a gap


def test_what_cannot_be_is_refused():
    for made in (
        lambda: Value(MONDAY, 3, 2),
        lambda: Part("线上", 1, 0, ""),
        lambda: Trend("走势", ()),
        lambda: Series("示例", (Value(MONDAY, 1, 2), Value(MONDAY, 1, 2))),
    ):
        with pytest.raises(ValueError):  # noqa: PT011  four of them
            made()


# ── SVG ──


@PICTURES
def test_an_svg_stands_alone_and_says_what_it_shows(picture):
    root = fromstring(svg(picture))

    assert (root.tag, root.get("role")) == (f"{SVG}svg", "img")
    assert root.find(f"{SVG}title").text == picture.title
    assert root.find(f"{SVG}desc").text == picture.alt
    assert root.get("aria-label") == f"{picture.title}：{picture.alt}"


@PICTURES
def test_an_svg_needs_nothing_that_our_pages_forbid(picture):
    text = svg(picture)
    assert re.search(r"<style|<script|\bstyle=|\bon\w+=|href|\bid=|url\(", text) is None


@PICTURES
def test_a_picture_stays_within_its_edges(picture):
    scene = scene_of(picture)
    for shape in scene.shapes:
        if isinstance(shape, Box):
            assert 0 <= shape.left <= shape.left + shape.width <= scene.width
            assert 0 <= shape.top <= shape.top + shape.height <= scene.height
        elif isinstance(shape, Lines):
            for points in shape.through:
                assert all(0 <= x <= scene.width and 0 <= y <= scene.height for x, y in points)
        elif isinstance(shape, Words) and shape.anchor == "start":
            weight = Weight.BOLD if shape.bold else Weight.REGULAR
            long = sum(advance(one, round(shape.size), weight) for one in shape.text)
            assert shape.left + long <= scene.width


@given(st.text(max_size=60))
def test_whatever_a_name_holds_the_svg_is_well_formed(name):
    pictures = [
        Requirement(name, (Part(name, 1, 2, name, name),), name),
        Trend(name, (series(name, (1, 2)),), name),
    ]
    for picture in pictures:
        shown = "".join(one for one in svg(picture) if one == "\n" or one.isprintable())
        assert fromstring(shown).get("role") == "img"


# ── PNG ──


@PICTURES
def test_a_png_is_as_wide_as_a_telephone_and_small(picture):
    made = png(picture)
    image = Image.open(BytesIO(made))
    assert (image.format, image.mode, image.width) == ("PNG", "P", 1080)
    assert len(made) < 100_000
    assert image.convert("RGB").getpixel((1, 1)) == (255, 255, 255)
    assert made == png(picture)


def test_a_missing_character_is_an_error_in_a_png_only():
    picture = Requirement("示例\ue000", (Part("线上", 1, 2, "1 / 2"),))
    with pytest.raises(MissingGlyph, match=r"U\+E000"):
        png(picture)
    assert "线上" in svg(picture)


def test_the_longest_names_of_points_are_shown_whole():
    everything = coverage_of(
        "环境和维度", CATALOGUE, certified={point.code for point in CATALOGUE}, chosen=()
    )
    words = "".join(shape.text for shape in scene_of(everything).shapes if isinstance(shape, Words))
    for point in CATALOGUE:
        assert point.label.replace(" ", "") in words.replace(" ", "")


# ── colours ──


@pytest.mark.parametrize("ground", [colours.WHITE, colours.GROUND, colours.GREEN_PALE, colours.BLUE_PALE])
def test_text_can_be_read_on_every_ground(ground):
    assert contrast(colours.INK, ground) >= 4.5
    assert contrast(colours.QUIET, ground) >= 4.5


@pytest.mark.parametrize("colour", [*colours.SERIES, colours.TRACK])
def test_shapes_can_be_seen_on_white(colour):
    assert contrast(colour, colours.WHITE) >= 3


def test_the_signs_can_be_seen_on_their_ground():
    assert contrast(colours.GREEN, colours.GREEN_PALE) >= 3
    assert contrast(colours.BLUE, colours.BLUE_PALE) >= 3


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the well-known near miss


# Viénot, Brettel and Mollon (1999), for linear sRGB: what people see who lack one kind of cones.
PROTANOPIA = ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, -0.0), (0.00401, -0.00401, 1.0))
DEUTERANOPIA = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, -0.0), (-0.02234, 0.02234, 1.0))


def lab(light):
    """CIE 1976 L*a*b* under D65, from linear sRGB."""
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = (sum(a * b for a, b in zip(row, light, strict=True)) for row in to_xyz)

    def root(part):
        return part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116

    x, y, z = (root(part / white) for part, white in zip(xyz, (0.9505, 1.0, 1.089), strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(first, second, matrix):
    def seen(colour):
        light = [sum(a * b for a, b in zip(row, linear(colour), strict=True)) for row in matrix]
        return lab([min(1, max(0, one)) for one in light])

    return sum((a - b) ** 2 for a, b in zip(seen(first), seen(second), strict=True)) ** 0.5


@pytest.mark.parametrize("matrix", [PROTANOPIA, DEUTERANOPIA], ids=["protanopia", "deuteranopia"])
def test_the_lines_of_a_trend_differ_for_the_colour_blind(matrix):
    # A distance of 2.3 is just noticeable; ten times that is told apart at a glance.
    for first, second in combinations(colours.SERIES, 2):
        assert distance(first, second, matrix) > 23
    assert distance(colours.GREEN, colours.BLUE, matrix) > 23


def near_lines(days):
    """Two lines one percentage point apart, with a ranking each day."""
    many = [MONDAY + timedelta(days=one) for one in range(days)]
    own = Series("示例县第一小学", tuple(Value(one, 50, 100) for one in many))
    county = Series("全部参与排名的学校", tuple(Value(one, 51, 100) for one in many))
    return scene_of(Trend("走势", (own, county))).shapes


def test_lines_close_together_differ_in_black_and_white():
    shapes = near_lines(60)
    lines = [one for one in shapes if isinstance(one, Lines) and one.colour in colours.SERIES]
    dots = [one for one in shapes if isinstance(one, Disc)]
    squares = [one for one in shapes if isinstance(one, Box) and one.stroke in colours.SERIES]

    # The legend shows both first; the one that it is about is drawn after the other, and whole.
    _, _, dashes, whole = (len(one.through) for one in lines)
    assert (whole, dashes > 20) == (1, True)
    assert ({one.fill for one in dots}, {one.fill for one in squares}) == ({colours.BLUE}, {colours.WHITE})
    of_own = sorted(one.at[0] for one in dots[1:])
    of_county = sorted(one.left + one.width / 2 for one in squares[1:])
    for marks in (of_own, of_county):
        # Between two marks of a line there is room for its dashes, at its end for one.
        assert min(later - one for one, later in pairwise(marks)) >= 24
    # But for the ends no mark covers one of the other line: a square is 16 wide.
    assert all(abs(one - other) > 13 for one in of_own[1:-1] for other in of_county[1:-1])


def test_where_two_lines_meet_the_dot_stands_in_the_square():
    dots, squares = ([one for one in near_lines(2) if isinstance(one, kind)][-2:] for kind in (Disc, Box))
    for dot, square in zip(dots, squares, strict=True):
        assert abs(dot.at[0] - square.left - square.width / 2) < 1e-6
        assert 2 * dot.radius < square.width - square.thick


def test_what_is_reached_differs_from_what_is_not_without_any_colour():
    def kinds(**have):
        return [type(shape).__name__ for shape in scene_of(requirement(**have)).shapes]

    some, all_ = kinds(online=2400), kinds(online=2600)
    assert some.count("Disc") == 3  # a ring beside each part
    assert all_.count("Disc") == 2  # a tick is drawn of lines
    assert len([shape for shape in scene_of(requirement()).shapes if isinstance(shape, Lines)]) > 2  # hatches


# ── lines and letters ──


@given(st.floats(1, 300), st.floats(1, 60), st.floats(2, 20))
def test_a_hatch_stays_in_its_box(wide, high, gap):
    for (left, low), (right, top) in hatch(10, 20, wide, high, gap=gap):
        assert 10 - 1e-6 <= left <= right <= 10 + wide + 1e-6
        assert 20 - 1e-6 <= top <= low <= 20 + high + 1e-6
        assert right - left == pytest.approx(low - top)


def test_dashes_run_on_round_a_corner():
    pieces = dashed(((0, 0), (10, 0), (10, 10)), 6, 2)
    assert pieces == (((0, 0), (6, 0)), ((8, 0), (10, 0), (10, 4)), ((10, 6), (10, 10)))


@given(st.text(alphabet="示例县（）第12AWm%.，↑… iMQ@", max_size=30))
def test_letters_are_never_wider_than_reckoned(text):
    drawn = sum(advance(one, 100, Weight.BOLD) for one in text)
    assert drawn <= width(text, 100) + 1e-6


@given(st.text(alphabet="示例县（）12月日a，", max_size=40), st.integers(20, 400))
def test_wrapping_loses_nothing_that_is_not_marked_as_cut(text, room):
    lines = wrapped(text, 20, room, most=3)
    assert len(lines) <= 3
    whole = "".join(lines)
    assert whole == text or (whole.endswith("…") and text.startswith(whole[:-1]))


def test_a_number_stays_with_what_it_counts():
    assert wrapped("截至 5月20日", 20, 20 * 4, most=3) == ("截至 ", "5月20日")
