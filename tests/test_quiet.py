import os

import pytest

from nmt.quiet import quiet_tensorflow


def test_only_what_is_written_meanwhile_is_dropped(capfd: pytest.CaptureFixture[str]) -> None:
    os.write(2, b"before ")
    with quiet_tensorflow():
        os.write(2, b"meanwhile")
        os.write(1, b"results")
    os.write(2, b"after")
    assert capfd.readouterr() == ("results", "before after")


def test_an_error_comes_through_and_stderr_comes_back(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ImportError), quiet_tensorflow():
        raise ImportError
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"
