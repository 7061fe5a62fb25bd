"""Files in both directions: uploaded by the bot, or sent by people and fetched with a download code.

Official documents upload-media-files and download-the-file-content-of-the-robot-receiving-message.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from bot.tenant.calls import Ask, Call, Dialect, Refused, Upload
from bot.tenant.dingtalk.gate import RATE, Gate
from bot.tenant.dingtalk.identifiers import file_name_of, new_download_code
from bot.tenant.media import Stored
from bot.tenant.tenant import Tenant

_MEGABYTE = 1 << 20
_DOWNLOADS = "/dingtalk/download"
_UPLOADED = "dingtalk"


@dataclass(frozen=True, slots=True)
class _Sort:
    """What one `type` takes."""

    endings: tuple[str, ...]
    megabytes: int


_SORTS = {
    "image": _Sort(("jpg", "gif", "png", "bmp"), 20),
    "voice": _Sort(("amr", "mp3", "wav"), 2),
    "video": _Sort(("mp4",), 20),
    "file": _Sort(("doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "pdf", "rar"), 20),
}


class Files:
    """Over the tenant's media; download codes belong to the robot that got the message."""

    def __init__(self, tenant: Tenant, gate: Gate) -> None:
        self._tenant = tenant
        self._gate = gate
        self._codes: dict[str, str] = {}

    def calls(self) -> Sequence[Call]:
        sizes = "；".join(
            f"{name}：{'、'.join(sort.endings)}，≤ {sort.megabytes} MB" for name, sort in _SORTS.items()
        )
        return (
            Call(
                name="dingtalk.media.upload",
                method="POST",
                path="/dingtalk/oapi/media/upload",
                dialect=Dialect.OAPI,
                title="上传媒体文件",
                limits=(sizes, "multipart 里的文件叫 media", RATE),
                source="官方文档 upload-media-files",
                handle=self._gate.oapi("media_upload", self._upload),
                body_limit=32 * _MEGABYTE,
            ),
            Call(
                name="dingtalk.robot.download",
                method="POST",
                path="/dingtalk/api/v1.0/robot/messageFiles/download",
                dialect=Dialect.V1,
                title="换取收到的文件的下载地址",
                limits=("robotCode 要是收到消息的那个机器人", RATE),
                source="官方文档 download-the-file-content-of-the-robot-receiving-message",
                handle=self._gate.v1("download", self._address),
            ),
            Call(
                name="dingtalk.download",
                method="GET",
                path=_DOWNLOADS + "/{media}/{name}",
                dialect=Dialect.V1,
                title="下载收到的文件",
                limits=("不用 token；文件名以 .file 结尾",),
                source="官方文档 download-the-file-content-of-the-robot-receiving-message",
                handle=self._download,
            ),
        )

    def received(self, kind: str, upload: Upload) -> tuple[Stored, str]:
        """A person's file, and the code by which the bot can fetch it."""
        stored = self._tenant.media.store(kind, upload, owner="dingtalk.robot")
        code = new_download_code()
        self._codes[code] = stored.media_id
        return stored, code

    def uploaded(self, media_id: str) -> Stored | None:
        """What the bot has uploaded here; None for anything else."""
        stored = self._tenant.media.find(media_id)
        return stored if stored is not None and stored.owner == _UPLOADED else None

    def _upload(self, ask: Ask) -> Mapping[str, object]:
        # The page allows the type in the address as well.
        kind = ask.form.get("type") or ask.query.get("type", "")
        sort = _SORTS.get(kind)
        if sort is None:
            raise Refused(40004, "不合法的媒体文件类型")
        upload = ask.uploads.get("media")
        if upload is None:
            raise Refused(41005, "缺少多媒体文件数据")
        if ending(upload.file_name) not in sort.endings:
            raise Refused(40005, "不合法的文件类型")
        if not 0 < len(upload.content) <= sort.megabytes * _MEGABYTE:
            raise Refused(40006, "不合法的文件大小")
        stored = self._tenant.media.store(kind, upload, owner=_UPLOADED, prefix="@lAL")
        return {
            "errcode": 0,
            "errmsg": "ok",
            "type": kind,
            "media_id": stored.media_id,
            "created_at": self._tenant.clock.stamp_ms(),
        }

    def _address(self, body: dict[str, Any]) -> Mapping[str, object]:
        code, robot = body.get("downloadCode"), body.get("robotCode")
        if not robot or not code:
            raise Refused("invalidParameter.robotCode.empty", "机器人robotCode或downloadCode为空")
        if robot != self._gate.robot.robot_code:
            raise Refused("invalidParameter.robotCode.auth", "此downloadCode和机器人robotCode不匹配")
        media = self._codes.get(code, "") if isinstance(code, str) else ""
        if self._tenant.media.find(media) is None:
            raise Refused("invalidParameter.robotCode.downloadCode", "下载码有误或者已经过期")
        path = f"{_DOWNLOADS}/{quote(media, safe='')}/{file_name_of(media)}"
        return {"downloadUrl": self._tenant.base_url + path}

    def _download(self, ask: Ask) -> Upload:
        stored = self._tenant.media.find(ask.path["media"])
        if stored is None or ask.path["name"] != file_name_of(stored.media_id):
            raise Refused("resource.not.found", "文件不存在或已过期", status=404)
        return Upload(ask.path["name"], "application/octet-stream", stored.content)


def ending(file_name: str) -> str:
    """In small letters and without its dot."""
    return PurePath(file_name).suffix.lower().removeprefix(".")
