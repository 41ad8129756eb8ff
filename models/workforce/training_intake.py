"""The intake a training course needs, year by year, for those who qualify from it to close a gap."""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray


def intake_needed(
    gap_wte: FloatArray,
    participation: float,
    path: FloatArray,
    leaver_percent: float,
    years_in_training: int,
    attrition_percent: float,
    take_up: FloatArray,
    catch_up_years: int,
    first: int = 0,
) -> FloatArray:
    """Starters a year (…, year, draw) on top of today's, for the gap (…, year, draw) to be closed in time.

    `first` is the position of the first year whose intake is still ahead: none is asked of a year before it.

    Year t's starters qualify in t + `years_in_training`; `attrition_percent` of them do not, and `take_up`
    (draw,) of those who do take a post here, at `participation` × `path` (draw, year) WTE a head, and leave
    at `leaver_percent` a year. The gap that is there when the first could qualify is closed over
    `catch_up_years` in equal steps, later growth at once. Nothing is needed where earlier cohorts hold more
    than is missing. The last `years_in_training` years have no intake within the horizon and are left out:
    the result has (…, year − first − years_in_training, draw).
    """
    if not 0 <= attrition_percent < 100:
        raise ValueError(f"attrition in training is {attrition_percent} %; expected 0 to under 100 %")
    wanted = np.maximum(gap_wte, 0.0) / (participation * path.T)
    ahead = wanted.shape[-2] - first
    steps = ahead - years_in_training
    if steps < 1:
        raise ValueError(f"{ahead} years are too few for {years_in_training} years in training")
    phased = np.minimum((np.arange(steps) + 1) / catch_up_years, 1.0)[:, None]
    wanted = wanted[..., first + years_in_training :, :]
    backlog = wanted[..., :1, :]
    later = np.maximum(wanted - backlog, 0.0)
    target = np.minimum(wanted, backlog * phased + later)
    started = np.empty(target.shape)
    extra = np.zeros(target[..., 0, :].shape)
    for step in range(steps):
        kept = extra * (1 - leaver_percent / 100)
        joining = np.maximum(target[..., step, :] - kept, 0.0)
        extra = kept + joining
        started[..., step, :] = joining / ((1 - attrition_percent / 100) * take_up)
    return started


def present_intake(
    heads: float,
    leaver_percent: float,
    joiners_per_leaver: float,
    from_training_percent: float,
    attrition_percent: float,
    take_up: float,
) -> float:
    """Starters a year behind the base year's joiners from training; `take_up` a share, others per cent."""
    joining = heads * leaver_percent / 100 * joiners_per_leaver * from_training_percent / 100
    return joining / ((1 - attrition_percent / 100) * take_up)


def in_training(intake: float, attrition_percent: float, years_in_training: int) -> float:
    """People in training while `intake` start every year; who gives up does so evenly over the course."""
    return intake * sum(
        1 - attrition_percent / 100 * year / years_in_training for year in range(years_in_training)
    )
