"""The register's pages: units, people, posts and accounts."""

from services.activities.register.pages import accounts, people, regrouping, units

pages = [units.pages, regrouping.pages, people.pages, accounts.pages]
