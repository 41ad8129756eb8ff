"""What can pass is tried again with longer pauses; what cannot fails at once."""

from __future__ import annotations

import errno

import pytest

from pipelines.operations.retries import PAUSES_SECONDS, retried


class Folder:
    """A folder that fails so often with that error, and the pauses taken meanwhile."""

    def __init__(self, times: int, number: int) -> None:
        self.calls = 0
        self.pauses: list[float] = []

        def read() -> str:
            self.calls += 1
            if self.calls <= times:
                raise OSError(number, "as injected")
            return "done"

        self.read = retried(read)
        self.read.retry.sleep = self.pauses.append  # type: ignore[attr-defined]


def test_a_stalled_folder_is_tried_again_with_longer_and_longer_pauses() -> None:
    folder = Folder(2, errno.ESTALE)
    assert folder.read() == "done"
    assert folder.calls == 3
    assert folder.pauses == list(PAUSES_SECONDS[:2]) == sorted(folder.pauses)


def test_one_that_stays_stalled_fails_in_the_end() -> None:
    folder = Folder(99, errno.EIO)
    with pytest.raises(OSError, match="as injected"):
        folder.read()
    assert folder.calls == len(PAUSES_SECONDS) + 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.ENOENT, errno.EACCES, errno.EROFS])
def test_what_cannot_pass_is_not_tried_again(number: int) -> None:
    folder = Folder(1, number)
    with pytest.raises(OSError, match="as injected"):
        folder.read()
    assert folder.calls == 1
