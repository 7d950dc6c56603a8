"""One box for years: it starts with the machine, as a user of its own, behind https where a gateway is."""

from deploy.install.answers import Answers, written
from deploy.install.machine import lacking, settle

__all__ = ["Answers", "lacking", "settle", "written"]
