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
from housing_trajectories.findings import BadInput, Finding
from tests.assets.official_files.official_examples import (
    AE_HEADER,
    AE_ROWS,
    AE_TOTAL,
    ERIC_HEADER,
    ERIC_ROWS,
    GP_HEADER,
    GP_ROWS,
    LUTON,
    known,
    nomis,
    sheet_of_persons,
    single_years,
    written,
)
from tests.shipped import DATA


def shipped(root: Path, name: str) -> pd.DataFrame:
    return read_table(INPUT_TABLES[name], DATA / f"{name}.csv", None)


def refusal(path: Path, **changed: object) -> Finding:
    with pytest.raises(BadInput) as error:
        read_publication(path, known(**changed))
    return error.value.findings[0]


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


def test_a_month_of_accident_and_emergency_adds_types_and_holds_the_row_of_totals(tmp_path: Path) -> None:
    read = read_publication(written(tmp_path, "ae.csv", AE_HEADER, *AE_ROWS, AE_TOTAL), known())
    rows = read.tables["ae_attendances_monthly"]
    assert rows.values.tolist() == [["RC9", "2024-03", 21034, 5410], ["RD8", "2024-03", 8500, 2100]]
    assert read.proofs == ("10 totals of England by column, its providers together hold",)
    assert "column Attendances over 4hrs Type 1" in read.unused


def test_a_trust_of_before_a_merger_counts_with_the_provider_it_became(tmp_path: Path) -> None:
    earlier = AE_ROWS[2].replace("RXX", "RC1")
    read = read_publication(
        written(tmp_path, "ae.csv", AE_HEADER, AE_ROWS[0], AE_ROWS[1], earlier, AE_TOTAL), known()
    )
    assert read.tables["ae_attendances_monthly"]["ae_attendances"].tolist() == [21034 + 115, 8500]


@pytest.mark.parametrize(
    "total",
    [
        AE_TOTAL.replace("TOTAL,TOTAL,TOTAL,TOTAL", "Total,,,"),
        AE_TOTAL.replace("TOTAL,TOTAL,TOTAL,TOTAL", ",,TOTAl,"),
        AE_TOTAL.replace("TOTAL,TOTAL,TOTAL,TOTAL", "MSitAE-MARCH-2024,-,-,Total"),
    ],
)
def test_the_row_of_totals_is_found_in_whichever_column_says_so(tmp_path: Path, total: str) -> None:
    read = read_publication(written(tmp_path, "ae.csv", AE_HEADER, *AE_ROWS, total), known())
    assert len(read.tables["ae_attendances_monthly"]) == 2
    assert read.proofs == ("10 totals of England by column, its providers together hold",)


def test_a_department_there_is_not_and_columns_without_a_name_are_proved_by_the_totals(
    tmp_path: Path,
) -> None:
    without = AE_ROWS[1].replace('"8,500",0,0,', '"8,500",-,,')
    lines = [f"{line},," for line in (AE_HEADER, AE_ROWS[0], without)]
    read = read_publication(written(tmp_path, "ae.csv", *lines, AE_ROWS[2] + ",,,", AE_TOTAL + ",,"), known())
    assert read.tables["ae_attendances_monthly"]["ae_attendances"].tolist() == [21034, 8500]
    assert read.proofs[1] == "2 cells with '-' or nothing counted as none: the totals hold with them"
    assert not any(words == "column " for words in read.unused)
    lost = AE_ROWS[1].replace('"8,500",', "-,")
    finding = refusal(written(tmp_path, "lost.csv", AE_HEADER, AE_ROWS[0], lost, AE_ROWS[2], AE_TOTAL))
    assert finding.column == "A&E attendances Type 1"


@pytest.mark.parametrize(
    ("lines", "row", "column"),
    [
        ((AE_HEADER, *AE_ROWS, AE_TOTAL.replace("28600", "28601")), 5, "A&E attendances Type 1"),
        ((AE_HEADER, AE_ROWS[0], AE_ROWS[0], *AE_ROWS[1:], AE_TOTAL), 3, "Org Code"),
        ((AE_HEADER, *AE_ROWS), None, "Org Code"),
        ((AE_HEADER, AE_ROWS[0].replace("20000", "2e999"), AE_TOTAL), 2, "A&E attendances Type 1"),
        ((AE_HEADER, AE_ROWS[0].replace("MARCH", "MARS"), AE_TOTAL), 2, "Period"),
    ],
)
def test_a_spoilt_month_of_accident_and_emergency_is_refused_with_its_cell(
    tmp_path: Path, lines: tuple[str, ...], row: int | None, column: str
) -> None:
    finding = refusal(written(tmp_path, "ae.csv", *lines))
    assert (finding.file, finding.row, finding.column) == ("ae.csv", row, column)


def test_appointments_are_counted_by_whom_they_are_with(tmp_path: Path) -> None:
    read = read_publication(written(tmp_path, "gp.csv", GP_HEADER, *GP_ROWS), known())
    assert read.tables["gp_appointments_monthly"].values.tolist() == [["QHG", "2021-12", 100, 20, 3]]
    assert read.proofs[0].startswith("not proved")
    assert "status, all counted: attended 100, dna 20, unknown 3" in read.unused


def test_appointments_of_later_months_renew_what_gps_deliver_and_how_many_are_missed(tmp_path: Path) -> None:
    """The latest twelve months from the base year on, as rows of assumptions; older files change none."""
    path = written(tmp_path, "gp.csv", GP_HEADER, *(row.replace("DEC2021", "MAR2026") for row in GP_ROWS))
    read = read_publication(path, known(renews_from="2024-04"))
    found = read.tables["assumptions"].set_index("id")
    assert found.loc["estates.gp_share_of_appointments", "value"] == pytest.approx(81.3)
    assert found.loc["estates.gp_not_attended", "value"] == pytest.approx(20 / 123, abs=5e-5)
    assert set(found["evidence_grade"]) == {"A"}
    assert found["note"].str.endswith("2026-03").all()
    assert set(found["source_id"]) == {read.source["id"]}
    old = read_publication(written(tmp_path, "old.csv", GP_HEADER, *GP_ROWS), known(renews_from="2024-04"))
    assert set(old.tables) == {"gp_appointments_monthly"}


def test_a_staff_file_is_sent_to_the_folder_where_it_is_read(tmp_path: Path) -> None:
    header = "Date,Org Code,Org Name,Staff Group,Data Type,Total"
    finding = refusal(written(tmp_path, "staff.csv", header, "2026-03-31,RD8,Milton Keynes,Midwives,FTE,9"))
    assert finding.found == "NHS Workforce Statistics, staff group and organisation"
    assert "in the folder published_workforce of the area" in finding.expected


@pytest.mark.parametrize("board", ["E54000024", "E54000065"])
def test_appointments_of_our_locations_count_before_and_after_the_merger_of_boards(
    root: Path, tmp_path: Path, board: str
) -> None:
    there = known_of(DATA)
    assert there.sub_boards == {"M1J4Y", "E38000249"}
    rows = [row.replace("E54000024", board) for row in GP_ROWS]
    merged = rows[0].replace("M1J4Y,E38000249", "06K,E38000049").replace(board, "E54000065")
    read = read_publication(written(tmp_path, "gp.csv", GP_HEADER, *rows, merged), there)
    assert read.tables["gp_appointments_monthly"].values.tolist() == [["QHG", "2021-12", 100, 20, 3]]
    neighbour = [row.replace("M1J4Y,E38000249", "06K,E38000049") for row in rows[:3]]
    elsewhere = [row.replace("E54000024", "E54000056") for row in neighbour]
    with pytest.raises(BadInput, match="none of our system"):
        read_publication(written(tmp_path, "gp.csv", GP_HEADER, *elsewhere), there)


@pytest.mark.parametrize("month", ["DEC2021", "01DEC2021", "2021-12", "Dec-21"])
def test_a_regional_file_has_a_month_in_the_place_of_days(tmp_path: Path, month: str) -> None:
    header = GP_HEADER.replace(
        "ICB_ONS_CODE,REGION_ONS_CODE,Appointment_Date",
        "ICB_ONS_CODE,ICB_NAME,REGION_ONS_CODE,REGION_NAME,APPOINTMENT_MONTH",
    )
    rows = [
        f"M1J4Y,E38000249,BLMK,E54000024,NHS BLMK,E40000007,East of England,{month},{row.split(',', 6)[6]}"
        for row in GP_ROWS[:3]
    ]
    read = read_publication(written(tmp_path, "gp.csv", header, *rows), known())
    assert read.tables["gp_appointments_monthly"].values.tolist() == [["QHG", "2021-12", 100, 20, 3]]


def test_a_daily_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    finding = refusal(written(tmp_path, "gp.csv", GP_HEADER, *GP_ROWS[:2]))
    assert finding.found == "2021-12 from day 1 to day 15"


