"""The same file of declarations by django-import-export, into the same database: `… file url`.

As its documents tell to do it when there are many rows: in bulk and without differences. A PCE
must exist, an e-mail is required, a right already there is met again. A process of its own, for
Django is set up once for a process; it prints what it took, in seconds, as JSON.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any, ClassVar

import django
from django.conf import settings
from sqlalchemy import make_url

FILE, URL = Path(sys.argv[1]), make_url(sys.argv[2])
settings.configure(
    DATABASES={
        "default": {
            "ENGINE": f"django.db.backends.{URL.get_backend_name().replace('sqlite', 'sqlite3')}",
            "NAME": URL.database,
            "USER": URL.username,
            "HOST": URL.query.get("host", ""),
        },
    },
    INSTALLED_APPS=["import_export"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

from django.db import connection, models  # noqa: E402 (once it is set up)
from import_export import fields, resources, widgets  # noqa: E402
from tablib import Dataset  # noqa: E402


class Site(models.Model):
    number = models.CharField(max_length=14, unique=True)

    class Meta:
        app_label = "bench"


class Right(models.Model):
    pce = models.ForeignKey(Site, on_delete=models.CASCADE)
    label = models.CharField(max_length=200)
    company = models.CharField(max_length=200)
    postal_code = models.CharField(max_length=5)
    email = models.EmailField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    supply_first = models.DateField()
    supply_last = models.DateField()
    contractual = models.BooleanField()
    technical = models.BooleanField()
    informative = models.BooleanField()
    published = models.BooleanField()

    class Meta:
        app_label = "bench"


class Flag(widgets.BooleanWidget):
    TRUE_VALUES: ClassVar = ["OUI"]
    FALSE_VALUES: ClassVar = ["NON"]


def _column(name: str, label: str, widget: Any = None) -> fields.Field:
    return fields.Field(attribute=name, column_name=label, widget=widget)


class RightResource(resources.ModelResource):
    pce = _column("pce", "PCE", widgets.ForeignKeyWidget(Site, "number"))
    label = _column("label", "Libellé du site")
    company = _column("company", "Raison sociale")
    postal_code = _column("postal_code", "Code postal")
    email = _column("email", "Courriel")
    starts_on = _column("starts_on", "Début du droit", widgets.DateWidget())
    ends_on = _column("ends_on", "Fin du droit", widgets.DateWidget())
    supply_first = _column("supply_first", "Début conso", widgets.DateWidget())
    supply_last = _column("supply_last", "Fin conso", widgets.DateWidget())
    contractual = _column("contractual", "Contractuelles", Flag())
    technical = _column("technical", "Techniques", Flag())
    informative = _column("informative", "Informatives", Flag())
    published = _column("published", "Publiées", Flag())

    class Meta:
        model = Right
        import_id_fields = ("pce",)
        clean_model_instances = True
        use_bulk = True
        skip_diff = True
        skip_html_diff = True


def main() -> int:
    with connection.schema_editor() as editor:
        editor.create_model(Site)
        editor.create_model(Right)
    text = FILE.read_text("utf8")
    numbers = [line.split(";", 1)[0] for line in text.splitlines()[1:]]
    Site.objects.bulk_create([Site(number=number) for number in numbers], batch_size=1000)
    told = {}
    for what, tried in (("preview", True), ("commit", False)):
        begin = time.perf_counter()
        rows = Dataset().load(text, format="csv", delimiter=";")
        result = RightResource().import_data(rows, dry_run=tried, use_transactions=True)
        told[what] = time.perf_counter() - begin
        told["rejected"] = len(result.invalid_rows) + len(result.error_rows)
    told["stored"] = Right.objects.count()
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
