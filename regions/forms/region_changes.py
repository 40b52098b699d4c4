"""What a person says when a change is asked for or decided."""

from django import forms

from regions.actions.region_changes import LONGEST_NOTE


class AskForm(forms.Form):
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=LONGEST_NOTE,
        help_text="Whoever approves reads it. Where a check warns, say why it is wanted all the same.",
    )


class DecideForm(forms.Form):
    note = forms.CharField(label="Note", required=False, max_length=LONGEST_NOTE)
