"""Supply under uncertainty, policy and levers: what changes, changes in the right direction and amount."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.workforce.lever_effects import (
    additional_joiners,
    gap_at_once,
    less_absence,
    minutes_saved,
    more_participation,
    shared_out,
)
from models.workforce.supply_outlook import (
    SOURCES,
    Policy,
    SupplyBase,
    SupplyDraws,
    SupplyOutlook,
    Variant,
    fewer_leavers,
    no_policy,
    source_shares,
    unit_rates,
    working_age_growth,
)
from models.workforce.supply_outlook import (
    outlook as projected,
)
from models.workforce.supply_rates import (
    common_share,
    drifting_factor,
    from_year,
    own_factor,
    participation_path,
    phased,
    positive_factor,
    recorded_rates,
    vacancy_percents,
)

YEARS, DRAWS, BANDS = 10, 40, 3


def base() -> SupplyBase:
    return SupplyBase(
        heads=np.array([[300.0, 500.0, 200.0], [100.0, 100.0, 50.0]]),
        leaver_percent=np.array([10.0, 10.0]),
        joiners_per_leaver=np.array([1.0, 1.0]),
        source_shares=np.stack([source_shares(50.0, 20.0, 5.0)] * 2),
        participation=np.array([0.9, 0.8]),
        moving=np.array([0.02, 0.02]),
        rotating=np.zeros((2, BANDS)),
        pool=np.zeros(2, dtype=np.int64),
        relative=np.array([1.2, 1.0, 0.8]),
        retirement=np.array([0.0, 0.0, 0.1]),
        joiner_ages=np.tile(np.array([0.6, 0.3, 0.1]), (2, len(SOURCES), 1)),
        rotation_ages=np.array([1.0, 0.0, 0.0]),
    )


def central(draws: int = 0) -> SupplyDraws:
    runs = draws + 1
    return SupplyDraws(
        level=np.ones((runs, 2)),
        leaving=np.ones((runs, YEARS, 2)),
        joining=np.ones((runs, YEARS, 2)),
        retirement=np.ones(runs),
        by_source=np.ones((runs, 2, len(SOURCES))),
        participation=np.ones((runs, YEARS)),
    )


FLAT = np.ones((YEARS, 2))
STILL = no_policy(YEARS, 2)


def outlook(
    base: SupplyBase,
    drawn: SupplyDraws,
    growth: np.ndarray,
    policy: Policy,
    extra_joiners: np.ndarray | None = None,
    extra_factor: np.ndarray | None = None,
) -> SupplyOutlook:
    """One variant's outlook."""
    variant = Variant(growth, policy, extra_joiners)
    made = projected(base, drawn, [variant], extra_factor)
    return SupplyOutlook(*(part[0] for part in made))


def test_the_base_year_is_the_recorded_stock_in_heads_and_wte() -> None:
    made = outlook(base(), central(), FLAT, STILL)
    assert made.heads[0, 0] == pytest.approx([1000.0, 250.0])
    assert made.wte[0, 0] == pytest.approx([900.0, 200.0])
    assert made.flows[1, :, [1, 2]].sum(axis=0) == pytest.approx([100.0, 25.0])


def test_a_level_that_is_a_tenth_higher_makes_everything_a_tenth_higher() -> None:
    higher = replace(central(), level=np.full((1, 2), 1.1))
    once, more = outlook(base(), central(), FLAT, STILL), outlook(base(), higher, FLAT, STILL)
    assert more.heads == pytest.approx(once.heads * 1.1)


def test_recruitment_in_the_country_grows_with_people_of_working_age_and_the_rest_does_not() -> None:
    growth = working_age_growth(np.array([[200.0, 100.0]] * 5 + [[220.0, 100.0]] * 5))
    made = outlook(base(), central(), growth, STILL)
    joined = made.joiners[9, 0] / made.joiners[1, 0]
    assert joined == pytest.approx([1.0, 1.1, 1.0, 1.0])
    assert made.joiners[9, 1] == pytest.approx(made.joiners[1, 1])


