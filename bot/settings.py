"""The operator's settings: the only reader of the environment (contract, section 2)."""

import os
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from dotenv.parser import parse_stream
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from rapidfuzz import process

PREFIX = "BOT_"
_MODE = f"{PREFIX}DINGTALK__MODE"
# A group of settings is either whole or absent; these are the names that switch it on.
_GROUPS = ("WECOM", "WECOM_AIBOT", "DINGTALK")


class SettingsFault(Exception):
    """Everything that is wrong with the settings, a sentence each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _key_of_43(value: SecretStr) -> SecretStr:
    raw = value.get_secret_value()
    if len(raw) != 43 or not raw.isascii() or not raw.isalnum():
        raise ValueError("要正好 43 个字母或数字，请从企业微信后台原样复制")
    return value


def _url(value: str) -> str:
    if re.match(r"https?://[^/\s]", value) is None:
        raise ValueError("要以 http:// 或 https:// 开头")
    return value.rstrip("/")


def _no_number(value: object) -> object:
    """Else a bare number would be seconds since 1970."""
    if isinstance(value, str) and value.lstrip("+-").replace(".", "", 1).isdigit():
        raise ValueError(_REASONS["datetime_parsing"])
    return value


def _with_offset(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("要带时区，例如 2024-05-20T09:00:00+08:00")
    if not 2000 <= value.year < 2100:
        raise ValueError("年份要在 2000 到 2099 之间")
    return value


def _long_secret(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value().strip()) < 32:
        raise ValueError("至少要 32 个字符")
    return value


AesKey = Annotated[SecretStr, AfterValidator(_key_of_43)]
Address = Annotated[str, AfterValidator(_url)]


class WeCom(_Section):
    """WeCom self-built app (自建应用)."""

    corp_id: str = Field(min_length=1)
    agent_id: int
    secret: SecretStr
    token: SecretStr
    encoding_aes_key: AesKey
    api_base: Address = "https://qyapi.weixin.qq.com"


class WeComAibot(_Section):
    """WeCom AI bot (智能机器人): BOT_ID + SECRET = long connection, TOKEN + ENCODING_AES_KEY = callback."""

    bot_id: str = ""
    secret: SecretStr | None = None
    name: str = ""
    ws_url: str = Field(default="wss://openws.work.weixin.qq.com", pattern=r"^wss?://[^/\s]")
    token: SecretStr | None = None
    encoding_aes_key: AesKey | None = None


class DingTalk(_Section):
    """DingTalk enterprise robot (企业机器人)."""

    client_id: str = Field(min_length=1)
    client_secret: SecretStr
    robot_code: str = Field(min_length=1)
    api_base: Address = "https://api.dingtalk.com"
    oapi_base: Address = "https://oapi.dingtalk.com"
    mode: Literal["http", "stream"] = "http"


class Settings(_Section):
    """Everything; an absent platform is None."""

    database_url: str = Field(default="sqlite:///var/bot.db", repr=False)  # may hold a password
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: Address | None = None
    secret_key: Annotated[SecretStr, AfterValidator(_long_secret)] | None = None
    plan: Path | None = None
    clock_start: Annotated[datetime, BeforeValidator(_no_number), AfterValidator(_with_offset)] | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"
    wecom: WeCom | None = None
    wecom_aibot: WeComAibot | None = None
    dingtalk: DingTalk | None = None

    @property
    def aibot_connects(self) -> bool:
        """Whether the AI bot has a long connection (contract, section 9)."""
        return self.wecom_aibot is not None and self.wecom_aibot.secret is not None


_SECTIONS: dict[str, type[_Section]] = {"WECOM": WeCom, "WECOM_AIBOT": WeComAibot, "DINGTALK": DingTalk}


def known_names() -> list[str]:
    """Every variable that exists, without the `_FILE` twins."""
    plain = [name.upper() for name in Settings.model_fields if name.upper() not in _SECTIONS]
    nested = [f"{group}__{name.upper()}" for group, model in _SECTIONS.items() for name in model.model_fields]
    return [PREFIX + name for name in (*plain, *nested)]


def read_settings(
    environment: Mapping[str, str] | None = None, directory: Path | None = None, *, platforms: bool = True
) -> Settings:
    """The settings from the environment and the `.env` file beside it; the environment wins.

    Raises SettingsFault with every fault at once. No value ever stands in a fault. `platforms`: False leaves
    theirs aside, for a demonstration that makes up its own.
    """
    faults: list[str] = []
    values = _values(_given(environment, directory, faults), faults)
    if not platforms:
        _check_mode(values, faults)
        values = {name: value for name, value in values.items() if "__" not in name}
    tree = _tree(values)
    _check_aibot(tree, faults)
    try:
        settings = Settings.model_validate(tree)
    except ValidationError as error:
        faults += _sentences(error, tree)
        raise SettingsFault(tuple(faults)) from None
    if faults:
        raise SettingsFault(tuple(faults))
    return settings


def plan_alone(environment: Mapping[str, str] | None = None, directory: Path | None = None) -> Path | None:
    """BOT_PLAN, whatever is wrong with the rest: `check` goes on to look at the plan."""
    try:
        given = _given(environment, directory, [])
    except SettingsFault:
        return None
    path = _values(given, []).get(f"{PREFIX}PLAN")
    return None if path is None else Path(path)


def secret_files(environment: Mapping[str, str] | None = None, directory: Path | None = None) -> list[Path]:
    """Where settings are read from: `.env`, and what `_FILE` names; only what is there."""
    try:
        given = _given(environment, directory, [])
    except SettingsFault:
        given = {}
    named = [Path(value) for name, value in sorted(given.items()) if name.endswith("_FILE") and value]
    return [path for path in ((directory or Path()) / ".env", *named) if path.is_file()]


def dingtalk_mode(environment: Mapping[str, str] | None = None, directory: Path | None = None) -> str:
    """BOT_DINGTALK__MODE, for a demonstration that makes up the rest; `read_settings` has looked at it before."""
    return _given(environment, directory, []).get(_MODE) or "http"


def _given(
    environment: Mapping[str, str] | None, directory: Path | None, faults: list[str]
) -> dict[str, str]:
    """Raises SettingsFault where `.env` cannot be read; a line of it that says nothing is one more of `faults`."""
    merged = _dotenv((directory or Path()) / ".env", faults)
    merged |= os.environ if environment is None else environment
    return {name: value for name, value in merged.items() if name.startswith(PREFIX)}


def _dotenv(path: Path, faults: list[str]) -> dict[str, str]:
    try:
        if not path.is_file():
            return {}
        with path.open(encoding="utf-8-sig") as stream:  # some editors of Windows write a mark
            bindings = list(parse_stream(stream))
    except UnicodeDecodeError:
        raise SettingsFault((".env：不是 UTF-8 编码，请用记事本另存为 UTF-8",)) from None
    except OSError:
        raise SettingsFault((".env：没有权限读，请用运行机器人的那个用户运行这条命令",)) from None
    for one in bindings:
        if one.error:
            written = one.original.string  # with the empty lines above it
            line = one.original.line + written[: len(written) - len(written.lstrip())].count("\n")
            faults.append(f".env 第 {line} 行：看不懂，要写成 名字=值，引号要成对")
    return {one.key: one.value for one in bindings if one.key is not None and one.value is not None}


def _values(given: Mapping[str, str], faults: list[str]) -> dict[str, str]:
    """Known names with their values; secrets from `_FILE` twins are read."""
    known = known_names()
    values: dict[str, str] = {}
    for name, value in sorted(given.items()):
        target = name.removesuffix("_FILE")
        if name in known:
            if value.strip():
                values[name] = value
        elif name.endswith("_FILE") and target in known:
            try:
                if found := Path(value).read_text(encoding="utf-8-sig").strip():
                    values.setdefault(target, found)
                else:
                    faults.append(f"{name}：它指的文件是空的")
            except (OSError, UnicodeDecodeError):
                faults.append(f"{name}：读不到它指的文件，请检查路径和权限")
        else:
            nearest = process.extractOne(name, known)
            faults.append(f"{name}：没有这个设置，是不是 {nearest[0]}？")
    return values


def _tree(values: Mapping[str, str]) -> dict[str, object]:
    tree: dict[str, object] = {}
    for name, value in values.items():
        group, nested, leaf = name.removeprefix(PREFIX).partition("__")
        if not nested:
            tree[group.lower()] = value
            continue
        section = tree.setdefault(group.lower(), {})
        assert isinstance(section, dict)
        section[leaf.lower()] = value
    return tree


def _check_mode(values: Mapping[str, str], faults: list[str]) -> None:
    if values.get(_MODE, "http") not in ("http", "stream"):
        faults.append(f"{_MODE}：只能是 'http' 或 'stream'")


def _check_aibot(tree: Mapping[str, object], faults: list[str]) -> None:
    """Half of a pair is an error (contract, section 9)."""
    section = tree.get("wecom_aibot")
    if not isinstance(section, dict):
        return
    long_connection, callback = ("bot_id", "secret"), ("token", "encoding_aes_key")
    if "token" in section or "encoding_aes_key" in section:
        pairs = [callback] + ([long_connection] if "secret" in section else [])
    else:
        pairs = [long_connection]
    for pair in pairs:
        faults += [
            f"{PREFIX}WECOM_AIBOT__{name.upper()}：缺少，它要和 {PREFIX}WECOM_AIBOT__{other.upper()} 一起填"
            for name, other in (pair, pair[::-1])
            if name not in section
        ]


def _sentences(error: ValidationError, tree: Mapping[str, object]) -> list[str]:
    sentences = []
    for fault in error.errors(include_url=False, include_input=False, include_context=True):
        where = PREFIX + "__".join(str(part).upper() for part in fault["loc"])
        group = str(fault["loc"][0]).upper()
        if fault["type"] == "missing" and group in _GROUPS and group.lower() in tree:
            sentences.append(f"{where}：缺少，{PREFIX}{group}__ 的设置要么都填，要么都不填")
        else:
            sentences.append(f"{where}：{_reason(fault['type'], fault['msg'], fault.get('ctx', {}))}")
    return sentences


_REASONS = {
    "int_parsing": "要是整数",
    "int_type": "要是整数",
    "greater_than_equal": "要在 0 到 65535 之间",
    "less_than_equal": "要在 0 到 65535 之间",
    "datetime_parsing": "要写成 2024-05-20T09:00:00+08:00 这样的时间",
    "datetime_from_date_parsing": "要写成 2024-05-20T09:00:00+08:00 这样的时间",
    "string_too_short": "不能是空的",
    "string_pattern_mismatch": "要以 wss:// 开头",
}


def _reason(kind: str, message: str, context: Mapping[str, object]) -> str:
    if kind == "value_error":
        return str(context.get("error", message))
    if kind == "literal_error":
        return f"只能是 {context.get('expected', '')}".replace(" or ", " 或 ")
    return _REASONS.get(kind, message)
