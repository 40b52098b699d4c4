"""What a person says when deciding about a step."""

from django import forms

from console.operations.actions.decisions import LONGEST_NOTE

TOO_LONG = {"max_length": f"Say it in {LONGEST_NOTE} characters at most."}


class SkipForm(forms.Form):
    reason = forms.CharField(
        label="Why it is skipped",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why the step is skipped; it stays in the history.", **TOO_LONG},
    )


class DecisionForm(forms.Form):
    note = forms.CharField(
        label="Note",
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=TOO_LONG,
    )
