"""What a page returns for a picture's address: the same description as SVG to look at, or as PNG to pass on."""

from typing import Final

from bot.pages.visit import NotThere, Outcome, Picture, Unfit
from bot.pictures.fonts import MissingGlyph
from bot.pictures.png import png
from bot.pictures.scenes import Shows
from bot.pictures.svg import svg

SVG: Final = "image/svg+xml"
PNG: Final = "image/png"


def drawn(picture: Shows, kind: str) -> Outcome:
    """`kind`: "svg" or "png", as the address ends."""
    if kind == "svg":
        return Picture(SVG, svg(picture).encode())
    if kind != "png":
        raise NotThere
    try:
        return Picture(PNG, png(picture))
    except MissingGlyph as missing:
        said = f"有一个字（{missing}）画不进图片里。网页上的表是全的，可以直接打印。"
        raise Unfit(said) from missing
    except (ModuleNotFoundError, OSError) as error:
        raise Unfit("图片用的字体没有装好，画不出来。网页上的表是全的，可以直接打印。") from error
