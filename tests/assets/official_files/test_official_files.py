"""Published files: real ones reproduce the shipped tables, changed ones are refused with their cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from assets.inputs.csv_reading import read_table
from assets.official_files.file_content import Content
from assets.official_files.merging import known_of
from assets.official_files.recognise import READERS, read_publication
from assets.tables.declarations import INPUT_TABLES
from housing_trajectories.findings import BadInput
from tests.assets.official_files.official_examples import (
    AE_HEADER,
    ERIC_HEADER,
    ERIC_ROWS,
    GP_HEADER,
    LUTON,
    known,
    nomis,
    refusal,
    sheet_of_persons,
    single_years,
    written,
)
from tests.shipped import DATA


def shipped(root: Path, name: str) -> pd.DataFrame:
    return read_table(INPUT_TABLES[name], DATA / f"{name}.csv", None)


def test_the_real_workbook_of_estimates_gives_the_shipped_census_base(
    root: Path, shared: Callable[[str], Path]
) -> None:
    read = read_publication(shared("official/ons_mid_2021_estimates.xls"), known_of(DATA))
    for name in ("census_based_population", "england_population"):
        ours = shipped(root, name)
        keys = list(INPUT_TABLES[name].keys)
        both = ours[ours["year"] == 2021].merge(
            read.tables[name], on=keys, suffixes=("", "_read"), how="outer", validate="1:1"
        )
        assert (both["population"] == both["population_read"]).all(), name
    totals = read.tables["mid_year_estimate_totals"].set_index("place")["population"]
    assert totals.to_dict() == {
        "E06000032": 224826,
        "E06000042": 288201,
        "E06000055": 185761,
        "E06000056": 295541,
    }
    assert "population_estimates" not in read.tables
    assert sum("hold" in proof for proof in read.proofs) == 6
    assert any("MYE3a" in name for name in read.unused)


def test_the_real_sheet_of_mid_2024_saved_as_csv_gives_the_shipped_estimates(
    root: Path, shared: Callable[[str], Path]
) -> None:
    read = read_publication(shared("england/population/mye24tablesew.csv"), known_of(DATA))
    for name in ("population_estimates", "mid_year_estimate_totals"):
        ours = shipped(root, name)
        both = ours[ours["year"] == 2024].merge(
            read.tables[name],
            on=list(INPUT_TABLES[name].keys),
            suffixes=("", "_read"),
            how="outer",
            validate="1:1",
        )
        assert len(both) == len(read.tables[name])
        assert (both["population"] == both["population_read"]).all(), name
    assert read.proofs == (
        "357 totals of all ages by area hold",
        "182 totals of countries by age, their councils together hold",
        "91 totals of unions by age, their countries together hold",
    )


def test_a_sheet_of_persons_without_titles_has_its_year_from_the_user_or_the_name(tmp_path: Path) -> None:
    titled = sheet_of_persons(title="MYE2: Persons by single year of age, mid-2022")
    for name, release, lines, year in (
        ("mye23tablesew.csv", None, sheet_of_persons(), 2023),
        ("mye23tablesew.csv", "mid-2024", sheet_of_persons(), 2024),
        ("estimates.csv", None, titled, 2022),
    ):
        read = read_publication(written(tmp_path, name, *lines), known(release=release))
        assert read.tables["mid_year_estimate_totals"][["year", "population"]].values.tolist() == [
            [year, sum(range(100, 191))]
        ]
    finding = refusal(written(tmp_path, "estimates.csv", *sheet_of_persons()))
    assert finding.found == "no year in estimates.csv"


def test_a_sheet_of_one_sex_is_not_taken_for_persons(tmp_path: Path) -> None:
    titled = written(tmp_path, "mye24.csv", *sheet_of_persons(title="MYE2: Females, mid-2024"))
    assert (refusal(titled).row, refusal(titled).found) == (1, "a sheet of females")
    bare = written(tmp_path, "mye24.csv", *sheet_of_persons())
    people = sum(range(100, 191))
    read_publication(bare, known(people={LUTON: people - 500}))
    finding = refusal(bare, people={LUTON: 2 * people})
    assert (finding.row, finding.column, finding.found) == (3, "All ages", f"{people:,} of {LUTON}")


def test_a_sheet_of_persons_in_part_is_refused(tmp_path: Path) -> None:
    lines = sheet_of_persons()
    text = "\n".join(lines)
    for cut in (
        "\n".join(lines[:3]),
        "\n".join([lines[0], *lines[2:]]),
        "\n".join([lines[0], lines[1], lines[3]]),
        text[: len(text) // 2],
        text[:-1],
    ):
        assert refusal(written(tmp_path, "mye24.csv", cut))


def test_the_real_projections_give_the_shipped_totals(root: Path, shared: Callable[[str], Path]) -> None:
    read = read_publication(shared("official/ons_2018_based_snpp_persons_england.csv"), known_of(DATA))
    ours = shipped(root, "official_projections")
    ours = ours[(ours["projection"] == "ons_2018_based") & (ours["age_band"] == "all")]
    both = ours.merge(
        read.tables["official_projections"], on=["projection", "place", "year", "age_band"], validate="1:1"
    )
    assert len(both) == len(ours) == 104
    assert (both["population_x"] == both["population_y"]).all()


def test_projections_by_single_year_of_age_are_summed_over_the_bands(tmp_path: Path) -> None:
    read = read_publication(written(tmp_path, "snpp.csv", *single_years()), known())
    rows = read.tables["official_projections"].set_index(["year", "age_band"])["population"]
    assert rows[2018, "all"] == round(91 * 10.5)
    assert rows[2019, "65+"] == sum(10 + age for age in range(65, 91))
    assert rows[2019, "85+"] == sum(10 + age for age in range(85, 91))
    assert [proof.split(" hold")[0] for proof in read.proofs] == [
        "6 totals of all ages by area and year",
        "2 totals of England by year, its councils together",
    ]


def test_projections_of_one_sex_or_another_component_or_in_part_are_refused(tmp_path: Path) -> None:
    finding = refusal(written(tmp_path, "males.csv", *single_years(sex="males")))
    assert (finding.row, finding.column, finding.found) == (2, "SEX", "males")
    finding = refusal(written(tmp_path, "births.csv", *single_years(component="Births")))
    assert (finding.row, finding.column, finding.found) == (2, "COMPONENT", "Births")
    whole = single_years()
    for cut in (whole[: len(whole) // 3], whole[: -1 - 92], whole[:-1], whole[:1] + whole[93:]):
        assert refusal(written(tmp_path, "cut.csv", *cut))


def test_the_real_live_table_gives_what_was_added_before_the_census_revised_it(
    root: Path, shared: Callable[[str], Path]
) -> None:
    read = read_publication(shared("official/mhclg_live_table_122.ods"), known_of(DATA))
    rows = read.tables["net_additional_dwellings"]
    both = shipped(root, "net_additional_dwellings").merge(rows, on=["place", "year"], suffixes=("", "_read"))
    before = both[both["year"] < 2009]
    assert (before["net_additional_dwellings"] == before["net_additional_dwellings_read"]).all()
    assert len(before) == 16
    assert set(rows["release"]) == {"2021-11"}
    assert rows[rows["place"] == "E06000055"]["year"].min() == 2009


def test_a_download_from_nomis_fills_the_bands_projections_are_raked_to(tmp_path: Path) -> None:
    read = read_publication(written(tmp_path, "nomis.csv", nomis()), known())
    bands = read.tables["population_estimates"].set_index("age_band")["population"]
    assert (bands["0"], bands["1-4"], bands["85-89"], bands["90+"], bands.sum()) == (10, 40, 50, 600, 1500)
    assert read.tables["mid_year_estimate_totals"]["year"].tolist() == [2024]
    assert "12 July 2025" in read.edition
    assert "1 other areas" in read.unused


NORTHAMPTONSHIRE = {"E06000061": "North Northamptonshire", "E06000062": "West Northamptonshire"}


def test_a_real_download_from_nomis_without_codes_is_read_by_name(shared: Callable[[str], Path]) -> None:
    path = shared("england/population/northamptonshire_pop_nomis.csv")
    read = read_publication(path, known(councils=NORTHAMPTONSHIRE))
    totals = read.tables["mid_year_estimate_totals"]
    assert totals[["place", "year", "population"]].values.tolist() == [
        ["E06000061", 2019, 348228],
        ["E06000062", 2019, 405050],
    ]
    assert read.edition == "downloaded 10 June 2021"
    assert read.proofs[0].startswith("not proved")
    assert "none of our places" in refusal(path).found


def test_a_nomis_download_that_is_cut_is_refused(tmp_path: Path) -> None:
    lines = [
        "",
        '"Population estimates - local authority based by single year of age"',
        '"ONS Crown Copyright Reserved [from Nomis on 10 June 2021]"',
        '"Gender     :","Total"',
        '"Age        :","All Ages"',
        "",
        '"local authority: county / unitary (as of April 2021)","2018","2019"',
        "",
        '"North Northamptonshire",341000,348228',
        '"West Northamptonshire",401000,405050',
        "",
    ]
    places = known(councils=NORTHAMPTONSHIRE)
    whole = "\n".join(lines)
    path = tmp_path / "nomis.csv"
    path.write_text(whole + "\n", encoding="utf-8")
    assert len(read_publication(path, places).tables["mid_year_estimate_totals"]) == 4
    for cut in range(whole.index("Gender"), len(whole) - 1):
        path.write_text(whole[:cut], encoding="utf-8")
        with pytest.raises(BadInput):
            read_publication(path, places)
    path.write_text("\n".join([*lines[:-2], ""]) + "\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no persons of West Northamptonshire"):
        read_publication(path, places)


def test_a_total_of_a_nomis_download_that_its_ages_miss_is_refused(tmp_path: Path) -> None:
    finding = refusal(written(tmp_path, "nomis.csv", nomis(total="1501")))
    assert (finding.row, finding.found, "1,500" in finding.expected) == (
        9,
        "1,501 of E06000032 in 2024",
        True,
    )


def test_bands_that_cannot_be_split_are_not_guessed(tmp_path: Path) -> None:
    text = nomis(total="1460").replace('"Age 0"', '"Aged 0 to 4"')
    assert "do not make up" in refusal(written(tmp_path, "nomis.csv", text)).found


def test_a_staff_file_is_sent_to_the_folder_where_it_is_read(tmp_path: Path) -> None:
    header = "Date,Org Code,Org Name,Staff Group,Data Type,Total"
    finding = refusal(written(tmp_path, "staff.csv", header, "2026-03-31,RD8,Milton Keynes,Midwives,FTE,9"))
    assert finding.found == "NHS Workforce Statistics, staff group and organisation"
    assert "in the folder published_workforce of the area" in finding.expected


def test_areas_of_sites_are_read_from_the_publishers_encoding(tmp_path: Path) -> None:
    path = written(tmp_path, "ERIC - 2023_24 - Site data.csv", ERIC_HEADER, *ERIC_ROWS, encoding="cp1252")
    read = read_publication(path, known())
    rows = read.tables["premises"]
    assert rows[["site_code", "gross_internal_area_m2", "source_id"]].values.tolist() == [
        ["RC971", 73000.0, "nhs_england_eric_2023_24"]
    ]
    assert "site RWK2K: area Not Applicable" in read.unused
    assert any("New Wing (RC999, 500 m2)" in name for name in read.unused)


def test_sites_of_earlier_returns_that_a_return_lacks_are_named(tmp_path: Path) -> None:
    name = "ERIC - 2023_24 - Site data.csv"
    whole = read_publication(written(tmp_path, name, ERIC_HEADER, *ERIC_ROWS, encoding="cp1252"), known())
    cut = read_publication(written(tmp_path, name, ERIC_HEADER, *ERIC_ROWS[:2], encoding="cp1252"), known())
    said = "1 of 2 sites of earlier returns are not in the file and stay as they are: RWK2K"
    assert said not in whole.unused
    assert said in cut.unused


def test_a_return_of_no_known_year_asks_for_it(tmp_path: Path) -> None:
    path = written(tmp_path, "sites.csv", ERIC_HEADER, *ERIC_ROWS, encoding="cp1252")
    assert "--release" in refusal(path).expected
    assert read_publication(path, known(release="2023-24")).edition == "2023/24"


def test_each_file_is_recognised_by_one_reader_alone(tmp_path: Path) -> None:
    files = {
        "Nomis population estimates (CSV)": (nomis(),),
        "NHS England monthly A&E (CSV)": (AE_HEADER,),
        "Appointments in General Practice (CSV)": (GP_HEADER,),
        "ERIC sites (CSV)": (ERIC_HEADER,),
    }
    for name, lines in files.items():
        content = Content(written(tmp_path, "file.csv", *lines))
        assert [other for other, reader in READERS.items() if reader.recognises(content)] == [name]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1,2\n",
        b"PK\x03\x04 not an archive",
        b"\xd0\xcf\x11\xe0 not a workbook",
        b"Period,Org Code\x00,x\n",
        b"\x81\x8d\x8f",
        b'"' + b"x" * 200_000,
        AE_HEADER.encode() + b"\n=cmd|'/c calc'!A1,RC9\n",
    ],
)
def test_what_is_no_publication_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hostile.csv"
    path.write_bytes(content)
    finding = refusal(path)
    assert finding.sentence().startswith("hostile.csv")
    assert len(finding.sentence()) < 1_000


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nothing.csv").expected == "a file"


def test_a_place_that_a_publication_has_not_is_named(tmp_path: Path) -> None:
    finding = refusal(written(tmp_path, "nomis.csv", nomis(code="E06000099")))
    assert LUTON in finding.expected


def test_a_download_from_nomis_of_years_and_sexes_with_numbered_rows_is_read(tmp_path: Path) -> None:
    """ONS mid-year estimates, downloaded from Nomis for several years and both sexes at once.

    Layout, as public programs read such a file of 9 May 2024: five lines before each header; a first column
    `row`, the areas' names as of a date, `mnemonic`, ages without all ages; a table a year and sex, males
    first; `-` where an age is not published.
    """
    ages = ["Age 0", *(f"Age {age}" for age in range(1, 90)), "Aged 90+"]

    def table(year: int, sex: str, people: int) -> list[str]:
        header = ["row", "local authority: district / unitary (as of April 2021)", "mnemonic", *ages]
        rows = [
            ["1", "Luton", LUTON, *[str(people)] * 91],
            ["2", "Orkney Islands", "S12000023", *["-"] * 91],
        ]
        return [
            '"Population estimates - local authority based by single year of age"',
            '"ONS Crown Copyright Reserved [from Nomis on 9 May 2024]"',
            '""',
            f'"Date       :","{year}"',
            f'"Gender     :","{sex}"',
            *(",".join(f'"{cell}"' for cell in row) for row in (header, *rows)),
            '""',
            '"These figures are missing."',
            '""',
        ]

    lines = [line for year in (2022, 2023) for sex in ("Male", "Female") for line in table(year, sex, year)]
    read = read_publication(written(tmp_path, "nomis.csv", *lines, encoding="utf-8-sig"), known())
    people = read.tables["population_estimates"].set_index(["year", "age_band"])["population"]
    assert people[2022, "0"] == 2 * 2022
    assert people[2023, "5-9"] == 10 * 2023
    assert people[2023].sum() == 2 * 91 * 2023
    assert "1 other areas" in read.unused


@pytest.mark.parametrize(
    "name",
    ["ERIC - 201920 - SiteData.csv", "ERIC - 202223 - Site data.csv", "ERIC - 2024_25 - Site data.csv"],
)
def test_sites_of_a_return_as_it_is_published_are_read(tmp_path: Path, name: str) -> None:
    """NHS England, ERIC, site data of 2019/20 to 2024/25: the year in the name alone, `Commissioning Region`.

    Layout: Windows-1252, thousands separators in quotes, `Not Applicable` and empty cells in any column.
    """
    header = (
        "Trust Code,Trust Name,Commissioning Region,Trust Type,Site Code,Site Name,Site Type,"
        "Gross internal floor area (m²),Occupied floor area (m²),Isolation rooms (No.),"
        "Cost to eradicate high risk backlog (£)"
    )
    rows = (
        "RC9,BEDFORDSHIRE HOSPITALS,EAST OF ENGLAND,ACUTE - LARGE,RC971,LUTON & DUNSTABLE,1. General,"
        '"73,000","70,000",Not Applicable,"1,234"',
        "RWK,EAST LONDON,LONDON,MENTAL HEALTH,RWK2K,TOWNSEND COURT,9. Other,1132,,,0",
    )
    read = read_publication(written(tmp_path, name, header, *rows, encoding="cp1252"), known())
    years = {"ERIC - 201920": "2019_20", "ERIC - 202223": "2022_23", "ERIC - 2024_25": "2024_25"}
    year = next(edition for beginning, edition in years.items() if name.startswith(beginning))
    rows_read = read.tables["premises"][["site_code", "gross_internal_area_m2", "source_id"]].values.tolist()
    assert rows_read == [
        ["RC971", 73000.0, f"nhs_england_eric_{year}"],
        ["RWK2K", 1132.0, f"nhs_england_eric_{year}"],
    ]
