"""The life of a submission (rules, section 5): its states, what may follow on what, and by whose hand."""

from enum import StrEnum, unique


@unique
class EvidenceState(StrEnum):
    """待审 → 合格 | 优秀 | 退回; 待审 → 已撤回."""

    WAITING = "waiting"  # 待审
    PASSED = "passed"  # 合格
    EXCELLENT = "excellent"  # 优秀
    RETURNED = "returned"  # 退回
    WITHDRAWN = "withdrawn"  # 已撤回

    @property
    def certifies(self) -> bool:
        return self in {EvidenceState.PASSED, EvidenceState.EXCELLENT}

    @property
    def decided(self) -> bool:
        return self in {EvidenceState.PASSED, EvidenceState.EXCELLENT, EvidenceState.RETURNED}


@unique
class EventKind(StrEnum):
    """What can happen to a submission."""

    SUBMITTED = "submitted"  # the first version
    RESUBMITTED = "resubmitted"  # a further one
    EXTRACTION = "extraction"  # a 提取码 that came afterwards
    WITHDRAWN = "withdrawn"  # by the author
    DROPPED = "dropped"  # the point was exchanged for another
    PASSED = "passed"
    EXCELLENT = "excellent"
    RETURNED = "returned"
    REOPENED = "reopened"  # by the project office


_AFTER: dict[EventKind, tuple[frozenset[EvidenceState], EvidenceState | None]] = {
    EventKind.RESUBMITTED: (
        frozenset({EvidenceState.WAITING, EvidenceState.RETURNED}),
        EvidenceState.WAITING,
    ),
    EventKind.EXTRACTION: (frozenset({EvidenceState.WAITING, EvidenceState.RETURNED}), None),
    EventKind.WITHDRAWN: (frozenset({EvidenceState.WAITING}), EvidenceState.WITHDRAWN),
    EventKind.DROPPED: (
        frozenset({EvidenceState.WAITING, EvidenceState.RETURNED}),
        EvidenceState.WITHDRAWN,
    ),
    EventKind.PASSED: (frozenset({EvidenceState.WAITING}), EvidenceState.PASSED),
    EventKind.EXCELLENT: (frozenset({EvidenceState.WAITING}), EvidenceState.EXCELLENT),
    EventKind.RETURNED: (frozenset({EvidenceState.WAITING}), EvidenceState.RETURNED),
    EventKind.REOPENED: (
        frozenset({EvidenceState.PASSED, EvidenceState.EXCELLENT, EvidenceState.RETURNED}),
        EvidenceState.WAITING,
    ),
}


def after(state: EvidenceState, kind: EventKind, *, held: bool = False) -> EvidenceState | None:
    """The state that follows; None where this cannot happen now.

    `held`: handed in too late and not admitted by the office yet (逾期). Nobody decides about it before the
    office reopens it, which is also possible while it is 待审.
    """
    if kind is EventKind.SUBMITTED:
        return None
    from_states, to = _AFTER[kind]
    if held and state is EvidenceState.WAITING:
        if kind is EventKind.REOPENED:
            return EvidenceState.WAITING
        if kind in {EventKind.PASSED, EventKind.EXCELLENT, EventKind.RETURNED}:
            return None
    if state not in from_states:
        return None
    return state if to is None else to
