"""The error that a user can correct."""


class UserError(Exception):
    """Something that the user can correct: the message says in one line what is wrong and how."""
