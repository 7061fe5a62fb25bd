"""Where in the platforms' consoles something is set, as their menus have it."""

from typing import Final

_WECOM: Final = "企业微信管理后台 → "
WECOM_COMPANY: Final = f"{_WECOM}我的企业 → 企业信息 → 企业ID"
_WECOM_APP: Final = f"{_WECOM}应用管理 → 自建 → 这个应用"
WECOM_APP: Final = _WECOM_APP
WECOM_SECRET: Final = f"{_WECOM_APP} → Secret"
WECOM_AGENT: Final = f"{_WECOM_APP} → AgentId"
WECOM_VISIBLE: Final = f"{_WECOM_APP} → 可见范围"
WECOM_ADDRESSES: Final = f"{_WECOM_APP} → 企业可信IP"
WECOM_RECEIVING: Final = f"{_WECOM_APP} → 接收消息 → 设置API接收"

_AIBOT: Final = f"{_WECOM}安全与管理 → 管理工具 → 智能机器人 → 这个机器人"
AIBOT: Final = _AIBOT
AIBOT_SECRET: Final = f"{_AIBOT} → API 模式 → 长连接"
AIBOT_RECEIVING: Final = f"{_AIBOT} → API 模式 → 设置接收消息回调地址"
AIBOT_RIGHTS: Final = f"{_AIBOT} → 可使用的成员、权限"

_DINGTALK: Final = "钉钉开发者后台 → 应用开发 → 这个应用"
DINGTALK_CREDENTIALS: Final = f"{_DINGTALK} → 凭证与基础信息"
DINGTALK_ROBOT: Final = f"{_DINGTALK} → 机器人"
DINGTALK_RIGHTS: Final = f"{_DINGTALK} → 权限管理"
DINGTALK_ADDRESSES: Final = f"{_DINGTALK} → 安全设置 → 服务器出口IP"
DINGTALK_CARDS: Final = f"{_DINGTALK} → 互动卡片 → 回调地址"
DINGTALK_QUOTA: Final = "钉钉开发者后台 → 资源管理 → 用量"
