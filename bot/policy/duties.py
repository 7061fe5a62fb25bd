"""What a school has to see to in the first stage besides its filings: it ticks them off (duties 12 to 17)."""

from enum import StrEnum, unique


@unique
class Duty(StrEnum):
    """Only that it is done is kept, never an amount or a password."""

    AGREEMENT = "agreement"  # 与培训组织方签培训协议
    PAYMENT = "payment"  # 缴培训经费
    MEETING = "meeting"  # 召开教师工作会议
    ROSTER = "roster"  # 确定参训名单，报培训组织方
    ACCOUNTS = "accounts"  # 发放学习账号
