"""The bytes of documents against the hash that their row holds, and that acts cite.

A document is any tracked row with a file and a `sha256` beside it. Where a row has no file any more, an act took it
away (`check_live_rows` sees to that): what is destroyed leaves its hash.
"""

from hashlib import sha256

from django.core.files.storage import Storage
from django.db import models
from django.db.backends.utils import CursorWrapper

from audit.triggers import pk_of, tracked_models
from audit.verify.progress import Progress
from audit.verify.report import Finding, Report
from audit.verify.rows import keyed
from audit.verify.scope import Scope, stream

STORED = """
    SELECT {pk}::text, {file}::text, sha256::text, (
        SELECT max(history_date) FROM {history} h WHERE h.{pk} = d.{pk}
    ) FROM {table} d WHERE {file} <> '' AND {wanted} ORDER BY {pk}
"""

TYPES = ("text", "text", "text", "timestamptz")


def check_documents(cursor: CursorWrapper, report: Report, scope: Scope, progress: Progress) -> None:
    for model, history in tracked_models():
        file = _file_of(model)
        wanted = keyed(model, scope)
        if file is None or wanted is None:
            continue
        table, pk = model._meta.db_table, pk_of(model)
        query = STORED.format(
            pk=f'"{pk}"', file=f'"{file.column}"', table=table, history=history._meta.db_table, wanted=wanted
        )
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {wanted}")
        total = cursor.fetchone()[0]
        for key, name, hash, since in stream(cursor, query, TYPES):
            report.documents += 1
            progress.reach("documenten", report.documents, total)
            if says := _fault(file.storage, name, hash):
                report.add([Finding("document_altered", f"{table} {key}", says, since)])


def _file_of(model: type[models.Model]) -> "models.FileField | None":
    fields = model._meta.local_concrete_fields
    files = [field for field in fields if isinstance(field, models.FileField)]
    return files[0] if files and any(field.name == "sha256" for field in fields) else None


def _fault(storage: Storage, name: str, hash: str) -> str:
    try:
        with storage.open(name) as content:
            digest = sha256()
            for chunk in content.chunks():
                digest.update(chunk)
    except (OSError, ValueError) as error:
        return f"het bestand is niet te lezen ({type(error).__name__})"
    return "" if digest.hexdigest() == hash else "de inhoud van het bestand past niet bij de hash"
