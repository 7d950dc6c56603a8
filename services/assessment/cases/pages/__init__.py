"""The pages of a year: where each begins, the year itself, nomination, review, the board, a case, the notice."""

from services.assessment.cases.pages import board, case, landing, nominating, notice, opening, reviewing, roster, year

pages = [
    landing.pages,
    opening.pages,
    year.pages,
    roster.pages,
    nominating.pages,
    reviewing.pages,
    board.pages,
    case.pages,
    notice.pages,
]
