"""Who stands in the denominator of an activity, and who was there: the roll (shared/rolls), as the ledger calls it."""

from shared.rolls import Absence, Attendance, AttendanceList, Hindered, Roll, Stay, attendance_of, on_day

__all__ = ["Absence", "Attendance", "AttendanceList", "Hindered", "Roll", "Stay", "attendance_of", "on_day"]
