"""The file of the 30 points: read and checked, every fault at once with its key."""

import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from bot.policy.points import Catalogue, Dimension, Environment, Point

Words = tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)], ...]


class PointsFault(Exception):
    """What is wrong with the file; one sentence per fault, each opening with its key."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class _PointEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, StringConstraints(pattern=r"^[ABC][1-9]\d?$")]
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2)]
    dimension: Dimension
    aliases: Words = ()
    evidence: Words = ()
    evidence_confirmed: bool = False
    subjects: Words = ()
    stages: Words = ()


class _PointsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    points: tuple[_PointEntry, ...]


_SENTENCES = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项，请检查拼写",
    "enum": f"应为 {'、'.join(Dimension)} 之一",
    "string_pattern_mismatch": "应为 A1 这样的编码：字母 A、B、C 加数字",
    "string_too_short": "不能为空",
    "string_type": "应为文字，用双引号括起来",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "tuple_type": '应为列表，例如 ["导入", "课堂导入"]',
}


def load_catalogue(path: Path | None = None) -> Catalogue:
    """The catalogue in the file's order; without a path the built-in file.

    Raises PointsFault with everything that is wrong.
    """
    source = files("bot").joinpath("data", "points.toml") if path is None else path
    try:
        document = tomllib.loads(source.read_bytes().decode())
        entries = _PointsFile.model_validate(document).points
    except OSError as error:
        raise PointsFault(
            (f"{path}: 打不开这个文件（{error.strerror}），请检查 programme.points_file",)
        ) from error
    except UnicodeDecodeError as error:
        raise PointsFault((f"第 {error.start + 1} 个字节：文件应存为 UTF-8",)) from error
    except tomllib.TOMLDecodeError as error:
        raise PointsFault((f"不是有效的 TOML：{error}",)) from error
    except ValidationError as error:
        raise PointsFault(_sentences(error)) from error
    faults = (*_repeated(entries), *_gaps(entries))
    if faults:
        raise PointsFault(faults)
    return Catalogue(Point(**entry.model_dump()) for entry in entries)


def judging(path: Path | None = None) -> str:
    """What of the file decides about people; "" where it is wrong, which `load_catalogue` then says."""
    try:
        points = load_catalogue(path)
    except PointsFault:
        return ""
    return " ".join(sorted(f"{point.code}:{point.dimension}" for point in points))


def _sentences(error: ValidationError) -> tuple[str, ...]:
    return tuple(
        f"{'.'.join(str(key) for key in fault['loc'])}: {_SENTENCES.get(fault['type'], fault['msg'])}"
        for fault in error.errors()
    )


def _repeated(entries: tuple[_PointEntry, ...]) -> tuple[str, ...]:
    codes = Counter(entry.code for entry in entries)
    return tuple(
        f"points.{index}.code: 编码 {entry.code} 出现了 {codes[entry.code]} 次"
        for index, entry in enumerate(entries)
        if codes[entry.code] > 1
    )


def _gaps(entries: tuple[_PointEntry, ...]) -> tuple[str, ...]:
    """Numbers that are skipped: people are told 'A 类到 A13 为止', which must be the whole truth."""
    faults = []
    for environment in Environment:
        numbers = {int(entry.code[1:]) for entry in entries if entry.code[0] == environment}
        missing = set(range(1, max(numbers, default=1) + 1)) - numbers
        faults += [f"points: 缺少 {environment}{number}" for number in sorted(missing)]
    return tuple(faults)
