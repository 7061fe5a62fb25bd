"""The table of every page: where it is, for whom, and who makes it."""

from bot.pages.entry import PageEntry, table
from bot.pages.office.announcement import act_on, announcement
from bot.pages.office.announcement_writing import confirm, new, preview, previewed
from bot.pages.office.announcements import announcements
from bot.pages.office.audit import audit
from bot.pages.office.corrections import correct
from bot.pages.office.exports import exports, order_export
from bot.pages.office.groups import bind_group, groups, try_group, unbind_group
from bot.pages.office.import_file import decide_on_file, file_workbook, import_file
from bot.pages.office.import_run import import_run, take_back_run
from bot.pages.office.imports import imports, upload
from bot.pages.office.jobs import jobs, run_job
from bot.pages.office.outbox import let_be, outbox, send_again
from bot.pages.office.people import people
from bot.pages.office.permissions import permissions
from bot.pages.office.person import person
from bot.pages.office.pictures import county_picture, ranking_picture, school_picture
from bot.pages.office.plan import plan
from bot.pages.office.ranking import ranking
from bot.pages.office.review import open_for_review, reopen, review
from bot.pages.office.reviews import decide, reviews
from bot.pages.office.school import decide_filing, own_school, school
from bot.pages.office.schools import schools
from bot.pages.office.team import own_team, team
from bot.pages.office.today import today
from bot.pages.own import forms
from bot.pages.own.home import home
from bot.pages.own.leaving import leave, leave_everywhere
from bot.pages.own.pictures import own_coverage, own_requirement
from bot.pages.own.printed import printed
from bot.pages.own.sessions import end_session, sessions
from handlers.entry import Who

_EVERYBODY = frozenset({Who.TEACHER})
_READERS = frozenset({Who.OFFICE, Who.OVERSIGHT})
_OFFICE = frozenset({Who.OFFICE})
_LEADS = frozenset({Who.LEAD})
_LEADERS = frozenset({Who.LEADER})
_REVIEWERS = frozenset({Who.LEADER, Who.LEAD, Who.OFFICE})

