"""What may follow what: the states of documents and copies, as plain tables. Nothing else decides it."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a document stands on its way."""

    RECEIVED = "RECEIVED"
    READ = "READ"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    SEALED = "SEALED"
    HELD = "HELD"
    WITHDRAWN = "WITHDRAWN"


class Act(StrEnum):
    """What is done to a document, a copy or a dossier; every act is one event of the history."""

    RECEIVE = "receive"
    READ = "read"
    RETURN = "return"
    RESCAN = "rescan"
    SPLIT = "split"
    SPLIT_OFF = "split-off"
    APPROVE = "approve"
    SEAL = "seal"
    HOLD = "hold"
    WITHDRAW = "withdraw"
    REVOKE_RECORD = "revoke-record"
    PARK = "park"
    RETRY = "retry"
    REQUEST_COPY = "request-copy"
    GRANT_COPY = "grant-copy"
    REFUSE_COPY = "refuse-copy"
    ISSUE_COPY = "issue-copy"
    REVOKE_COPY = "revoke-copy"
    VOID_COPY = "void-copy"
    OPEN_AGENCY = "open-agency"
    REFUSE_FILE = "refuse-file"
    OPEN_DOSSIER = "open-dossier"
    GIVE_CONSENT = "give-consent"
    WITHDRAW_CONSENT = "withdraw-consent"
    GIVE_GRANT = "give-grant"
    END_GRANT = "end-grant"
    USE_COPY = "use-copy"
    ASK_AGAIN = "ask-again"
    LOAD_LIST = "load-list"
    MATCH_LINE = "match-line"
    LEARN = "learn"
    USE_LESSON = "use-lesson"
    CHANGE_TRUST = "change-trust"
    RENEW = "renew"
    LOSE_EVIDENCE = "lose-evidence"
    FIND_DAMAGED = "find-damaged"
    FIND_WHOLE = "find-whole"
    REPLACE_RECORD = "replace-record"
    REPLACE_COPY = "replace-copy"
    EXTEND_COPY = "extend-copy"
    OPEN_VOLUME = "open-volume"
    ANSWER_NO_ENTRY = "answer-no-entry"


class Standing(StrEnum):
    """Whether a held record still counts (domain.md 1.2). Expiry follows from the date, the others from acts.

    Only a copy is ever ``used_up``: its number of uses was limited, and all are recorded.
    """

    VALID = "valid"
    EXPIRED = "expired"
    REPLACED = "replaced"
    REVOKED = "revoked"
    DISPUTED = "disputed"
    USED_UP = "used_up"


class CopyState(StrEnum):
    """Where a certified copy stands."""

    REQUESTED = "REQUESTED"
    GRANTED = "GRANTED"
    ISSUED = "ISSUED"
    REFUSED = "REFUSED"
    REVOKED = "REVOKED"
    REPLACED = "REPLACED"


MOVES: dict[tuple[State, Act], State] = {
    (State.RECEIVED, Act.READ): State.READ,
    (State.READ, Act.APPROVE): State.APPROVED,
    (State.READ, Act.RETURN): State.RETURNED,
    (State.READ, Act.SPLIT): State.RECEIVED,
    (State.RETURNED, Act.RESCAN): State.RECEIVED,
    (State.APPROVED, Act.SEAL): State.SEALED,
    (State.SEALED, Act.HOLD): State.HELD,
    (State.RECEIVED, Act.WITHDRAW): State.WITHDRAWN,
    (State.READ, Act.WITHDRAW): State.WITHDRAWN,
    (State.RETURNED, Act.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Act.WITHDRAW): State.WITHDRAWN,
    (State.SEALED, Act.WITHDRAW): State.WITHDRAWN,
    (State.HELD, Act.REVOKE_RECORD): State.HELD,
    (State.HELD, Act.REPLACE_RECORD): State.HELD,
}
"""The whole life of a document: who is where and what may be done there."""

COPY_MOVES: dict[tuple[CopyState, Act], CopyState] = {
    (CopyState.REQUESTED, Act.GRANT_COPY): CopyState.GRANTED,
    (CopyState.REQUESTED, Act.REFUSE_COPY): CopyState.REFUSED,
    (CopyState.GRANTED, Act.ISSUE_COPY): CopyState.ISSUED,
    (CopyState.GRANTED, Act.VOID_COPY): CopyState.REFUSED,
    (CopyState.ISSUED, Act.REVOKE_COPY): CopyState.REVOKED,
    (CopyState.ISSUED, Act.REPLACE_COPY): CopyState.REPLACED,
}

STEP_AFTER: dict[State, str] = {State.RECEIVED: "read", State.APPROVED: "seal", State.SEALED: "hold"}
"""The step a document is due for once it has come to a state; states not named wait for a person."""


class IllegalMove(Exception):
    """The act is not possible from where the document or copy stands; said in both languages."""

    def __init__(self, state: StrEnum, act: Act) -> None:
        vi, en = ("bản sao", "the copy") if isinstance(state, CopyState) else ("hồ sơ", "the document")
        self.vi = f"Không thể thực hiện «{act}» khi {vi} ở trạng thái {state}"
        self.en = f"{act} is not possible: {en} is in state {state}"
        super().__init__(self.en)
        self.state, self.act = state, act


def move(state: State, act: Act) -> State:
    """The state after ``act``. Raises IllegalMove."""
    try:
        return MOVES[state, act]
    except KeyError:
        raise IllegalMove(state, act) from None


def move_copy(state: CopyState, act: Act) -> CopyState:
    """The copy's state after ``act``. Raises IllegalMove."""
    try:
        return COPY_MOVES[state, act]
    except KeyError:
        raise IllegalMove(state, act) from None
