"""Office files: any workbook understood in a program of its own, refused rows written back in one to correct."""

from shared.sheets.apart import lines_understood, read_workbook, taken, understood
from shared.sheets.writing import Cell, Leaf, write_book, write_errors

__all__ = ["Cell", "Leaf", "lines_understood", "read_workbook", "taken", "understood", "write_book", "write_errors"]
