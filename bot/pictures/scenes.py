"""From what a picture shows to where everything stands in it, whichever picture it is."""

from bot.pictures.bars import requirement_scene
from bot.pictures.charts import Coverage, Requirement, Trend
from bot.pictures.curves import trend_scene
from bot.pictures.drawing import table_scene
from bot.pictures.matrix import coverage_scene
from bot.pictures.scene import Scene
from bot.pictures.tables import Table

Shows = Table | Requirement | Coverage | Trend


def scene_of(picture: Shows) -> Scene:
    """A table is laid out by the measures of the packaged font, which takes a moment at first."""
    match picture:
        case Requirement():
            return requirement_scene(picture)
        case Coverage():
            return coverage_scene(picture)
        case Trend():
            return trend_scene(picture)
    return table_scene(picture)
