"""What makes an office file out of shapes. Writers read nothing and change nothing."""

from services.assessment.papers.writers.results import HEADER, Basis, book_of, line_of

__all__ = ["HEADER", "Basis", "book_of", "line_of"]
