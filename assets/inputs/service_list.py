"""Which services a run has: those of the services table that are switched on."""

from __future__ import annotations

import pandas as pd


def switched_on(services: pd.DataFrame) -> pd.DataFrame:
    """Rows of services that are on, in the order of the table. Raises KeyError for a broken reference.

    A service may follow or be calibrated as another only if that one is on as well.
    """
    on = services[services["status"] == "on"].reset_index(drop=True)
    names = on["service"].tolist()
    for column in ("linked_service", "calibrated_as"):
        for service, named in zip(names, on[column].tolist(), strict=True):
            if isinstance(named, str) and named not in names:
                raise KeyError(f"services.csv: {column} of {service} is {named}, which is not switched on")
    return on
