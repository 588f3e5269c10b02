"""Exports of real systems to the raw contract: the rules are SQL, under adapters/<source>."""
