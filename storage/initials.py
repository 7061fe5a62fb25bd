"""Pinyin initials of people's names, by which they are found: 示例 by sl, surnames as people read them."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Final

LONGEST: Final = 20  # letters: what the column holds

# Surnames that are read otherwise than the character by itself; the others are as the dictionary has them.
_SURNAMES: Final = (
    "曾 zeng|单 shan|解 xie|仇 qiu|查 zha|翟 zhai|区 ou|覃 qin|乐 yue|隗 wei|召 shao|郇 xun|祭 zhai|种 chong|"
    "佴 nai|句 gou|折 she|秘 bi|繁 po|阚 kan|粘 nian|乜 nie|不 fou|逢 pang|柜 ju|澹 tan|适 kuo|藏 zang|参 shen|"
    "食 yi|且 ju|泷 shuang|铅 yan|会 gui|丌 qi|厘 xi|尉迟 yu chi|万俟 mo qi|澹台 tan tai|单于 chan yu|"
    "中行 zhong hang|乐正 yue zheng|长孙 zhang sun|令狐 ling hu"
)
# Both readings are in use: the first letters under which they are looked for besides.
_ALSO: Final = (
    "覃 tan|乐 le|隗 kui|召 zhao|郇 huan|祭 ji|种 zhong|粘 zhan|盖 gai|缪 mou|谌 shen|郗 chi|曾 ceng|"
    "单 dan|查 cha|解 jie|仇 chou|翟 di|区 qu|尉迟 wei chi|万俟 wan qi|澹台 dan tai|单于 dan yu|中行 zhong xing|"
    "乐正 le zheng|阚 han"
)


def initials(name: str) -> str:
    """Small letters a–z only; what has no sound is left out, and of a word in Latin letters the first remains."""
    surname = next((name[:size] for size in (2, 1) if name[:size] in _usual()), "")
    letters = [_usual()[surname]] if surname else []
    before = ""
    for char in name[len(surname) :]:
        letter = _letter(char)
        # 阿依古丽·Ali: of a word in letters only the first counts.
        if letter and not (_is_latin(char) and _is_latin(before)):
            letters.append(letter)
        before = char
    return "".join(letters)[:LONGEST]


def other_readings(typed: str) -> tuple[tuple[str, str], ...]:
    """(initials as they are stored, surname) that somebody may mean who types another reading: tan for 覃."""
    found = []
    for surname, also in _also().items():
        usual = initials(surname)
        # Of a double surname the typed letters may be only the first.
        if also != usual and (typed.startswith(also) or also.startswith(typed)):
            found.append((usual + typed[len(also) :], surname))
    return tuple(found)


@cache
def _usual() -> Mapping[str, str]:
    return _table(_SURNAMES)


@cache
def _also() -> Mapping[str, str]:
    return _table(_ALSO)


def _table(words: str) -> Mapping[str, str]:
    rows = (row.split(maxsplit=1) for row in words.split("|"))
    return {surname: "".join(sound[0] for sound in sounds.split()) for surname, sounds in rows}


@cache
def _letter(char: str) -> str:
    if char.isdigit():
        return ""
    return _first_letters().get(ord(char)) or _plain(char)


def _plain(sound: str) -> str:
    """The letter a sound begins with, without its tone; "" for what has none."""
    letter = unicodedata.normalize("NFKD", sound)[:1].lower()
    return letter if _is_latin(letter) else ""


def _is_latin(char: str) -> bool:
    return len(char) == 1 and char.isascii() and char.isalpha()


@cache
def _first_letters() -> Mapping[int, str]:
    """Of every character in the dictionary; only whoever writes a roster needs it."""
    # Not `import pypinyin`: with that come its dictionary of words and copies of both, 44 MB that never go.
    package = find_spec("pypinyin")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("pypinyin")
    path = Path(package.submodule_search_locations[0]) / "pinyin_dict.py"
    spec = spec_from_file_location("pinyin_dict", path)
    assert spec is not None, "a Python file"
    assert spec.loader is not None, "a Python file"
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return {code: _plain(sounds) for code, sounds in module.pinyin_dict.items()}
