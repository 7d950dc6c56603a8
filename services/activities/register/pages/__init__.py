"""The register's pages: units, people, posts and accounts."""

from services.activities.register.pages import accounts, people, regrouping, units
from shared.web import Pages

pages = Pages(prefix="/register")
for part in (units, regrouping, people, accounts):
    pages.include_router(part.pages)
