"""The frame of every door: who is signed in, one transaction a request, idempotent POSTs, refusals as RFC 9457.

Doors for programs are made of `Door`, pages for people of `Pages`; both call the same actions and queries.
"""

from shared.web.application import page_app, service_app, static_app, worker_route
from shared.web.contract import gives, refusals
from shared.web.door import Anybody, Door, Once, Signed, Unit, service_of, token_of, transaction, whoever
from shared.web.forms import Flawed, Form, Sent, Upload, ours
from shared.web.pages import ForAll, Html, Kept, Pages, View, Viewed, fragment, live
from shared.web.shapes import Page, Paged, Paging, Problem, Shape, UrlId

__all__ = [
    "Anybody",
    "Door",
    "Flawed",
    "ForAll",
    "Form",
    "Html",
    "Kept",
    "Once",
    "Page",
    "Paged",
    "Pages",
    "Paging",
    "Problem",
    "Sent",
    "Shape",
    "Signed",
    "Unit",
    "Upload",
    "UrlId",
    "View",
    "Viewed",
    "fragment",
    "gives",
    "live",
    "ours",
    "page_app",
    "refusals",
    "service_app",
    "service_of",
    "static_app",
    "token_of",
    "transaction",
    "whoever",
    "worker_route",
]
