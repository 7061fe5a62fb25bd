"""Temporary files: media/upload, media/get and webhook/upload_media (documents 96484, 90254 and 99110)."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.tenant.calls import Ask, Call, Dialect, Refused, Upload
from bot.tenant.media import Stored
from bot.tenant.people import Platform
from bot.tenant.tenant import Tenant
from bot.tenant.wecom.access import Access
from bot.tenant.wecom.contents import is_picture
from bot.tenant.wecom.messages import APP_OWNER

_MB: Final = 1024 * 1024
_LARGEST: Final[Mapping[str, int]] = {
    "image": 10 * _MB,
    "voice": 2 * _MB,
    "video": 10 * _MB,
    "file": 20 * _MB,
}
_SMALLEST: Final = 5  # more than that
_BODY: Final = 24 * _MB


class Uploads:
    """What was uploaded lives for three days."""

    def __init__(self, tenant: Tenant, access: Access) -> None:
        self._tenant = tenant
        self._access = access

    def upload(self, ask: Ask) -> Mapping[str, object]:
        stored = self._store(ask, tuple(_LARGEST), APP_OWNER)
        return {"errcode": 0, "errmsg": "ok", **_receipt(stored)}

    def robot_upload(self, ask: Ask) -> Mapping[str, object]:
        key = ask.query.get("key", "")
        if not key or self._tenant.directory.group_of_webhook(Platform.WECOM, key) is None:
            raise Refused(93000, "invalid webhook url")
        stored = self._store(ask, ("voice", "file"), key)
        return {"errcode": 0, "errmsg": "", **_receipt(stored)}

    def get(self, ask: Ask) -> Upload:
        media_id = ask.query.get("media_id", "")
        if not media_id:
            raise Refused(41006, "media_id missing")
        stored = self._tenant.media.find(media_id)
        if stored is None or stored.owner != APP_OWNER:
            raise Refused(40007, "invalid media_id")
        return Upload(stored.file_name, stored.content_type, stored.content)

    def picture(self, ask: Ask) -> Upload:
        """PicUrl of a picture that a person sent: whoever knows the address may see it."""
        stored = self._tenant.media.find(ask.path["media_id"])
        if stored is None or stored.kind != "image":
            raise Refused(40007, "invalid media_id")
        return Upload(stored.file_name, stored.content_type, stored.content)

    def _store(self, ask: Ask, kinds: Sequence[str], owner: str) -> Stored:
        kind = ask.query.get("type", "")
        if kind not in kinds:
            raise Refused(40005, "invalid type")
        upload = ask.uploads.get("media")
        if upload is None:
            raise Refused(44001, "empty media data")
        if len(upload.content) <= _SMALLEST:
            raise Refused(40006, "invalid media size, more than 5 bytes")
        if len(upload.content) > _LARGEST[kind]:
            raise Refused(45001, "media size out of limit")
        if kind == "image" and not is_picture(upload.content):
            raise Refused(40123, "invalid image format, JPG or PNG only")
        if kind == "voice" and not upload.content.startswith(b"#!AMR"):
            raise Refused(301017, "voice must be AMR")
        if kind == "video" and upload.content[4:8] != b"ftyp":
            raise Refused(40004, "invalid media type, MP4 only")
        return self._tenant.media.store(kind, upload, owner=owner, prefix="3")

    def calls(self) -> Sequence[Call]:
        return (*self._of_the_app(), *self._of_others())

    def _of_the_app(self) -> Sequence[Call]:
        return (
            Call(
                name="wecom.media.upload",
                method="POST",
                path="/wecom/cgi-bin/media/upload",
                dialect=Dialect.QYAPI,
                title="上传临时素材",
                limits=(
                    "大于 5 字节（40006）；image 10 MB JPG/PNG，voice 2 MB AMR，video 10 MB MP4，file 20 MB（45001）",
                    "3 天内有效，同一企业的应用通用",
                ),
                source="官方文档 96484",
                handle=self._access.guarded("media/upload", self.upload),
                body_limit=_BODY,
            ),
            Call(
                name="wecom.media.get",
                method="GET",
                path="/wecom/cgi-bin/media/get",
                dialect=Dialect.QYAPI,
                title="下载临时素材",
                limits=("回的是文件本身；无效或过期 40007",),
                source="官方文档 90254",
                handle=self._access.guarded("media/get", self.get),
            ),
        )

    def _of_others(self) -> Sequence[Call]:
        return (
            Call(
                name="wecom.picture",
                method="GET",
                path="/wecom/pictures/{media_id}",
                dialect=Dialect.QYAPI,
                title="成员所发图片的 PicUrl",
                limits=("3 天内有效",),
                source="官方文档 90239",
                handle=self.picture,
            ),
            Call(
                name="wecom.webhook.upload_media",
                method="POST",
                path="/wecom/cgi-bin/webhook/upload_media",
                dialect=Dialect.QYAPI,
                title="群 webhook 上传文件",
                limits=("只有 file 和 voice；大小同上", "3 天内有效，只能由这个机器人发"),
                source="官方文档 99110",
                handle=self.robot_upload,
                target=lambda ask: ask.query.get("key", ""),
                body_limit=_BODY,
            ),
        )


def _receipt(stored: Stored) -> dict[str, object]:
    return {"type": stored.kind, "media_id": stored.media_id, "created_at": str(stored.stored_ms // 1000)}
