"""What of the machine can change a number's last digit: read once, for the manifest.

Compiled kernels use what the processor has, and sums are taken in another order with another number of
threads; so a release made again elsewhere may differ in the last digits, and these facts say why.
"""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path

_LOCK = Path(__file__).resolve().parent.parent.parent / "requirements.lock"
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def environment() -> dict[str, object]:
    """System, processor, threads and the lock of packages."""
    from llvmlite.binding import get_host_cpu_name

    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "processor": get_host_cpu_name(),
        "cores": os.cpu_count(),
        "threads": {name: os.environ[name] for name in _THREADS if os.environ.get(name)},
        "requirements_lock_sha256": hashlib.sha256(_LOCK.read_bytes()).hexdigest()
        if _LOCK.exists()
        else None,
    }
