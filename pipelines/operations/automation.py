"""Whether schedules and sensors run from the start. On a server they must: nobody is there to switch them on.

PLACECAST_AUTOMATION=on (deploy/environment/settings) switches them on; without it, as on a desk, each is
switched on in the web interface.
"""

from __future__ import annotations

import os

import dagster as dg

_ON = os.environ.get("PLACECAST_AUTOMATION", "").strip().lower() == "on"
SCHEDULES = dg.DefaultScheduleStatus.RUNNING if _ON else dg.DefaultScheduleStatus.STOPPED
SENSORS = dg.DefaultSensorStatus.RUNNING if _ON else dg.DefaultSensorStatus.STOPPED
