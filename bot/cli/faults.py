"""What a command says when the operator can mend it: sentences on stderr and exit 1, never a traceback."""


class OperatorFault(Exception):
    """Everything that is wrong, a sentence each."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences
