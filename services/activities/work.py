"""The work that this house registers, and what it hears: all that a worker needs of it, without the web."""

import services.activities.duties.tasks
import services.activities.imports.tasks
import services.activities.office.tasks
import services.activities.register.tasks  # noqa: F401  registers its work
from shared.audit import hear

hear("activities")
