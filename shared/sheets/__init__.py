"""Office files: any workbook read into plain tables, refused rows written back in one to correct."""

from shared.sheets.reading import read_workbook
from shared.sheets.writing import Cell, Leaf, write_book, write_errors

__all__ = ["Cell", "Leaf", "read_workbook", "write_book", "write_errors"]
