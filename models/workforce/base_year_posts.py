"""Posts of the base year by staff group: what is recorded, carried to one year and one definition.

Each function is one group's evidence. Which of it is graded what is data.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from models.arrays import FloatArray


def general_practice_base(
    gp_fte: FloatArray,
    registered_patients: FloatArray,
    fully_qualified: float,
    trainees: float,
    per_1000: Mapping[str, float],
    networks: Mapping[str, FloatArray],
) -> dict[str, FloatArray]:
    """WTE (place,) of general practice by staff group.

    The recorded FTE of GPs counts trainees; the share of `fully_qualified` among both parts them. Staff whom
    practices employ stand at a rate `per_1000` registered patients, by group; `networks` (place,) are those
    of primary care networks, by group.
    """
    qualified = fully_qualified / (fully_qualified + trainees)
    return {
        "gps": gp_fte * qualified,
        "gps_in_training": gp_fte * (1 - qualified),
        **{
            group: staff_of_activity(registered_patients, rate) + networks.get(group, 0.0)
            for group, rate in per_1000.items()
        },
    }


def social_care_base(vacancies: float, vacancy_percent: float, fte_per_job: float) -> float:
    """Funded WTE from the number of vacant posts and the share they are of all posts."""
    if not 0 < vacancy_percent < 100:
        raise ValueError(f"a vacancy rate lies between 0 and 100 %, not {vacancy_percent}")
    return vacancies / (vacancy_percent / 100) * fte_per_job


def staff_of_activity(activity: float | FloatArray, per_thousand: float) -> FloatArray:
    """WTE from activity at a rate a thousand."""
    return np.asarray(activity * per_thousand / 1000)


def shared_staff(
    fte: FloatArray, share_percent: FloatArray, infrastructure_percent: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Clinical staff and infrastructure (trust,) of trusts of `fte` at an area's share of each."""
    here = fte * share_of(share_percent)
    infrastructure = here * share_of(infrastructure_percent)
    return here - infrastructure, infrastructure


def in_post(posts: float, vacancy: float) -> float:
    """Staff in post from posts and the percentage of them that is vacant."""
    if not 0 <= vacancy < 100:
        raise ValueError(f"a vacancy rate lies between 0 and 100 %, not {vacancy}")
    return posts * (1 - vacancy / 100)


def vacancy_percent(printed: float, level: float) -> float:
    """A group's vacancy rate, the pattern between groups as printed and the level as counted."""
    return printed * level


def shared_by_activity(total: float, activity: FloatArray, norms: FloatArray) -> FloatArray:
    """A total shared out to areas (area,) by what norms (service,) would take of their activity."""
    counted = activity @ norms
    if counted.sum() <= 0:
        raise ValueError("no area has any of the activity that posts are shared out by")
    return np.asarray(total * counted / counted.sum())


def people(wte: FloatArray, participation: FloatArray) -> FloatArray:
    """People from whole-time equivalents and WTE a head; raises ValueError where a head works nothing."""
    if (participation <= 0).any():
        raise ValueError("participation is more than 0 WTE a head")
    return np.asarray(wte / participation)


def participation(wte: FloatArray, heads: FloatArray, otherwise: FloatArray) -> FloatArray:
    """WTE a head where heads are counted, `otherwise` elsewhere."""
    counted = heads > 0
    return np.divide(wte, heads, out=np.array(otherwise, dtype=np.float64), where=counted)


def by_age(
    heads: FloatArray, ages: FloatArray, women: FloatArray, participation: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """People, women among them and WTE (unit, band) of `heads` (unit,): `ages` (unit, band) are shares of
    them, `women` (unit,) a share and `participation` (unit,) WTE a head at every age."""
    people = heads[:, None] * ages
    return people, people * women[:, None], people * participation[:, None]


def share_of(percent: float | FloatArray) -> FloatArray:
    """Per cent as a share."""
    return np.asarray(percent, dtype=np.float64) / 100


def part_of(wte: float, share: float) -> float:
    """A share of staff."""
    return wte * share


def staff_of_share(fte: float, percent: float) -> FloatArray:
    """Staff that a share of a whole makes."""
    return np.asarray(fte * share_of(percent))


def staff_by_posts(wte: float, posts_of_role: float, posts_of_all: float) -> float:
    """WTE of a role by the share of posts that are of it."""
    return wte * posts_of_role / posts_of_all


def share_of_people(some: float, wte: float, participation: float) -> float:
    """Share that a number of people is of staff known in whole-time equivalents."""
    return some / (wte / participation)


def shares(values: FloatArray) -> FloatArray:
    """Values as shares of their sum."""
    return np.asarray(values / values.sum())


def shares_of_whole(percents: FloatArray) -> FloatArray:
    """Rows of percentages as shares; raises ValueError where a row does not add to 100."""
    totals = percents.sum(axis=1)
    if (np.abs(totals - 100) > 1e-6).any():
        raise ValueError(f"a profile adds to {totals[np.abs(totals - 100).argmax()]:g} %, not 100 %")
    return np.asarray(percents / 100)


def split_total(total: float, parts: FloatArray) -> FloatArray:
    """(part,) a total by the proportions of parts (part,); raises ValueError where they add up to nothing."""
    if parts.sum() <= 0:
        raise ValueError(f"a total of {total:,.0f} has no parts to be split by")
    return total * parts / parts.sum()
