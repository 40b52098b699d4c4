"""The values of a secret as forms, one for each kind. What was entered is never shown again, right or wrong."""

import base64
import binascii
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from console.web.components.fields import Card
from secrets_app.contents import LARGEST_SECRET
from secrets_app.kinds import ALGORITHMS

END_OF_DAY = time(23, 59, 59, tzinfo=UTC)
UNSEEN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none", "data-lpignore": "true"}
MOST_ROWS = 128


class SecretText(forms.Textarea):
    """As `PasswordInput`: whatever a form was sent with, it is shown empty; what is typed is masked."""

    def __init__(self, rows: int = 2) -> None:
        super().__init__(attrs={**UNSEEN, "rows": rows, "class": "masked"})

    def format_value(self, value: Any) -> None:  # noqa: ARG002  never the value
        return None


def secret_field(label: str, *, hint: str = "", rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        help_text=hint,
        strip=False,
        widget=SecretText(rows=rows),
        max_length=LARGEST_SECRET,
    )


def file_field(label: str) -> forms.FileField:
    return forms.FileField(label=label, required=False, allow_empty_file=True)


class DayInput(forms.DateInput):
    input_type = "date"


class ValuesForm(forms.Form):
    """Base of the kinds' own fields; `values` are what was entered, by key."""

    kind = ""
    pairs: tuple[tuple[str, str], ...] = ()
    """Key of the secret, name of the field; `<name>_file` is the same as a file."""

    def values(self) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for key, name in self.pairs:
            if value := bytes_of(self.cleaned_data.get(f"{name}_file"), self.cleaned_data.get(name)):
                found[key] = value
        return found

    def expires_at(self) -> datetime | None:
        day = self.cleaned_data.get("expires_on")
        return datetime.combine(day, END_OF_DAY) if day else None

    def field_of(self, key: str) -> str | None:
        """The field that an error about a key of the secret belongs to."""
        name = dict(self.pairs).get(key, key)
        return name if name in self.fields else None


class ExpiringForm(ValuesForm):
    """A value that does not say itself when it expires."""

    expires_on = forms.DateField(
        label="Expires",
        required=False,
        widget=DayInput,
        help_text="You are reminded 30 days before.",
        error_messages={"invalid": "Enter a day, 2026-12-31 for example."},
    )


def bytes_of(file: "UploadedFile[Any] | None", text: str | None) -> bytes:
    if file is not None:
        return bytes(file.read(LARGEST_SECRET + 1))
    return (text or "").replace("\r\n", "\n").encode()


class TlsForm(ValuesForm):
    kind = "tls"
    pairs = (("tls.crt", "certificate"), ("tls.key", "private_key"), ("ca.crt", "authority"))
    certificate = secret_field("Certificate", hint="PEM: the certificate first, then those of its issuers.")
    certificate_file = file_field("Certificate as a file")
    private_key = secret_field("Private key", hint="PEM, without a passphrase; it must be the certificate's.")
    private_key_file = file_field("Private key as a file")
    authority = secret_field("Authority", hint="PEM of the root, where clients of it need one.")
    authority_file = file_field("Authority as a file")


class TlsCaForm(ValuesForm):
    kind = "tls-ca"
    pairs = (("ca.crt", "authority"),)
    authority = secret_field("Certificates of the authority", hint="PEM, one or more.", rows=6)
    authority_file = file_field("Certificates as a file")


class GeneratedForm(ExpiringForm):
    """A key that the console makes, or one that is given."""

    make = forms.ChoiceField(
        label="Value",
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": "Choose how the key comes to be."},
    )
    usual = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["make"]
        assert isinstance(field, forms.ChoiceField)
        made = [(name, Card(f"Made here: {TITLES[name]}", "Random; nobody sees it unless they reveal it."))
                for name in ALGORITHMS[self.kind]]  # fmt: skip
        field.initial = self.usual
        field.choices = [*made, ("", Card("Given", "Enter or upload the key that you have."))]

    @property
    def algorithm(self) -> str:
        return str(self.cleaned_data.get("make") or "")


TITLES = {
    "128": "128 bits", "256": "256 bits", "512": "512 bits", "ecdsa-p256": "ECDSA P-256",
    "ecdsa-p384": "ECDSA P-384", "ed25519": "Ed25519", "rsa-3072": "RSA 3072 bits",
}  # fmt: skip


class SymmetricForm(GeneratedForm):
    kind = "symmetric"
    usual = "256"
    pairs = (("key", "key"),)
    key = secret_field("The key in base64", hint="16, 24, 32, 48 or 64 bytes.", rows=2)
    key_file = file_field("The key as a file with its bytes")

    def clean_key(self) -> str:
        text = str(self.cleaned_data["key"]).strip()
        if text:
            _decoded(text)
        return text

    def values(self) -> dict[str, bytes]:
        text = self.cleaned_data.get("key")
        return {"key": _decoded(text)} if text and not self.cleaned_data.get("key_file") else super().values()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise forms.ValidationError("This is not base64.") from None


class AsymmetricForm(GeneratedForm):
    kind = "asymmetric"
    usual = "ecdsa-p256"
    pairs = (("private-key", "private_key"),)
    private_key = secret_field("Private key", hint="PEM, without a passphrase; the public key follows from it.")
    private_key_file = file_field("Private key as a file")


class GenericForm(ExpiringForm):
    """Any keys: the rows of the page send `key` and `value` again and again, and `file-<row>`."""

    kind = "generic"

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        self.given = self._rows(data, files or {}) if data is not None else []

    def _rows(self, data: Any, files: Any) -> list[tuple[str, bytes, bool]]:
        names, texts = data.getlist("key")[:MOST_ROWS], data.getlist("value")[:MOST_ROWS]
        removed = set(data.getlist("removed"))
        pairs = zip(names, [*texts, *[""] * len(names)], strict=False)
        return [
            (name.strip(), bytes_of(files.get(f"file-{number}"), text), name.strip() in removed)
            for number, (name, text) in enumerate(pairs)
        ]

    def clean(self) -> dict[str, Any]:
        named = [name for name, value, _ in self.given if name]
        if any(value and not name for name, value, _ in self.given):
            self.add_error(None, "A value has no key: name it.")
        if twice := next((name for name in named if named.count(name) > 1), ""):
            self.add_error(None, f"The key {twice[:40]} is there twice.")
        return self.cleaned_data

    def values(self) -> dict[str, bytes]:
        return {name: value for name, value, removed in self.given if name and value and not removed}

    def removed(self) -> set[str]:
        return {name for name, _, removed in self.given if removed}

    @property
    def names(self) -> list[str]:
        """The keys that were typed: shown again, unlike their values."""
        return [name for name, _, _ in self.given if name]


KIND_FORMS: dict[str, type[ValuesForm]] = {
    form.kind: form for form in (GenericForm, TlsForm, TlsCaForm, SymmetricForm, AsymmetricForm)
}
