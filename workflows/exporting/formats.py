"""Every format that cases leave the house in."""

from workflows.exporting import csv_table, dossier, ocds, ocel, pack, workbook, xes
from workflows.exporting.format import Format

FORMATS: dict[str, Format] = {
    each.code: each
    for each in (dossier.FORMAT, pack.FORMAT, csv_table.FORMAT, workbook.FORMAT, xes.FORMAT, ocel.FORMAT, ocds.FORMAT)
}
