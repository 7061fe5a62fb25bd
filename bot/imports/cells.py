"""From a cell, as spreadsheets really hold it, to a value; never a guess (domain: what exports do to data)."""

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta

from bot.policy.plan import Hours

Cell = str | int | float | bool | date | datetime | time | timedelta
"""What a file's reader hands out; "" is an empty cell."""

UNSAVED = "[公式]"
"""Stands where a formula has no result: bot.imports.formulas."""
FAILED = "[错误]"
"""Stands where a formula has come to an error, such as #N/A."""
MOST_HOURS = Hours(9999_00)
_SIXTEEN_DIGITS = 10**15  # doubles hold 15 decimal digits; of longer numbers Excel keeps zeros instead
_ABROAD = 13  # digits of a mobile number with 86 before it
_BLANK = frozenset(
    {"", "-", "--", "—", "——", "–", "−", "/", "\\", "无", "暂无", "null", "none", "nan", "n/a"}
)
_LONGEST_BLANK = max(map(len, _BLANK))
# As spreadsheets write it, with the sign or a point: 21E0012 may well be a number that an office gave out.
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+\d+|\d\.\d+[eE]\d+")
_MOBILE = re.compile(r"(\+?86)?(1[3-9]\d{9})")
_NUMBER_AS_TEXT = re.compile(r"(\d+)\.0+")
_DATE_AS_TEXT = re.compile(r"\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?(\s+\d{1,2}:\d{2}(:\d{2})?)?")
_QUOTED = re.compile(r'="(.*)"')  # ="0012": how some exports keep leading zeros in a .csv
_HOURS = re.compile(r"(-?)(\d{1,9})(?:\.(\d{1,9}))?(?:个?学时|h)?")
_FRACTION = re.compile(r"\d+/\d+")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
_SPACES = re.compile(r"\s+")
_APOSTROPHES = "'’‘`"
_DOTS = str.maketrans(dict.fromkeys("•‧・･∙⋅●", "·"))  # between the parts of a name: 阿依古丽·买买提


