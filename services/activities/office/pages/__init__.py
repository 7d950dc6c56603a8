"""The office's pages: what it decides about itself, and the audit with its seal."""

from services.activities.office.pages import audit, decided, papers, providers

pages = [decided.pages, audit.pages, papers.pages, providers.pages]
