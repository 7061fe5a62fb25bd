"""The people, schools, days and rules that all samples share; nobody here is anybody."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Self

from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.calendar import SHANGHAI
from bot.policy.people import PersonState
from bot.policy.plan import Hours, Plan
from bot.policy.points import Catalogue
from bot.policy.standing import Evidence, Facts, standing
from handlers.outlook import next_due
from messages.texts.next_step import About, Outlook
from messages.texts.wording import code_label

COUNTY: Final = "示例县"
OFFICE: Final = "示例县项目办"
SCHOOL: Final = "示例县第一小学"
SECOND_SCHOOL: Final = "示例县第二小学"
JUNIOR_SCHOOL: Final = "示例镇初级中学"
KINDERGARTEN: Final = "示例县幼儿园"
GROUP: Final = "语文组"
TEACHER: Final = "示例甲"
COLLEAGUE: Final = "示例乙"
LEADER: Final = "示例丙"
ADMIN: Final = "示例丁"
OFFICER: Final = "示例戊"

# Days of the built-in plan: before the soft date 5月30日, on the day of grace, after it, and after the last day.
TODAY: Final = date(2024, 5, 20)
YESTERDAY: Final = date(2024, 5, 19)
LAST_WEEK: Final = date(2024, 5, 13)
GRACE: Final = date(2024, 5, 31)
JUNE: Final = date(2024, 6, 3)
OVER: Final = date(2024, 7, 1)
NOW: Final = datetime(2024, 5, 20, 9, 5, tzinfo=SHANGHAI)

# Names of hosts that only serve as examples; the drives' own ones stand for how each of them is spoken of.
LINK: Final = "https://docs.example.com/a5"
OTHER_LINK: Final = "https://docs.example.com/b2"
DRIVE_LINK: Final = "https://pan.baidu.com/s/1example"
CLOSED_LINK: Final = "https://docs.qq.com/doc/example"

A5, B2, C3 = "A5", "B2", "C3"
CHOSEN: Final = (A5, B2, C3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The built-in plan and points, so that every machine shows the same."""

    plan: Plan
    catalogue: Catalogue

    @classmethod
    def built_in(cls) -> Self:
        plan = replace(load_plan(None), county=COUNTY, office=OFFICE, version="示例版本")
        return cls(plan=plan, catalogue=load_catalogue(None))

    def label(self, code: str) -> str:
        return code_label(code, self.catalogue)

    def outlook(self, facts: Facts, *, today: date = TODAY, about: About | None = None) -> Outlook:
        """Judged by the real rules."""
        stand = standing(facts, self.plan, self.catalogue)
        return Outlook(
            facts=facts,
            gaps=stand.gaps,
            step=stand.step,
            open_points=tuple(self.label(code) for code in facts.chosen if code not in facts.certified),
            today=today,
            due=next_due(self.plan.deadlines, stand.step, today),
            last=self.plan.deadlines.hard,
            about=about,
        )

    def about(self, number: int, code: str, *, held: bool = False) -> About:
        return About(number=number, label=self.label(code), since=LAST_WEEK, held=held)


NOTHING_YET: Final = Facts(
    state=PersonState.ACTIVE,
    has_study_account=True,
    online=None,
    online_as_of=None,
    practice=Hours(0),
    chosen=(),
    certified=(),
)
NO_ACCOUNT: Final = replace(NOTHING_YET, has_study_account=False)
STARTED: Final = replace(NOTHING_YET, online=Hours(1850), online_as_of=LAST_WEEK)
HAS_CHOSEN: Final = replace(STARTED, chosen=CHOSEN)
HANDED_IN: Final = replace(HAS_CHOSEN, evidence=tuple((code, Evidence.WAITING) for code in CHOSEN))
SENT_BACK: Final = replace(
    HAS_CHOSEN,
    practice=Hours(1600),
    certified=(B2, C3),
    evidence=((A5, Evidence.RETURNED), (B2, Evidence.CERTIFIED), (C3, Evidence.CERTIFIED)),
)
HALF_WAY: Final = replace(
    HAS_CHOSEN,
    practice=Hours(800),
    certified=(A5,),
    evidence=((A5, Evidence.CERTIFIED), (B2, Evidence.WAITING)),
)
SHORT_OF_HOURS: Final = replace(HAS_CHOSEN, practice=Hours(2500), certified=CHOSEN)
DONE: Final = replace(SHORT_OF_HOURS, online=Hours(2500), online_as_of=TODAY)
DEFERRED: Final = replace(STARTED, state=PersonState.DEFERRED)
