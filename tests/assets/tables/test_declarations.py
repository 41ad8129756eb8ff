"""A malformed declaration is refused by file, table and column; each column is described once, and used."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
import yaml

from assets.tables import declarations
from assets.tables.declarations import INPUT_TABLES, TABLES
from assets.tables.declarations.loading import BadDeclaration, read_declarations

SHIPPED = Path(declarations.__file__).parent
FILES = ("columns.yaml", "input_tables.yaml", "tables.yaml")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("columns.yaml", "age_to: {kind: integer", "age_to: {kind: whole", ", column age_to: kind is whole"),
        ("columns.yaml", "age_to: {kind: integer", "age_to: {kin: integer", ", column age_to: unknown field"),
        ("columns.yaml", "age_to: {kind: integer, ", "age_to: {", ", column age_to: no kind"),
        ("columns.yaml", "description: Who accepts it", "unit: GBP", ", column accepted_by: no description"),
        ("columns.yaml", "description: Who accepts it", "description: no", ", column accepted_by: descripti"),
        ("columns.yaml", "minimum: 2000", "minimum: soon", ", column year.financial_year: minimum is 'soon'"),
        ("columns.yaml", "minimum: 2000", "minimum: 2101", ", column year.financial_year: minimum 2101 is"),
        ("columns.yaml", "minimum: 2000", "allowed: soon", ", column year.financial_year: integer has no"),
        ("columns.yaml", "<age_band.neighbourhoods>", "<age_band.population>", "allowed names <age_band.pop"),
        ("columns.yaml", "like: source_id,", "like: sauce_id,", ", column source_id.input_files: like sauce"),
        ("columns.yaml", "<facilities>", "<buildings>", ", column facility: allowed names <buildings>"),
        ("columns.yaml", "activity: {", "accepted_by: {", ": accepted_by stands here a second"),
        ("columns.yaml", "activity: {", "activity: [", " is no YAML"),
        ("input_tables.yaml", " practice* ", " practise* ", ", table practice_places, column practise*: not"),
        (
            "input_tables.yaml",
            " practice* ",
            " place practice* ",
            ", table practice_places, column place: st",
        ),
        ("input_tables.yaml", " practice* ", " practice ", ", table practice_places: expected keys"),
        ("input_tables.yaml", " practice* ", " practice_name? ", ", column practice_name?: optional, so"),
        (
            "input_tables.yaml",
            "complete: bedr",
            "complete: b",
            ", table occupancy_by_bedrooms: expected keys",
        ),
        ("input_tables.yaml", "source: voa", "sauce: voa", ", table dwelling_stock: unknown field sauce"),
        ("input_tables.yaml", "housing:", "housing: none\nhomes:", ": housing holds 'none', expected tables"),
        (
            "tables.yaml",
            "be_empty: true",
            "be_empty: 1",
            ", table recorded_level: may_be_empty is 1",
        ),
        (
            "input_tables.yaml",
            "covers: place flow_group",
            "covers: place flow",
            ", table place_to_provider_shares: covers names flow, which is no column of it",
        ),
        (
            "input_tables.yaml",
            "covers: place flow_group",
            "covers: place provider",
            ", table place_to_provider_shares: covers names provider without its values",
        ),
        (
            "input_tables.yaml",
            "unbroken: year",
            "unbroken: place",
            ", table net_additional_dwellings: unbroken is place, expected a key that is a whole number",
        ),
        (
            "input_tables.yaml",
            "may_be_zero: unknown",
            "may_be_zero: none",
            ", table gp_appointments_monthly: may_be_zero names none, which is no column of it",
        ),
        ("tables.yaml", "\n  households:", "\n  demand:", ", table demand: declared under population and"),
        ("tables.yaml", "promised: population", "promised: populace", ", table populace: promised, but"),
    ],
)
def test_a_malformed_declaration_is_refused_by_name(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    for name in FILES:
        shutil.copy(SHIPPED / name, tmp_path)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadDeclaration) as refused:
        read_declarations(tmp_path)
    assert str(refused.value).startswith(file)
    assert said in str(refused.value)


def rows() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = yaml.safe_load(
        (SHIPPED / "columns.yaml").read_text(encoding="utf-8")
    )
    return found


def test_no_column_is_described_twice_in_the_same_words() -> None:
    words = Counter(
        (reference.partition(".")[0], row["description"])
        for reference, row in rows().items()
        if "description" in row
    )
    assert [each for each, times in words.items() if times > 1] == []


def test_every_described_column_is_in_a_table() -> None:
    words = " ".join((SHIPPED / name).read_text(encoding="utf-8") for name in FILES[1:]).split()
    unused = set(rows()) - {word.rstrip("*?") for word in words}
    assert unused == set()


def test_columns_are_in_alphabetical_order() -> None:
    assert list(rows()) == sorted(rows())


def test_a_row_like_another_differs_in_what_it_says() -> None:
    of_women, of_2013 = (
        {column.name: column for column in INPUT_TABLES[name].columns}["births_per_1000_women"]
        for name in ("national_fertility", "national_fertility_2013")
    )
    assert (of_women.maximum, of_2013.maximum) == (1000, None)
    assert of_women.description == of_2013.description


def test_allowed_values_may_be_those_of_another_column_or_of_a_list_in_code() -> None:
    small = INPUT_TABLES["occupancy_by_bedrooms"].allowed("age_band")
    assert TABLES["neighbourhood_population"].allowed("age_band") == (*small, "65+", "all")
    assert TABLES["population"].allowed("sex") == ("female", "male", "persons")
    with pytest.raises(KeyError, match="unit"):
        TABLES["population"].allowed("unit")
