"""Looks at raw tables before a build: what is there, what breaks the contract, what it can give."""
