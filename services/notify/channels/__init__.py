"""How it leaves the building: deliveries as rows, letters by SMTP or into a folder, dead letters."""
