"""The pages of a year: where each begins, the year itself, nomination, review, the board, a case, the notice."""

from services.assessment.cases.pages import (
    board,
    case,
    landing,
    marks,
    nominating,
    notice,
    opening,
    reviewing,
    roster,
    stating,
    year,
)

pages = [
    landing.pages,
    opening.pages,
    year.pages,
    stating.pages,
    roster.pages,
    marks.pages,
    nominating.pages,
    reviewing.pages,
    board.pages,
    case.pages,
    notice.pages,
]
