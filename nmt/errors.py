"""The two ways a command ends badly; the command line makes one line and an exit code of each."""


class InputError(ValueError):
    """Wrong usage or input (exit code 2): says what is wrong, where, and what to do."""


class WorkError(RuntimeError):
    """The work itself failed (exit code 1): a broken connection, a full disk, a failed write."""
