"""A project's name and words."""

from django import forms

NAME_HINT = "Lower-case letters, digits and hyphens; it becomes part of addresses: APP.PROJECT.svc.REGION."


class ProjectForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=63,
        help_text=NAME_HINT,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={"required": "Give the project a name.", "max_length": "At most 63 characters."},
    )
    description = forms.CharField(label="What it is for", max_length=300, required=False)
