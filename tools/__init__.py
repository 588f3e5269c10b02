"""Tools of development that no command of trustmetrics needs."""
