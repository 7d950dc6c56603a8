"""People's views (群众意见): noted, settled or passed on, answered, told back; never who said it."""
