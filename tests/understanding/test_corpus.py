"""Every labelled line is understood exactly as labelled."""

import pytest

from bot.cli.understand import as_json
from messages.commands import Command

FILES = (
    "phrases",
    "first",
    "second",
    "heard_later",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "blind",
    "eighth",
    "closing",
    "audiences",
    "reminders",
    "announcing",
    "rankings",
)


def printed(understood) -> tuple[str, dict[str, str]]:
    answer = as_json(understood)
    arguments = {
        name: ",".join(map(str, value)) if isinstance(value, list) else value
        for name, value in answer["arguments"].items()
    }
    return answer["command"] or "-", arguments


@pytest.mark.parametrize("name", FILES)
def test_every_line_is_understood_as_labelled(name, reader, corpus):
    wrong = []
    for line in corpus[name]:
        command, arguments = printed(reader.read(line.text, roles=line.roles))
        # An order with a code, link or number that nobody said would be as wrong as one without.
        strict = {} if line.command in "-?" else dict.fromkeys(("codes", "links", "numbers"), "")
        wanted = strict | line.arguments
        got = {key: arguments.get(key, "") for key in wanted}
        if (command, got) != (line.command, wanted):
            wrong.append((line.text, line.command, wanted, command, got))
    assert wrong == []


def test_the_corpus_holds_every_command(corpus):
    commands = {line.command for lines in corpus.values() for line in lines}
    assert commands - {"-", "?"} == {str(command) for command in Command}


def test_the_corpus_is_large_and_says_nothing_twice(corpus):
    lines = [(line.text, line.roles) for lines in corpus.values() for line in lines]
    assert set(corpus) == set(FILES)
    assert len(lines) >= 1500
    assert len([line for lines in corpus.values() for line in lines if line.command in "-?"]) >= 250


def test_asking_back_offers_at_most_three_lines(reader, corpus):
    for lines in corpus.values():
        for line in lines:
            understood = reader.read(line.text, roles=line.roles)
            if understood.command is None and not understood.silent:
                assert 1 <= len(understood.suggestions) <= 3, line.text
            else:
                assert understood.suggestions == ()
