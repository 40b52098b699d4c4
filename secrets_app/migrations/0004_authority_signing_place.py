from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [("secrets_app", "0003_watched_certificates")]

    operations = [
        migrations.AddField("certificateauthority", "signing_place", models.JSONField(default=dict)),
        migrations.AddConstraint(
            "certificateauthority",
            models.CheckConstraint(
                condition=Q(signing_place={}) | Q(source="customer"), name="authority_signing_key_of_theirs"
            ),
        ),
    ]
