"""What can pass is tried again with longer pauses; what cannot fails at once."""

from __future__ import annotations

import errno
from collections.abc import Callable

import pytest

from pipelines.operations.retries import PAUSES_SECONDS, retried


def failing(times: int, number: int) -> tuple[Callable[[], str], list[int]]:
    calls: list[int] = []

    def do() -> str:
        calls.append(1)
        if len(calls) <= times:
            raise OSError(number, "as injected")
        return "done"

    return do, calls


def test_a_stalled_folder_is_tried_again_with_longer_and_longer_pauses() -> None:
    pauses: list[float] = []
    do, calls = failing(2, errno.ESTALE)
    assert retried(do, pauses.append) == "done"
    assert len(calls) == 3
    assert pauses == list(PAUSES_SECONDS[:2]) == sorted(pauses)


def test_one_that_stays_stalled_fails_in_the_end() -> None:
    do, calls = failing(99, errno.EIO)
    with pytest.raises(OSError, match="as injected"):
        retried(do, lambda _: None)
    assert len(calls) == len(PAUSES_SECONDS) + 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.ENOENT, errno.EACCES, errno.EROFS])
def test_what_cannot_pass_is_not_tried_again(number: int) -> None:
    do, calls = failing(1, number)
    with pytest.raises(OSError, match="as injected"):
        retried(do, lambda _: None)
    assert len(calls) == 1
