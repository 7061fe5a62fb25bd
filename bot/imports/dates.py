"""As-of dates: in a cell, in a line of the file, on the command line."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from bot.imports.cells import Cell, text
from bot.imports.kinds import AsOfWanted

_MARK = re.compile(
    r"统计(时间|日期|截止|截至)|数据(时间|日期|截至|截止|更新)|截[至止](时间|日期)?|导出(时间|日期)|更新(时间|日期)"
    r"|报表(时间|日期)|打印(时间|日期)"
)
_NOT_A_MARK = re.compile(r"报名|提交|学习(时间|日期)|参训")  # other days that tables speak of
_YEAR_FIRST = r"(?:(?P<year>\d{4}|\d{2}(?=年))[-/.年])?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})(?!\d)日?"
_DAY = re.compile(rf"(?<![\d.]){_YEAR_FIRST}|(?<!\d)(?P<y8>20\d{{2}})(?P<m8>\d{{2}})(?P<d8>\d{{2}})(?!\d)")
_TIME_OF_DAY = re.compile(r"\d{1,2}[:时]\d{1,2}([:分]\d{1,2}秒?)?")
MORE_LINES = 5  # how many rows at the end of a sheet are looked at


class NoDay(ValueError):
    """There is no such day, or no date at all in what was given."""


def parse_day(written: str) -> date:
    """The last day that is written: of 2024-03-01 至 5月20日 the 20th of May. Raises NoDay."""
    # The time goes first: in 2024-05-20 8:00 the blank is all that keeps 20 and 8 apart.
    plain = _TIME_OF_DAY.sub("", text(written)).replace(" ", "")
    year: int | None = None
    found: date | None = None
    for match in _DAY.finditer(plain):
        if match["y8"]:
            year, month, day = int(match["y8"]), int(match["m8"]), int(match["d8"])
        else:
            month, day = int(match["month"]), int(match["day"])
            year = _full_year(match["year"]) if match["year"] else year
        if year is None:
            continue
        try:
            found = date(year, month, day)
        except ValueError as error:
            raise NoDay(f"没有 {year} 年 {month} 月 {day} 日这一天") from error
    if found is None:
        raise NoDay("这里没有带年份的日期")
    return found


def _full_year(written: str) -> int:
    return int(written) + 2000 if len(written) == 2 else int(written)


def find_as_of(above: Sequence[Sequence[Cell]], below: Sequence[Sequence[Cell]]) -> date | None:
    """From a line such as 统计时间：2024年5月20日 before the header or among the last rows."""
    for row in (*above, *reversed(below[-MORE_LINES:])):
        found = _in_row(row)
        if found is not None:
            return found
    return None


def _in_row(row: Sequence[Cell]) -> date | None:
    for position, cell in enumerate(row):
        if not isinstance(cell, str) or not cell or len(cell) > 200:
            continue
        marked = text(cell)
        mark = _MARK.search(marked)
        if mark is None or _NOT_A_MARK.search(marked):
            continue
        # Either in the same cell behind the words, before them (2024-05-20 截止), or in the next cell.
        for candidate in (marked[mark.end() :], *row[position + 1 : position + 4], marked[: mark.start()]):
            day = _day_of(candidate)
            if day is not None:
                return day
    return None


def _day_of(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if not isinstance(cell, str) or not any(character.isdigit() for character in cell):
        return None
    try:
        return parse_day(cell)
    except NoDay as error:
        if "没有带年份" in str(error):
            return None
        shown = text(cell).strip(": ")
        raise AsOfWanted(
            f"文件里写的数据日期“{shown}”不对：{error}。请改正，或用 --as-of 指定。",
            f"文件里写的“{shown}”不对：{error}。",
        ) from error


def settle_as_of(given: date | None, in_file: date | None, today: date) -> tuple[date, tuple[str, ...]]:
    """The as-of that counts, with what is to be said about it. Raises ImportRefused."""
    as_of = given or in_file
    if as_of is None:
        raise AsOfWanted(
            "文件里没有数据的截止日期（“统计时间”或“截至”），请加上 --as-of，例如 --as-of 2024-05-20。",
            "文件里没有写“统计时间”或“截至”。",
        )
    if as_of > today:
        raise AsOfWanted(
            f"数据截至 {as_of.isoformat()} 晚于今天（{today.isoformat()}），请核对，或用 --as-of 指定。",
            f"{as_of.isoformat()} 晚于今天（{today.isoformat()}）。",
        )
    if given is not None and in_file is not None and given != in_file:
        return as_of, (
            f"文件里写的日期是 {in_file.isoformat()}，这次按 --as-of 的 {given.isoformat()} 登记。",
        )
    return as_of, ()


def one_day(cells: Iterable[Cell]) -> date | None:
    """The day in a column of days; None where there is none. Raises AsOfWanted where they differ."""
    days = sorted({day for cell in cells if (day := _day_of(cell)) is not None})
    if len(days) > 1:
        several = f"文件里的日期不止一天（{days[0].isoformat()} 到 {days[-1].isoformat()}）"
        raise AsOfWanted(f"{several}，请加上 --as-of，说明数据截至哪一天。", f"{several}。")
    return days[0] if days else None
