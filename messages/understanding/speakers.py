"""Whose words they are, as `Reader.read` takes it: roles break ties and permit nothing."""

from bot.policy.people import Role

# The two leads of a school are alike here.
SPEAKERS = {
    Role.TEACHER: "teacher",
    Role.LEADER: "leader",
    Role.SCHOOL_ADMIN: "school",
    Role.PRINCIPAL: "school",
    Role.OFFICE: "office",
    Role.OVERSIGHT: "office",
}
OF_ONES_OWN = frozenset({"进度", "情况", "完成情况", "进展"})
"""Of whatever one is responsible for."""
