"""The tables of states: every pair of state and act is allowed or refused, and no way leads round a person."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.lifecycle import STEP_AFTER, Act, CopyState, IllegalMove, State, move, move_copy

R, D, B, A, S, H, W = (
    State.RECEIVED, State.READ, State.RETURNED, State.APPROVED, State.SEALED, State.HELD, State.WITHDRAWN,
)  # fmt: skip
ALLOWED = {
    (R, Act.READ): D, (D, Act.APPROVE): A, (D, Act.RETURN): B, (D, Act.SPLIT): R,
    (B, Act.RESCAN): R, (A, Act.SEAL): S, (S, Act.HOLD): H,
    (R, Act.WITHDRAW): W, (D, Act.WITHDRAW): W, (B, Act.WITHDRAW): W, (A, Act.WITHDRAW): W, (S, Act.WITHDRAW): W,
    (H, Act.REVOKE_RECORD): H, (H, Act.REPLACE_RECORD): H,
}  # fmt: skip
COPY_ALLOWED = {
    (CopyState.REQUESTED, Act.GRANT_COPY): CopyState.GRANTED,
    (CopyState.REQUESTED, Act.REFUSE_COPY): CopyState.REFUSED,
    (CopyState.GRANTED, Act.ISSUE_COPY): CopyState.ISSUED,
    (CopyState.GRANTED, Act.VOID_COPY): CopyState.REFUSED,
    (CopyState.ISSUED, Act.REVOKE_COPY): CopyState.REVOKED,
    (CopyState.ISSUED, Act.REPLACE_COPY): CopyState.REPLACED,
}


@pytest.mark.parametrize(("state", "act"), list(product(State, Act)))
def test_every_act_in_every_state_is_allowed_or_refused(state: State, act: Act) -> None:
    if (state, act) in ALLOWED:
        assert move(state, act) is ALLOWED[state, act]
        return
    with pytest.raises(IllegalMove) as refused:
        move(state, act)
    assert (refused.value.state, refused.value.act) == (state, act)


@pytest.mark.parametrize(("state", "act"), list(product(CopyState, Act)))
def test_every_act_on_a_copy_in_every_state_is_allowed_or_refused(state: CopyState, act: Act) -> None:
    if (state, act) in COPY_ALLOWED:
        assert move_copy(state, act) is COPY_ALLOWED[state, act]
        return
    with pytest.raises(IllegalMove):
        move_copy(state, act)


@given(st.lists(st.sampled_from(Act), max_size=60))
def test_no_walk_reaches_held_without_approval_seal_and_holding_in_this_order(acts: list[Act]) -> None:
    state, done = State.RECEIVED, []
    for act in acts:
        try:
            state = move(state, act)
        except IllegalMove:
            continue
        done.append(act)
    if state is State.HELD:
        legal = [act for act in done if act not in (Act.REVOKE_RECORD, Act.REPLACE_RECORD)]
        assert legal[-3:] == [Act.APPROVE, Act.SEAL, Act.HOLD]


def test_a_document_cannot_leave_read_for_the_seal_without_a_person() -> None:
    without_approval = {pair: after for pair, after in ALLOWED.items() if pair[1] is not Act.APPROVE}
    reached, grew = {State.RECEIVED}, True
    while grew:
        more = {after for (before, _), after in without_approval.items() if before in reached}
        grew = not more <= reached
        reached |= more
    assert reached == {State.RECEIVED, State.READ, State.RETURNED, State.WITHDRAWN}


@given(st.lists(st.sampled_from(Act), max_size=60))
def test_no_copy_is_issued_or_revoked_without_a_grant(acts: list[Act]) -> None:
    state, done = CopyState.REQUESTED, []
    for act in acts:
        try:
            state = move_copy(state, act)
        except IllegalMove:
            continue
        done.append(act)
    if state in (CopyState.ISSUED, CopyState.REVOKED):
        assert Act.GRANT_COPY in done and Act.REFUSE_COPY not in done


def test_states_that_wait_for_a_person_make_no_step_due() -> None:
    assert {state for state in State if state not in STEP_AFTER} == {D, B, H, W}
