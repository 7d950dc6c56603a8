"""The work that this house registers: all that a worker needs of it, without the web."""

import services.assessment.cases.tasks
import services.assessment.cycles.tasks
import services.assessment.rectifications.tasks  # noqa: F401  registers its work
