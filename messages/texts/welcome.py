"""The first words to somebody who may talk to the bot from now on."""

from messages.outgoing import Answer, Data, answer, text
from messages.texts.access import BIND_FORM


def welcome(name: str | None) -> Answer:
    """`name` of the person behind the account; None while nobody is bound to it."""
    if name is None:
        return answer(
            f"发“{BIND_FORM}”绑定身份，就能查学时、选微能力点。",
            "绑定码向本校学校管理员或项目办要；发“帮助”看我能做什么。",
        )
    return answer(text("你已绑定为", Data(name), "。发“还差什么”看下一步，发“帮助”看我能做什么。"))
