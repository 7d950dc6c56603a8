"""Everything killed, many times, under a load that counts itself; beside it the same load by plain Celery."""
