"""Fills the templates of a DSA transparency report from the marts and from what the filer says."""