def test_a_policy_changes_its_rate_from_its_year_on() -> None:
    years = np.arange(2024, 2024 + YEARS, dtype=np.int64)
    kept = from_year(-20.0, years, 2028)[:, None] * FLAT
    policy = Policy(kept, STILL.joining, STILL.participation)
    without, made = outlook(base(), central(), FLAT, STILL), outlook(base(), central(), FLAT, policy)
    assert made.heads[0, :4] == pytest.approx(without.heads[0, :4])
    assert (made.heads[0, 4:] > without.heads[0, 4:]).all()
    hours = Policy(FLAT, STILL.joining, from_year(5.0, years, 2030)[:, None] * FLAT)
    longer = outlook(base(), central(), FLAT, hours)
    assert longer.wte[0, 6] == pytest.approx(without.wte[0, 6] * 1.05)
    assert longer.heads == pytest.approx(without.heads)


def test_one_leaver_fewer_of_a_hundred_is_one_in_the_first_year_it_is_done_in() -> None:
    years = np.arange(2024, 2024 + YEARS, dtype=np.int64)
    kept = np.where(years[:, None] >= 2027, fewer_leavers(base(), 1.0), 1.0)
    without = outlook(base(), central(), FLAT, STILL)
    fewer = outlook(base(), central(), FLAT, Policy(kept, STILL.joining, STILL.participation))
    gained = (fewer.heads - without.heads)[0]
    assert gained[:3] == pytest.approx(np.zeros((3, 2)))
    assert gained[3] == pytest.approx([10.0, 2.5], rel=0.06)
    assert (np.diff(gained[3:, 0]) > 0).all()


def test_retirement_is_not_a_leaver_that_can_be_kept() -> None:
    assert fewer_leavers(base(), 99.0) == pytest.approx([0.0, 0.0], abs=1e-6)
    assert fewer_leavers(base(), 0.0) == pytest.approx([1.0, 1.0])


def test_ages_of_every_year_are_the_heads_of_the_principal_run() -> None:
    made = outlook(base(), central(2), FLAT, STILL)
    assert made.ages.sum(axis=-1) == pytest.approx(made.heads[0])
    assert made.ages[0] == pytest.approx(base().heads)
    assert (made.ages[5] != made.ages[0]).any()


def test_ten_more_places_bring_those_who_qualify_and_stay() -> None:
    extra = np.zeros((YEARS, 2, len(SOURCES)))
    years = np.arange(2024, 2024 + YEARS, dtype=np.int64)
    extra[:, 0, 0] = additional_joiners(10.0, 12.5, years, 2028)
    take_up = np.array([[0.6, 1.0, 1.0, 1.0]])
    without = outlook(base(), central(), FLAT, STILL)
    more = outlook(base(), central(), FLAT, STILL, extra_joiners=extra, extra_factor=take_up)
    gained = (more.heads - without.heads)[0].sum(axis=1)
    assert gained[:4] == pytest.approx(np.zeros(4))
    assert gained[4] == pytest.approx(5.25)
    assert shared_out(np.array([[5.0, 2.0]]), np.array([3.0, 1.0])) == pytest.approx([4.25])


def test_minutes_sickness_and_hours_free_what_the_sums_say() -> None:
    activity = np.full((1, 1), 96_000.0)
    # 96,000 contacts, half of them the group's, one minute: 800 hours at 1,600 a WTE, calibrated × 1.5.
    freed = minutes_saved(activity, np.array([0.5]), np.array([1.5]), np.ones((1, 1)), 1.0, 1600.0)
    assert freed == pytest.approx(np.array([[0.75]]))
    # 80 % of hours productive, then 81 %: the work of 81 WTE takes 80.
    assert less_absence(np.array([81.0]), 0.2, 1.0) == pytest.approx([1.0])
    assert more_participation(np.array([200.0]), 1.0) == pytest.approx([2.0])


def test_levers_at_once_free_work_first_and_add_hours_to_the_staff_there_are() -> None:
    """Of 101 WTE a lever frees 20; 80 % productive hours, then 81, leave 80. 70 with 10 % more hours are 77;
    half of a tenth vacant lets bank and agency do 4.3 more than that: the last 3 are covered."""
    one = np.ones((1, 1))
    arguments = (101 * one, 20 * one, 0.2, one, 70 * one, 10 * one, np.array([10.0]))
    assert gap_at_once(*arguments, np.array([0.5])) == pytest.approx(0.0 * one)
    assert gap_at_once(*arguments, np.array([0.0])) == pytest.approx(3.0 * one)


