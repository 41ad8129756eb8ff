"""How much nearer by emergencies come from than all admissions: `england.emergency_nearness`, chosen again.

    python -m benchmarks.validation.emergency_nearness

Catchments are of all admissions, planned ones at specialist hospitals among them. Each exponent gives every
authority's A&E attendances and emergency admissions out of what trusts recorded; how far these differ a head
by need between authorities, as a standard deviation of logarithms weighted by people, is what an exponent is
judged by: flows put to the wrong authority add to it. Chosen on one half of the authorities, by A&E; the
other half scores.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from assets.areas.hospital_inputs import Hospitals
from assets.areas.national_rows import AreaOfEngland
from assets.england.national_tables import england_table
from assets.inputs.shared_assumptions import shared_value
from models.areas.trust_flows import nearer_by
from models.arrays import BoolArray, FloatArray

EXPONENTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0)
MEASURES = ("ae_attendances", "emergency_admissions")
"""The first is what the choice goes by; both are scored."""
NEED = "general_and_acute"


def spread(flows: FloatArray, need: FloatArray, people: FloatArray, of: BoolArray) -> float:
    """Standard deviation of the logarithm of flows a head by need, weighted by people, among those `of`.

    flows, need, people, of: (authority,).
    """
    level = np.log(flows[of] / (need[of] * people[of]))
    weights = people[of] / people[of].sum()
    return float(np.sqrt(weights @ (level - weights @ level) ** 2))


def halves(authorities: int) -> BoolArray:
    """Every other authority in the order of their codes: neighbours in a region fall to both halves."""
    return np.arange(authorities) % 2 == 0


def scores(exponents: tuple[float, ...] = EXPONENTS) -> pd.DataFrame:
    """A row an exponent and measure: spread among authorities that choose, and among those that score."""
    table = england_table("authorities")
    codes = tuple(table.loc[table["status"] == "current", "code"].sort_values())
    hospitals = Hospitals(AreaOfEngland("England", "England", codes))
    persons = england_table("population_persons").groupby("authority")["population"].sum()
    index = england_table("need_index").query("service == @NEED").set_index("authority")["need_index"]
    people, need = (series.reindex(list(codes)).to_numpy(float) for series in (persons, index))
    catchments = hospitals.catchments.reindex(columns=list(codes), fill_value=0.0).to_numpy(float)
    chosen = halves(len(codes))
    rows = []
    for measure in MEASURES:
        volumes = hospitals.volumes.loc[hospitals.catchments.index, measure].to_numpy(float)
        for exponent in exponents:
            flows = nearer_by(catchments, volumes, exponent).T @ volumes
            rows.append(
                {
                    "measure": measure,
                    "exponent": exponent,
                    "choosing": spread(flows, need, people, chosen),
                    "scoring": spread(flows, need, people, ~chosen),
                }
            )
    return pd.DataFrame(rows)


def choice(found: pd.DataFrame) -> float:
    """The exponent at which A&E differs least among the authorities that choose."""
    of_measure = found[found["measure"] == MEASURES[0]]
    return float(of_measure.loc[of_measure["choosing"].idxmin(), "exponent"])


def main() -> None:
    """Print the spreads of both halves, the choice and what stands in assumptions.csv."""
    console, found = Console(), scores()
    table = Table("measure", "exponent", "half that chooses", "half that scores")
    for row in found.to_dict("records"):
        cells = (f"{row['choosing']:.4f}", f"{row['scoring']:.4f}")
        table.add_row(row["measure"], f"{row['exponent']:g}", *cells)
    console.print(table)
    other = found.assign(choosing=found["scoring"])
    used = shared_value("england.emergency_nearness")
    console.print(f"chosen {choice(found):g}; the other half would choose {choice(other):g}; in use {used:g}")


if __name__ == "__main__":
    main()