class CellFault(Exception):
    """A value that must not be taken as it stands: why, and what the operator can do."""

    def __init__(self, reason: str, cure: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cure = cure


def saved(cell: Cell) -> Cell:
    """The cell itself. Raises CellFault for a formula without a result or with an error: neither is empty."""
    if cell is UNSAVED:
        raise CellFault("公式还没有算出结果", "请用 Excel 或 WPS 打开这份表，保存一次再导入")
    if cell is FAILED:
        raise CellFault("公式算出的是错误（例如 #N/A）", "请改成正确的值，没有就清空这一格")
    return cell


def text(cell: Cell) -> str:
    """Full-width forms made half-width, invisible characters gone, runs of white space to one space."""
    if not isinstance(cell, str):
        return _plain(cell)
    if not cell.isprintable():
        cell = _INVISIBLE.sub("", cell)
    normal = unicodedata.normalize("NFKC", cell)
    return _SPACES.sub(" ", normal).strip() if " " in normal or not normal.isprintable() else normal


def label(cell: Cell) -> str:
    """`text` without any white space: headers, words of a closed set, names of schools."""
    found = text(cell)
    return found.replace(" ", "") if " " in found else found


def value(cell: Cell) -> str:
    """`text`, where a lone dash and its like mean that nothing is there."""
    found = text(cell)
    return "" if found.casefold() in _BLANK else found


def name(cell: Cell) -> str:
    """A person's name: 张 三 is 张三; the dots of long names are written in one way."""
    found = value(cell).translate(_DOTS)
    return found if found.isascii() else found.replace(" ", "")


def shown(cell: Cell) -> str:
    """The cell for people to find it again, as Excel would roughly show it."""
    if isinstance(cell, float) and abs(cell) >= _SIXTEEN_DIGITS:
        return f"{cell:.5E}"
    return text(cell)[:40]


def identifier(cell: Cell) -> str:
    """A number that identifies somebody, as text; "" when there is none.

    Raises CellFault where the spreadsheet has destroyed it.
    """
    if isinstance(cell, str):
        # The ordinary case, decided cheaply: nothing that means “none” is so long, and only x needs a change.
        if (
            cell.isascii()
            and cell.isalnum()
            and (len(cell) != _ABROAD if cell.isdigit() else len(cell) > _LONGEST_BLANK and cell[-1] != "x")
        ):
            return cell
        return _identifier_text(text(cell))
    if isinstance(cell, bool):
        raise CellFault("这里应是编号，不是“是/否”", "请填编号")
    if isinstance(cell, date | time | timedelta):
        raise CellFault("编号被 Excel 变成了日期", "把这一列设为文本格式，重新填写编号")
    return _identifier_number(cell)


def _identifier_text(found: str) -> str:
    if quoted := _QUOTED.fullmatch(found):
        found = quoted[1]
    found = found.lstrip(_APOSTROPHES).strip()
    if found.casefold() in _BLANK:
        return ""
    if found.startswith("#"):
        raise CellFault("公式没有算出结果", "把这一格改成编号本身")
    compact = re.sub(r"[\s-]", "", found)
    if mobile := _MOBILE.fullmatch(compact):
        return mobile[2]
    if _DATE_AS_TEXT.fullmatch(found):
        raise CellFault("编号被 Excel 变成了日期", "把这一列设为文本格式，重新填写编号")
    if re.fullmatch(r"[\d ]+[xX]?", found):
        found = found.replace(" ", "")
    if re.fullmatch(r"\d{17}x", found):
        return found.upper()
    if whole := _NUMBER_AS_TEXT.fullmatch(found):
        return whole[1]
    if _SCIENTIFIC.fullmatch(found):
        raise CellFault(
            "编号成了科学计数法，后面的数字已经丢失", "从原系统重新导出，或把这一列设为文本格式后重新填写"
        )
    return found


def _identifier_number(number: float) -> str:
    if not math.isfinite(number) or number != int(number) or number < 0:
        raise CellFault("这里应是编号，不是小数", "把这一列设为文本格式，重新填写编号")
    if number >= _SIXTEEN_DIGITS:
        raise CellFault(
            "16 位以上的编号存成了数字，Excel 只保留前 15 位，后面的已经丢失",
            "从原系统重新导出，或把这一列设为文本格式后重新填写",
        )
    digits = str(int(number))
    return _identifier_text(digits) if len(digits) == _ABROAD else digits


def hours(cell: Cell) -> Hours | None:
    """Hundredths of 学时; None where there is no data, which is not 0. Raises CellFault."""
    if isinstance(cell, str):
        return _hours_text(label(cell).casefold())
    if isinstance(cell, date | time | timedelta):
        raise CellFault(
            "学时被 Excel 变成了日期或时间", "多半原来是 5/6 这样的“合格数/选课数”；请换成获得的学时"
        )
    if isinstance(cell, bool):
        raise CellFault("学时应是数字，不是“是/否”", "请填学时数，没有数据就留空")
    return _hours_number(cell)


def _hours_text(found: str) -> Hours | None:
    if found in _BLANK:
        return None
    found = found.lstrip(_APOSTROPHES)
    matched = _HOURS.fullmatch(found)
    if matched is None:
        raise _unreadable_hours(found)
    sign, whole, decimals = matched[1], matched[2], (matched[3] or "").rstrip("0")
    if len(decimals) > 2:
        raise CellFault("学时最多两位小数", "请按平台上的数填写，不要用平均数或除出来的数")
    amount = int(whole) * 100 + int(decimals.ljust(2, "0") or 0)
    return _in_range(-amount if sign else amount)


def _unreadable_hours(found: str) -> CellFault:
    if _FRACTION.fullmatch(found):
        return CellFault("像是“合格数/选课数”，不是学时", "请换成获得的学时")
    if _DATE_AS_TEXT.fullmatch(found) or re.fullmatch(r"\d{1,2}月\d{1,2}日?", found):
        return CellFault("像是日期，不是学时", "多半原来是 5/6 这样的“合格数/选课数”；请换成获得的学时")
    if found.startswith("#"):
        return CellFault("公式没有算出结果", "请填学时数，没有数据就留空")
    if re.fullmatch(r"[\d.]+(分钟|分|min|小时|课时|学分|%|％)", found):
        return CellFault("单位不是学时", "请换算成学时再填")
    return CellFault("看不懂的学时", "请填数字，例如 18.5；没有数据就留空")


def _hours_number(number: float) -> Hours:
    if not math.isfinite(number):
        raise CellFault("看不懂的学时", "请填数字，例如 18.5；没有数据就留空")
    # What is out of range anyhow must not overflow here: 1.8e306 × 100 is infinite.
    number = max(-1.0, min(number, 10_000.0))
    hundredths = round(number * 100)
    # 18.1 × 100 is 1810.0000000000002: what is a rounding of the double is not a third decimal.
    if abs(number * 100 - hundredths) > 1e-6 * max(1.0, abs(number)):
        raise CellFault("学时最多两位小数", "请按平台上的数填写，不要用平均数或除出来的数")
    return _in_range(hundredths)


def _in_range(hundredths: int) -> Hours:
    if hundredths < 0:
        raise CellFault("学时不会小于 0", "请核对这一格")
    if hundredths > MOST_HOURS:
        raise CellFault("学时大得不合理（超过 9999）", "请核对这一格，是不是填成了分钟或编号")
    return Hours(hundredths)


def _plain(cell: float | date | time | timedelta) -> str:
    match cell:
        case bool():
            return "是" if cell else "否"
        case float() if cell.is_integer() and abs(cell) < _SIXTEEN_DIGITS:
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case _:
            return str(cell)