def test_a_kind_of_staff_that_is_not_known_is_not_left_out(tmp_path: Path) -> None:
    odd = GP_ROWS[0].replace(",GP,", ",Robot,")
    finding = refusal(written(tmp_path, "gp.csv", GP_HEADER, odd, *GP_ROWS[1:]))
    assert (finding.row, finding.column, finding.found) == (2, "HCP_TYPE", "Robot")


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


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_month_of_accident_and_emergency_as_it_is_published_in_2026_is_read(
    tmp_path: Path, ending: str
) -> None:
    """NHS England, Monthly A&E attendances and emergency admissions, by provider.

    Layout: a byte order mark or none; the region with a blank behind it; a stray last column named `a`; two
    blanks in a name; a total row spelt `TOTAL,TOTAL,Total,Total`; files named `May-2026-CSV-Dl8t54.csv`.
    """
    header = AE_HEADER.replace("Booked Appointments Type 1", "Booked  Appointments Type 1", 1) + ",a"
    rows = [row.replace("NHS ENGLAND EAST OF ENGLAND", "NHS ENGLAND EAST OF ENGLAND ") for row in AE_ROWS]
    total = AE_TOTAL.replace("TOTAL,TOTAL,TOTAL,TOTAL", "TOTAL,TOTAL,Total,Total")
    lines = [header, *(f"{row.replace('MARCH-2024', 'MAY-2026')}," for row in rows), f"{total},"]
    path = tmp_path / "May-2026-CSV-Dl8t54.csv"
    path.write_bytes((ending.join(lines) + ending).encode("utf-8-sig"))
    read = read_publication(path, known())
    assert read.tables["ae_attendances_monthly"].values.tolist() == [
        ["RC9", "2026-05", 21034, 5410],
        ["RD8", "2026-05", 8500, 2100],
    ]
    assert read.proofs == ("10 totals of England by column, its providers together hold",)


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("A&E attendances Booked Appointments Type 1", "A&E attendances (booked) Type 1"),
        ("Emergency admissions via A&E - Type 1", "Emergency admissions via A&E (Type 1)"),
        ("Other emergency admissions", "Other emergency admissions (direct)"),
    ],
)
def test_a_count_under_an_unknown_name_is_refused_and_not_left_out(
    tmp_path: Path, there: str, instead: str
) -> None:
    header = AE_HEADER.replace(there, instead, 1)
    finding = refusal(written(tmp_path, "ae.csv", header, *AE_ROWS, AE_TOTAL))
    assert (finding.row, finding.column) == (1, instead)


def test_a_month_of_accident_and_emergency_of_before_august_2020_is_read(tmp_path: Path) -> None:
    """NHS England, the same series: `Number of A&E attendances …`, no booked appointments, no region."""
    names = [
        *("Period", "Org Code", "Org name"),
        *("Number of A&E attendances Type 1", "Number of A&E attendances Type 2"),
        "Number of A&E attendances Other A&E Department",
        *("Number of attendances over 4hrs Type 1", "Number of attendances over 4hrs Type 2"),
        "Number of attendances over 4hrs Other A&E Department",
        "Patients who have waited 4-12 hs from DTA to admission",
        "Patients who have waited 12+ hrs from DTA to admission",
        *("Emergency admissions via A&E - Type 1", "Emergency admissions via A&E - Type 2"),
        *("Emergency admissions via A&E - Other A&E department", "Other emergency admissions"),
    ]
    lines = (
        ",".join(names),
        "MSitAE-DECEMBER-2018,RC9,BEDFORDSHIRE HOSPITALS,1000,50,200,100,10,30,5,0,400,0,-,70",
        "TOTAL,TOTAL,TOTAL,1000,50,200,100,10,30,5,0,400,0,0,70",
    )
    read = read_publication(written(tmp_path, "ae.csv", *lines, encoding="cp1252"), known())
    assert read.tables["ae_attendances_monthly"].values.tolist() == [["RC9", "2018-12", 1250, 470]]


def test_regional_appointments_as_they_are_published_are_read(tmp_path: Path) -> None:
    """NHS England, Appointments in General Practice, `Regional_CSV_*`: months written `01APR2023`.

    Layout: thirteen columns with the names of board and region; `UNMAPPED` in the place of codes for
    appointments of no known location; `Booked` for those with no outcome yet; lines end in CR LF or LF.
    """
    header = (
        "SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_ONS_CODE,SUB_ICB_LOCATION_NAME,ICB_ONS_CODE,ICB_NAME,"
        "REGION_ONS_CODE,REGION_NAME,APPOINTMENT_MONTH,APPT_STATUS,HCP_TYPE,APPT_MODE,"
        "TIME_BETWEEN_BOOK_AND_APPT,COUNT_OF_APPOINTMENTS"
    )
    board = "M1J4Y,E38000249,NHS BLMK,E54000024,NHS BLMK,E40000007,East of England"
    rows = (
        f"{board},01APR2023,Attended,GP,Video Conference/Online,Same Day,90",
        f"{board},01APR2023,Booked,Other Practice staff,Face-to-Face,22  to 28 Days,7",
        f"{board},01MAY2023,DNA,Unknown,Home Visit,Unknown / Data Quality,3",
        "UNMAPPED," * 7 + "01MAY2023,Attended,GP,Unknown,1 Day,8",
    )
    path = tmp_path / "Regional_CSV_BLMK.csv"
    path.write_bytes(("\r\n".join((header, *rows)) + "\r\n").encode("utf-8-sig"))
    read = read_publication(path, known())
    assert read.tables["gp_appointments_monthly"].values.tolist() == [
        ["QHG", "2023-04", 90, 7, 0],
        ["QHG", "2023-05", 0, 0, 3],
    ]


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
