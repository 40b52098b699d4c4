import django.db.models.fields.composite
from django.db import migrations, models

from console.kernel.rls import EnableRowLevelSecurity


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Dek',
            fields=[
                ('pk', django.db.models.fields.composite.CompositePrimaryKey('org_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('org_id', models.UUIDField(editable=False)),
                ('id', models.UUIDField(editable=False)),
                ('kek_version', models.IntegerField()),
                ('wrapped', models.BinaryField()),
            ],
            options={'db_table': 'encryption_dek'},
        ),
        migrations.RunSQL(
            "ALTER TABLE encryption_dek SET (fillfactor = 50)",
            "ALTER TABLE encryption_dek RESET (fillfactor)",
        ),
        # personal secrets belong to no organization: their keys carry the nil UUID
        EnableRowLevelSecurity(
            'encryption_dek', own="org_id = '00000000-0000-0000-0000-000000000000'::uuid", engine=True
        ),
    ]
