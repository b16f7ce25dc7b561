"""pyHanko's rules for what may change behind a signature, with two mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import inf

from pyhanko.pdf_utils.generic import Reference
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    FormUpdate,
    FormUpdatingRule,
    GenericFieldModificationRule,
    ModificationLevel,
    StandardDiffPolicy,
)
from pyhanko.sign.diff_analysis.form_rules_api import FieldComparisonContext, FieldComparisonSpec


class _Unchanged(GenericFieldModificationRule):
    """Lets what is as it was stay in a locked field.

    pyHanko 0.38 names the appearance of every text field as updated in every later revision, and refuses that where
    the field is locked (FieldMDP): a locked form broke with its first archive timestamp (measured).
    """

    def check_form_field(
        self, fq_name: str, spec: FieldComparisonSpec, context: FieldComparisonContext
    ) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        """Give pyHanko's findings, with those about unchanged objects permitted in a locked field."""
        for level, update in super().check_form_field(fq_name, spec, context):
            changed = _last_change(update.updated_ref, context) > context.old.revision
            yield (
                level,
                update if changed or update.valid_when_locked else replace(update, valid_when_locked=True),
            )


def _last_change(reference: Reference, context: FieldComparisonContext) -> float:
    try:
        return int(context.new.reader.xrefs.get_last_change(reference))
    except KeyError:  # in no table
        return inf


def _policy() -> StandardDiffPolicy:
    form = DEFAULT_DIFF_POLICY.form_rule
    if form is None:
        return DEFAULT_DIFF_POLICY
    rules = [
        _Unchanged(one.allow_in_place_appearance_stream_changes, one.always_modifiable, one.value_update_keys)
        if type(one) is GenericFieldModificationRule
        else one
        for one in form.field_rules
    ]
    return StandardDiffPolicy(
        DEFAULT_DIFF_POLICY.global_rules,
        # told to programs only, and set by every signer (ISO 32000-1 table 219): the first one may have left it out
        FormUpdatingRule(rules, form.ignored_acroform_keys | {"/SigFlags"}),
    )


POLICY = _policy()
