from pathlib import Path

from django.db import migrations

SEARCH = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):

    dependencies = [("audit", "0004_verifications")]

    operations = [migrations.RunSQL(SEARCH)]
