"""Forms of the roles for people: what is taken away, a role of the customer's own, and the change to save."""

from typing import Any

from django import forms

from regions.clouds.aws.people_catalogue import catalogue
from regions.permissions.human_roles import PURPOSE, ROLES
from regions.spec import KubernetesAccess, RoleName, Tailoring, UseCaseRole

KUBERNETES = [
    (KubernetesAccess.NONE.value, "No access to the cluster"),
    (KubernetesAccess.VIEW.value, "View: see workloads, no secrets"),
    (KubernetesAccess.EDIT.value, "Edit: change workloads"),
]


def lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in text.replace(",", " ").split() if part))


class Lines(forms.CharField):
    """Several words, by lines, spaces or commas."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})
        super().__init__(widget=widget, required=False, max_length=6000, **options)


class RemovalsForm(forms.Form):
    """One field a role; the names are those of RoleName, with underscores."""

    read_only = Lines(label="Read-Only Operations")
    elevated = Lines(label="Elevated Operations")
    limited_admin = Lines(label="Limited Administrator")

    @classmethod
    def of(cls, tailoring: Tailoring) -> "RemovalsForm":
        shown = {role.value.replace("-", "_"): "\n".join(tailoring.removed_from(role)) for role in ROLES}
        return cls(initial=shown)

    def removed(self) -> dict[RoleName, tuple[str, ...]]:
        return {role: lines(self.cleaned_data[role.value.replace("-", "_")]) for role in ROLES}


class UseCaseForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=24,
        help_text="Small letters, digits and hyphens. The role in the account is byoc-<region>-use-<name>.",
        error_messages={"required": "Give the role a name."},
    )
    purpose = forms.CharField(
        label="What it is for", max_length=PURPOSE, error_messages={"required": "Say what the role is for."}
    )
    actions = forms.MultipleChoiceField(
        label="What it may do",
        choices=lambda: [(name, name) for name in catalogue()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one action.",
            "invalid_choice": "%(value)s is not among the actions that a role for people can have.",
        },
    )
    kubernetes = forms.ChoiceField(
        label="In the cluster", choices=KUBERNETES, widget=forms.RadioSelect, initial=KubernetesAccess.NONE.value
    )
    principals = Lines(
        label="Who may take it",
        help_text="IAM roles or users of yours, an ARN a line. Empty: the vendor's operations, by name.",
    )

    @classmethod
    def of(cls, role: UseCaseRole) -> "UseCaseForm":
        return cls(
            initial={
                "name": role.name,
                "purpose": role.purpose,
                "actions": list(role.actions),
                "kubernetes": role.kubernetes.value,
                "principals": "\n".join(role.principals),
            }
        )

    def role(self) -> UseCaseRole:
        given = self.cleaned_data
        return UseCaseRole(
            name=given["name"],
            purpose=given["purpose"].strip(),
            actions=tuple(sorted(given["actions"])),
            kubernetes=KubernetesAccess(given["kubernetes"]),
            principals=lines(given["principals"]),
        )


class SaveForm(forms.Form):
    """What the preview showed, sent back whole: nothing of it is kept in between."""

    tailoring = forms.JSONField(widget=forms.HiddenInput)
    base = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why",
        max_length=500,
        help_text="Kept with the version and in the audit trail.",
        error_messages={"required": "Say why the roles are changed."},
    )

    @classmethod
    def of(cls, document: dict[str, Any], base: int) -> "SaveForm":
        return cls(initial={"tailoring": document, "base": base})
