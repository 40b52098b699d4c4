from pathlib import Path

from django.db import migrations

from console.kernel.rls import app_role

SEARCH = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):

    dependencies = [("audit", "0002_chain")]

    operations = [migrations.RunSQL(SEARCH.replace("{app}", app_role()))]
