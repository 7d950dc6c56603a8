"""The pages of choosing leaders."""

from services.assessment.choosings.pages.barring import pages as barring
from services.assessment.choosings.pages.choosing import pages as one
from services.assessment.choosings.pages.consents import pages as consents
from services.assessment.choosings.pages.electing import pages as electing
from services.assessment.choosings.pages.papers import pages as papers
from services.assessment.choosings.pages.renewing import pages as renewing

pages = [renewing, electing, papers, barring, consents, one]
