"""The register's pages: units, people, posts and accounts."""

from services.activities.register.pages import accounts, beginning, officers, people, regrouping, slips, units

pages = [units.pages, regrouping.pages, people.pages, accounts.pages, slips.pages, officers.pages]
office_pages = [beginning.pages]
