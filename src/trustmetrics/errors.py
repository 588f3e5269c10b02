"""The error that a user can mend."""


class UserError(Exception):
    """Something that the user can mend: the message says in one line what is wrong and how."""
