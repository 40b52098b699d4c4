import console.kernel.clock
import console.kernel.ids
from console.kernel.rls import EnableRowLevelSecurity
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    models.UUIDField(default=console.kernel.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("org_id", models.UUIDField(editable=False)),
                ("actor_id", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=255)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("body", models.JSONField(null=True)),
                ("location", models.CharField(blank=True, max_length=500)),
                ("withheld", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=console.kernel.clock.now, editable=False)),
            ],
            options={
                "indexes": [models.Index(fields=["org_id", "created_at"], name="web_idempotency_by_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("org_id", "actor_id", "key"), name="web_idempotency_key_once")
                ],
            },
        ),
        EnableRowLevelSecurity("web_idempotencykey"),
    ]
