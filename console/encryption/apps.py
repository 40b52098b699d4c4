from django.apps import AppConfig


class EncryptionConfig(AppConfig):
    name = "console.encryption"
    label = "encryption"
