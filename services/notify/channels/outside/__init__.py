"""The only lines that leave the building: mail, and calls of listed places.

Up to the content nothing can have arrived: whatever goes wrong there is transient or permanent, or holds all up. Once
the content is under way and the answer is missing, nobody knows: that is ambiguous. Errors carry (reason, code).
"""

from services.notify.channels.outside.mail import Letter, by_mail_server, domain_of, folder, hang_up, send
from shared.calls.held import Held, Unreachable

__all__ = ["Held", "Letter", "Unreachable", "by_mail_server", "domain_of", "folder", "hang_up", "send"]
