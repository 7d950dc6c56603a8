"""What makes an office file out of shapes. Writers read nothing and change nothing."""

from services.assessment.papers.writers.marks import marks_book
from services.assessment.papers.writers.notice import blank_notice, notice_filled, notice_pdf
from services.assessment.papers.writers.opinion import as_pdf, blank_form
from services.assessment.papers.writers.results import HEADER, Basis, book_of, line_of, results_filled

__all__ = [
    "HEADER",
    "Basis",
    "as_pdf",
    "blank_form",
    "blank_notice",
    "book_of",
    "line_of",
    "marks_book",
    "notice_filled",
    "notice_pdf",
    "results_filled",
]
