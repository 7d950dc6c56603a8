"""Office files: any workbook read into plain tables, refused rows written back in one to correct."""

from shared.sheets.reading import read_workbook
from shared.sheets.writing import write_errors, write_rows

__all__ = ["read_workbook", "write_errors", "write_rows"]
