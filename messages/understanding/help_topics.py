"""What somebody who asks for help wants to know: the `filter` of 帮助, where it is one of the usual questions."""

from typing import Final

from messages.understanding.expression import expression

REQUIREMENT: Final = "要求"
EXCELLENT: Final = "优秀"
WHO: Final = "谁要学"
STUDY_ACCOUNT: Final = "账号"
LINK: Final = "链接"
MATERIAL: Final = "材料"

# The first that fits: '抵线下' is about hours, whoever asks it.
_TOPICS = (
    (REQUIREMENT, expression(r"25\+25|二十五加二十五|抵线?下|能抵|抵扣|顶线下|算线下")),
    (EXCELLENT, expression(r"优秀|60%|百分之六十")),
    (
        WHO,
        expression(
            r"产假|病假|请假|哺乳|借调|支教|退休|调[学到走离]|调动|新来的|新入职|转岗|代课|(?:校长|园长|后勤|保育员|保安|食堂|临聘|行政|领导).{0,8}(?:学|参加|选|弄|交|做)"
        ),
    ),
    (STUDY_ACCOUNT, expression(r"(?:密码|登[录陆]|登[不进]|账号|帐号|学习平台|网址|培训平台)(?!.*绑)")),
    (LINK, expression(r"链接|网盘|分享|权限|提取码")),
    (
        MATERIAL,
        expression(
            r"视频|实录|录课|录像|必须录|非得录|录不录|太大|传不|上传|体会|反思|教案|发(?:文件|图片|照片|截图|语音|附件)|(?i:word|ppt)"
        ),
    ),
)


def topic_of(said: str) -> str:
    """'' for help in general. `said` is in comparable form."""
    if "绑定" in said or "后台" in said:
        return ""
    return next((topic for topic, pattern in _TOPICS if pattern.search(said)), "")
