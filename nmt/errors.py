"""The two ways a command can end badly; the command line turns each into one line and an exit code."""


class InputError(ValueError):
    """Wrong usage or input (exit code 2): the message says what is wrong, where, and what to do."""


class WorkError(RuntimeError):
    """The work itself failed (exit code 1): a broken connection, a full disk, an interrupted write."""
