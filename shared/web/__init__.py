"""The frame of every door: who is signed in, one transaction a request, idempotent POSTs, refusals as RFC 9457."""

from shared.web.application import service_app
from shared.web.door import Anybody, Door, Signed, Unit, service_of, token_of, transaction, whoever
from shared.web.shapes import Page, Paged, Paging, Problem, Shape

__all__ = [
    "Anybody",
    "Door",
    "Page",
    "Paged",
    "Paging",
    "Problem",
    "Shape",
    "Signed",
    "Unit",
    "service_app",
    "service_of",
    "token_of",
    "transaction",
    "whoever",
]