def test_rates_by_age_are_calibrated_to_the_published_leavers() -> None:
    rates = unit_rates(base())
    gone = -np.expm1(-(rates.leaving + rates.retirement))
    assert (base().heads * gone).sum(axis=1) == pytest.approx([100.0, 25.0])
    assert rates.weight == pytest.approx([0.8, 0.2])


def test_drawn_rates_have_their_range_and_the_principal_run_its_value() -> None:
    drawn = drifting_factor((10.0, 8.0, 13.0), "leaver_rate:x", "place", "E1", 6, 4000, 5, 0.8, 0.6)
    assert (drawn[0] == 1).all()
    assert (drawn > 0).all()
    low, high = np.quantile(10 * drawn[1:, 5], [0.1, 0.9])
    assert low == pytest.approx(8.0, rel=0.03)
    assert high == pytest.approx(13.0, rel=0.03)
    other = drifting_factor((10.0, 8.0, 13.0), "leaver_rate:x", "place", "E2", 6, 4000, 5, 0.8, 0.6)
    shared = np.corrcoef(np.log(drawn[1:, 5]), np.log(other[1:, 5]))[0, 1]
    assert shared == pytest.approx(0.6, abs=0.05)
    assert positive_factor((1.0, 0.5, 1.5), np.array([-9.0]))[0] > 0


def test_vacancies_and_shares_stay_between_nil_and_all_of_it_in_every_draw() -> None:
    drawn = vacancy_percents(20.93, (0.517, 0.45, 1.0), "vacancy", 20_000, 1)
    assert drawn[0] == pytest.approx(20.93 * 0.517)
    assert drawn.min() > 0
    assert drawn.max() < 100
    assert np.quantile(drawn[1:], 0.9) == pytest.approx(20.93, rel=0.03)
    assert (vacancy_percents(0.0, (1.0, 1.0, 1.0), "vacancy", 5, 1) == 0).all()
    share = common_share((0.7, 0.5, 0.85), "cover", 20_000, 1)
    assert 0 < share.min() < share.max() < 1


def test_participation_starts_at_what_is_recorded() -> None:
    path = participation_path((0.0, -0.3, 0.3), 20, 100, 2)
    assert (path[:, 0] == 1).all()
    assert (path[0] == 1).all()
    assert path[1:, -1].std() > path[1:, 5].std()


def test_recorded_counts_become_rates() -> None:
    percent, per_leaver, shares = recorded_rates(50.0, np.array([30.0, 20.0, 8.0, 2.0]), 500.0)
    assert (percent, per_leaver) == pytest.approx((10.0, 1.2))
    assert shares.sum() == pytest.approx(1.0)
    with pytest.raises(ValueError, match="more than nil"):
        recorded_rates(0.0, np.ones(4), 500.0)
    with pytest.raises(ValueError, match="cannot fall by 120"):
        from_year(-120.0, np.array([2024]), 2024)
    for shares in ((80.0, 30.0, 0.0), (60.0, 30.0, 10.5), (-0.5, 0.0, 0.0)):
        with pytest.raises(ValueError, match="more than 100"):
            source_shares(*shares)
    assert source_shares(60.0, 30.0, 10.0).tolist() == [0.6, 0.0, 0.3, 0.1]


def test_a_ratio_is_reached_on_a_straight_line_and_held() -> None:
    years = np.arange(2024, 2029)
    assert phased(0.4, years, 2.0) == pytest.approx([1.0, 0.7, 0.4, 0.4, 0.4])
    assert phased(1.0, years, 2.0) == pytest.approx(np.ones(5))


def test_what_a_trust_does_for_itself_is_no_other_year_s_and_no_other_trust_s() -> None:
    here, there = (own_factor((1.0, 0.74, 1.35), "own", "provider", area, 4, 2000, 1) for area in ("a", "b"))
    assert (here[0] == 1).all()
    assert np.quantile(here[1:], [0.1, 0.5, 0.9]) == pytest.approx([0.74, 1.0, 1.35], rel=0.03)
    assert np.abs(np.corrcoef(np.log(here[1:].T)) - np.eye(4)).max() < 0.1
    assert abs(np.corrcoef(here[1:, 0], there[1:, 0])[0, 1]) < 0.1
