"""The weekly, monthly and quarterly reports: what changed, how sure that is, what to do next."""
