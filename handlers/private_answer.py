"""What is asked in a group and concerns the asker alone is answered in the private chat."""

from bot.policy.outgoing import Kind
from handlers.turn import Handler, Turn
from messages.outgoing import Answer, Reply
from messages.texts.access import told_in_private
from storage.outbox import Post, post


def answered_in_private(turn: Turn, person_id: int, handler: Handler, *, changes: bool) -> Answer:
    """Done as if it had been asked there; the answer waits in the outbox, the group reads 已私信你.

    What the answer leaves open (a menu, a preview) belongs to the private chat as well. `changes`: it is an order,
    not a question.
    """
    said = handler(turn.in_private())
    assert not isinstance(said, Reply), "pages that were rendered before are read where they were promised"
    # The outbox keeps no passwords: whoever could say one has words of its own for groups.
    assert said.without_secrets() is said, "a secret is said where it was asked for"
    if said.silent:
        return said
    key = f"reply/{turn.message.platform.value}/{turn.trace}"
    post(
        turn.connection,
        [Post(key=key, kind=Kind.REPLY, answer=said, person_id=person_id)],
        at=turn.real_ms,
    )
    return told_in_private(changes=changes)
