"""One box: PostgreSQL, Valkey, the web, the worker and the sweep, started, watched and stopped together."""

from deploy.box.life import box, running, serve
from deploy.box.state import AlreadyRunning, Box, BoxRefusal, PortInUse

__all__ = ["AlreadyRunning", "Box", "BoxRefusal", "PortInUse", "box", "running", "serve"]
