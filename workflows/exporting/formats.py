"""Every format that cases leave the house in."""

from workflows.exporting import csv_table, workbook
from workflows.exporting.format import Format

FORMATS: dict[str, Format] = {each.code: each for each in (csv_table.FORMAT, workbook.FORMAT)}
