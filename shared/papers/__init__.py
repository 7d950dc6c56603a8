"""Office's own papers: one place for every print of every system.

What a paper may have in it stands in the catalogue; what an office uploads is checked against it, kept with its
versions, and named by each paper that was printed by it.
"""

from shared.papers.catalogue import PAPERS
from shared.papers.kinds import Blank, Filled, PaperKind, Rows

__all__ = ["PAPERS", "Blank", "Filled", "PaperKind", "Rows"]
