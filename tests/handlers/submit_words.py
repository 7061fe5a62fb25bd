"""What tests of 提交 say and read again and again."""

from storage.submissions import Submission, of_author, versions_of
from tests.handlers.conftest import TEACHER, County

A5, B2, B9 = "A5 技术支持的课堂导入", "B2 微课程设计与制作", "B9 自评与互评活动的组织"
BY = "由乙组长审核；超过 5 个工作日没审，会转给丙管理员、丁校长。"
LINK = "https://files.example.com/1"


def hand_in_next(label: str, due: str = "5月30日（周四）") -> str:
    code = label.split(" ", maxsplit=1)[0]
    return f"下一步：交 {label} 的材料，发“提交 {code} 链接”，要交什么发“微能力 {code}”看（{due}前）。"


def only(county: County, person_id: int = TEACHER) -> Submission:
    (one,) = of_author(county.connection, person_id)
    return one


def links_of(county: County, number: int) -> list[tuple[str, str]]:
    """Each with its 提取码, of the newest version."""
    return [(link.url, link.extraction) for link in versions_of(county.connection, number)[-1].links]
