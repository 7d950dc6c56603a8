"""What makes an office file out of shapes. Writers read nothing and change nothing."""

from services.assessment.papers.writers.checking import checked
from services.assessment.papers.writers.opinion import as_pdf, as_word, blank_form
from services.assessment.papers.writers.results import HEADER, Basis, book_of, line_of

__all__ = ["HEADER", "Basis", "as_pdf", "as_word", "blank_form", "book_of", "checked", "line_of"]
