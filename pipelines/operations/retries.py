"""Trying again what can pass: a network folder that stalls, a handle gone stale. Never what cannot.

A full disk, a missing file, a right that is wanting or a wrong cell stay as they are however often they are
tried, so they fail at once.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from typing import TypeVar

CAN_PASS = frozenset(
    {
        errno.EAGAIN,
        errno.EBUSY,
        errno.EINTR,
        errno.EIO,
        errno.ESTALE,
        errno.ETIMEDOUT,
        errno.ECONNRESET,
        errno.EHOSTUNREACH,
        errno.ENETUNREACH,
        errno.ENOTCONN,
    }
)
PAUSES_SECONDS = (1.0, 4.0, 15.0)
Result = TypeVar("Result")


def retried(do: Callable[[], Result], pause: Callable[[float], None] = time.sleep) -> Result:
    """What `do` returns, tried up to four times with longer and longer pauses while its error can pass."""
    for seconds in PAUSES_SECONDS:
        try:
            return do()
        except OSError as error:
            if error.errno not in CAN_PASS:
                raise
            pause(seconds)
    return do()
