"""Office papers of a year: its results as a workbook, a leader's opinion form in Word and as PDF."""
