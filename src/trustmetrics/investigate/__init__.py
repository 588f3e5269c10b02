"""Questions that one query answers, in sentences and a table: `trustmetrics investigate`."""
