"""A second computation of every metric in plain Python, written from the methodology alone."""
