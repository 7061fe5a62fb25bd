"""The trend of 合格率 in words, for whoever does not see its picture."""

from messages.outgoing import Answer, Data, answer, heading, text


def trend(title: str, course: str) -> Answer:
    """`course`: what the picture shows, figure by figure."""
    return answer(heading(Data(title)), text(Data(course)))
