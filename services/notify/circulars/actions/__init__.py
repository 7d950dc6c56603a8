"""Every change of an office's notices: written, sent, corrected, withdrawn; receipts; the day of a meeting."""

from services.notify.circulars.actions.meeting import begin_records
from services.notify.circulars.actions.printing import PRESSES, take_receipts, take_slips
from services.notify.circulars.actions.receipts import (
    give_receipt,
    record_on_paper,
    take_file,
)
from services.notify.circulars.actions.sending import send, tell, withdraw
from services.notify.circulars.actions.writing import (
    attach,
    begin_correction,
    change,
    drop,
    moved_by,
    remove_file,
    write,
)

__all__ = [
    "PRESSES",
    "attach",
    "begin_correction",
    "begin_records",
    "change",
    "drop",
    "give_receipt",
    "moved_by",
    "record_on_paper",
    "remove_file",
    "send",
    "take_file",
    "take_receipts",
    "take_slips",
    "tell",
    "withdraw",
    "write",
]
