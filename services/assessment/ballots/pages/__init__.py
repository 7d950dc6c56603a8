"""The pages of votes on paper: called and opened, counted on a phone, compared, announced."""

from services.assessment.ballots.pages import ballots, counting, leading

pages = [ballots.pages, leading.pages, counting.pages]

__all__ = ["pages"]
