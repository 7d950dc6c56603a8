"""What the tests of the ground stand on."""

from tests.shared.place import place, quick_passwords, secretary
from tests.shared.trial import client, kept, post

__all__ = ["client", "kept", "place", "post", "quick_passwords", "secretary"]
