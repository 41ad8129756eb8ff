"""Trying again what can pass: a network folder that stalls, a handle gone stale. Never what cannot.

A full disk, a missing file, a right that is wanting or a wrong cell stay as they are however often they are
tried, so they fail at once.
"""

from __future__ import annotations

import errno

from tenacity import retry, retry_if_exception, stop_after_attempt, wait_chain, wait_fixed

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

retried = retry(
    retry=retry_if_exception(lambda error: isinstance(error, OSError) and error.errno in CAN_PASS),
    wait=wait_chain(*(wait_fixed(seconds) for seconds in PAUSES_SECONDS)),
    stop=stop_after_attempt(len(PAUSES_SECONDS) + 1),
    reraise=True,
)
"""A function that is tried up to four times, with longer and longer pauses, while its error can pass."""