# In the order of the menu.
# fmt: off
REGISTRY: tuple[PageEntry, ...] = table((
    PageEntry(path="/me", page=home, who=_EVERYBODY, section="我的", menu="我的主页"),
    PageEntry(path="/me/print", page=printed, who=_EVERYBODY),
    PageEntry(path="/me/submit", page=forms.submit, who=_EVERYBODY, posted=True),
    PageEntry(path="/me/withdraw", page=forms.withdraw, who=_EVERYBODY, posted=True),
    PageEntry(path="/me/choose", page=forms.choose, who=_EVERYBODY, posted=True),
    PageEntry(path="/me/appeal", page=forms.appeal, who=_EVERYBODY, posted=True),
    PageEntry(path="/me/confirm", page=forms.confirm, who=_EVERYBODY, posted=True),
    PageEntry(path="/me/sessions", page=sessions, who=_EVERYBODY, section="我的", menu="登录过的浏览器"),
    PageEntry(path="/me/sessions/end", page=end_session, who=_EVERYBODY, posted=True),
    PageEntry(path="/me/picture/coverage.{kind:svg|png}", page=own_coverage, who=_EVERYBODY),
    PageEntry(path="/me/picture/requirement.{kind:svg|png}", page=own_requirement, who=_EVERYBODY),
    PageEntry(path="/office/ranking", page=ranking, who=_EVERYBODY, section="我的", menu="学校排名"),
    PageEntry(path="/office/picture/ranking.{kind:svg|png}", page=ranking_picture, who=_EVERYBODY),
    PageEntry(path="/office/picture/school/{school:[0-9]{1,15}}.{kind:svg|png}", page=school_picture, who=_READERS | _LEADS),
    PageEntry(path="/office/picture/county.{kind:svg|png}", page=county_picture, who=_READERS),
    PageEntry(path="/me/leave", page=leave, who=_EVERYBODY, posted=True),
    PageEntry(path="/me/leave-everywhere", page=leave_everywhere, who=_EVERYBODY, posted=True),
    PageEntry(path="/office", page=today, who=_READERS, section="项目办", menu="今天"),
    PageEntry(path="/office/import", page=imports, who=_READERS, section="项目办", menu="导入"),
    PageEntry(path="/office/import", page=upload, who=_OFFICE, posted=True, uploads=True),
    PageEntry(path="/office/import/{file:[0-9]{1,15}}", page=import_file, who=_READERS),
    PageEntry(path="/office/import/{file:[0-9]{1,15}}", page=decide_on_file, who=_OFFICE, posted=True),
    PageEntry(path="/office/import/{file:[0-9]{1,15}}/workbook", page=file_workbook, who=_READERS),
    PageEntry(path="/office/import/runs/{run:[0-9]{1,15}}", page=import_run, who=_READERS),
    PageEntry(path="/office/import/runs/{run:[0-9]{1,15}}", page=take_back_run, who=_OFFICE, posted=True),
    PageEntry(path="/office/my-school", page=own_school, who=_LEADS, section="学校", menu="本校"),
    PageEntry(path="/office/my-team", page=own_team, who=_LEADERS, section="学校", menu="本组"),
    PageEntry(path="/office/schools", page=schools, who=_READERS, section="学校", menu="学校"),
    PageEntry(path="/office/schools/{school:[0-9]{1,15}}", page=school, who=_READERS | _LEADS),
    PageEntry(path="/office/schools/{school:[0-9]{1,15}}/filings", page=decide_filing, who=_OFFICE, posted=True),
    PageEntry(path="/office/teams/{group:[0-9]{1,15}}", page=team, who=_READERS | _LEADS | _LEADERS),
    PageEntry(path="/office/people", page=people, who=_READERS | _LEADS | _LEADERS, section="学校", menu="人员"),
    PageEntry(path="/office/people/{person:[0-9]{1,15}}", page=person, who=_READERS | _LEADS | _LEADERS),
    PageEntry(path="/office/people/{person:[0-9]{1,15}}/correct", page=correct, who=_OFFICE, posted=True),
    PageEntry(path="/office/announcements", page=announcements, who=_READERS, section="项目办", menu="公告"),
    PageEntry(path="/office/announcements/new", page=new, who=_OFFICE),
    PageEntry(path="/office/announcements/preview", page=preview, who=_OFFICE, posted=True),
    PageEntry(path="/office/announcements/preview", page=previewed, who=_OFFICE),
    PageEntry(path="/office/announcements/confirm", page=confirm, who=_OFFICE, posted=True),
    PageEntry(path="/office/announcements/{number:[0-9]{1,9}}", page=announcement, who=_READERS),
    PageEntry(path="/office/announcements/{number:[0-9]{1,9}}/do", page=act_on, who=_OFFICE, posted=True),
    PageEntry(path="/office/reviews", page=reviews, who=_REVIEWERS, section="审核", menu="待审"),
    PageEntry(path="/office/reviews/decide", page=decide, who=_REVIEWERS, posted=True),
    PageEntry(path="/office/reviews/{number:[0-9]{1,9}}", page=review, who=_REVIEWERS | _READERS),
    PageEntry(path="/office/reviews/{number:[0-9]{1,9}}/open", page=open_for_review, who=_REVIEWERS, posted=True),
    PageEntry(path="/office/reviews/{number:[0-9]{1,9}}/reopen", page=reopen, who=_OFFICE, posted=True),
    PageEntry(path="/office/exports", page=exports, who=_READERS | _LEADS, section="表格", menu="导出表格"),
    PageEntry(path="/office/exports", page=order_export, who=_OFFICE | _LEADS, posted=True),
    PageEntry(path="/office/groups", page=groups, who=_READERS, section="项目办", menu="各群"),
    PageEntry(path="/office/groups/bind", page=bind_group, who=_OFFICE, posted=True),
    PageEntry(path="/office/groups/unbind", page=unbind_group, who=_OFFICE, posted=True),
    PageEntry(path="/office/groups/try", page=try_group, who=_OFFICE, posted=True),
    PageEntry(path="/office/outbox", page=outbox, who=_READERS, section="项目办", menu="发件箱"),
    PageEntry(path="/office/outbox/again", page=send_again, who=_OFFICE, posted=True),
    PageEntry(path="/office/outbox/let-be", page=let_be, who=_OFFICE, posted=True),
    PageEntry(path="/office/jobs", page=jobs, who=_READERS, section="项目办", menu="定时任务"),
    PageEntry(path="/office/jobs/run", page=run_job, who=_OFFICE, posted=True),
    PageEntry(path="/office/audit", page=audit, who=_READERS, section="项目办", menu="审计"),
    PageEntry(path="/office/plan", page=plan, who=_READERS, section="项目办", menu="方案"),
    PageEntry(path="/office/permissions", page=lambda _visit: permissions(REGISTRY), who=_READERS, section="项目办", menu="权限"),
))
# fmt: on
