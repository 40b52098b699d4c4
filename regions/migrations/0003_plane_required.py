import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Apart from the one before, since PostgreSQL changes no table with rows whose foreign keys are yet to be checked."""

    dependencies = [
        ('regions', '0002_plane'),
    ]

    operations = [
        migrations.AlterField(
            model_name='region',
            name='plane',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='regions', to='accounts.applicationplane'),
        ),
    ]
