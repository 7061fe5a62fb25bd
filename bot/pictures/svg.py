"""A picture as SVG that stands in a page or alone: presentation attributes only, for our pages allow no styles."""

from markupsafe import Markup

from bot.pictures.scene import Box, Disc, Lines, Scene, Shape, Words
from bot.pictures.scenes import Shows, scene_of

_FONTS = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, system-ui, sans-serif"
BASELINE = (
    0.37  # of the size: so far below the middle of a Chinese character stands the line it is written on
)


def svg(picture: Shows) -> Markup:
    """It grows and shrinks with its place. Everything in it is escaped."""
    scene = scene_of(picture)
    drawn = Markup("").join(map(_shape, scene.shapes))
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{said}" viewBox="0 0 {width} {height}" '
        'width="{width}" height="{height}" font-family="{fonts}"><title>{title}</title><desc>{alt}</desc>'
        "{drawn}</svg>"
    ).format(
        said=said(scene),
        width=scene.width,
        height=scene.height,
        fonts=_FONTS,
        title=scene.title,
        alt=scene.alt,
        drawn=drawn,
    )


def said(scene: Scene) -> str:
    """What is read out in place of the picture."""
    return f"{scene.title}：{scene.alt}"


def _shape(shape: Shape) -> Markup:
    match shape:
        case Box():
            return _box(shape)
        case Lines():
            return _lines(shape)
        case Disc():
            return _disc(shape)
        case Words():
            return _words(shape)


def _box(box: Box) -> Markup:
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"{}/>').format(
        _number(box.left),
        _number(box.top),
        _number(box.width),
        _number(box.height),
        box.fill or "none",
        _stroke(box.stroke, box.thick),
    )


def _lines(lines: Lines) -> Markup:
    path = "".join(
        "M" + "L".join(f"{_number(across)} {_number(down)}" for across, down in points)
        for points in lines.through
    )
    return Markup('<path d="{}" fill="none" stroke-linejoin="round"{}/>').format(
        path, _stroke(lines.colour, lines.thick)
    )


def _disc(disc: Disc) -> Markup:
    return Markup('<circle cx="{}" cy="{}" r="{}" fill="{}"{}/>').format(
        _number(disc.at[0]),
        _number(disc.at[1]),
        _number(disc.radius),
        disc.fill or "none",
        _stroke(disc.stroke, disc.thick),
    )


def _words(words: Words) -> Markup:
    return Markup('<text x="{}" y="{}" font-size="{}" fill="{}"{}{}>{}</text>').format(
        _number(words.left),
        _number(words.middle + words.size * BASELINE),
        _number(words.size),
        words.colour,
        Markup(' font-weight="700"') if words.bold else "",
        Markup(' text-anchor="{}"').format(words.anchor) if words.anchor != "start" else "",
        "".join(character for character in words.text if character.isprintable()),
    )


def _stroke(colour: str, thick: float) -> Markup:
    if not colour:
        return Markup("")
    return Markup(' stroke="{}" stroke-width="{}"').format(colour, _number(thick))


def _number(value: float) -> str:
    return f"{round(value, 1):g}"
