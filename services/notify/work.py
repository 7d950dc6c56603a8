"""The work that this house registers, and what it hears: all that a worker needs of it, without the web."""

import services.notify.channels.tasks
import services.notify.messages.tasks  # noqa: F401  registers its work
from shared.audit import hear

hear("notify")
