"""Small files in publishers' layouts, and a data folder small enough to bring them into."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from assets.official_files.official_file import Known
from assets.official_files.recognise import read_publication
from housing_trajectories.findings import BadInput, Finding

LUTON, BEDFORD, SYSTEM = "E06000032", "E06000055", "E54000024"

AE_HEADER = (
    "Period,Org Code,Parent Org,Org name,A&E attendances Type 1,A&E attendances Type 2,"
    "A&E attendances Other A&E Department,A&E attendances Booked Appointments Type 1,"
    "A&E attendances Booked Appointments Type 2,A&E attendances Booked Appointments Other Department,"
    "Attendances over 4hrs Type 1,Attendances over 4hrs Type 2,Attendances over 4hrs Other Department,"
    "Attendances over 4hrs Booked Appointments Type 1,Attendances over 4hrs Booked Appointments Type 2,"
    "Attendances over 4hrs Booked Appointments Other Department,"
    "Patients who have waited 4-12 hs from DTA to admission,"
    "Patients who have waited 12+ hrs from DTA to admission,Emergency admissions via A&E - Type 1,"
    "Emergency admissions via A&E - Type 2,Emergency admissions via A&E - Other A&E department,"
    "Other emergency admissions"
)
AE_ROWS = (
    "MSitAE-MARCH-2024,RC9,NHS ENGLAND EAST OF ENGLAND,BEDFORDSHIRE HOSPITALS,"
    "20000,0,1000,30,0,4,9000,0,10,1,0,0,900,50,5000,0,10,400",
    "MSitAE-MARCH-2024,RD8,NHS ENGLAND EAST OF ENGLAND,MILTON KEYNES,"
    '"8,500",0,0,0,0,0,4000,0,0,0,0,0,500,20,2000,0,0,100',
    'MSitAE-MARCH-2024,RXX,NHS ENGLAND LONDON,"ELSEWHERE, NHS",100,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17',
)
AE_TOTAL = "TOTAL,TOTAL,TOTAL,TOTAL,28600,1,1002,33,4,9,13006,7,18,10,10,11,1412,83,7014,15,26,517"

GP_HEADER = (
    "SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_ONS_CODE,SUB_ICB_LOCATION_NAME,ICB_ONS_CODE,REGION_ONS_CODE,"
    "Appointment_Date,APPT_STATUS,HCP_TYPE,APPT_MODE,TIME_BETWEEN_BOOK_AND_APPT,COUNT_OF_APPOINTMENTS"
)
GP_ROWS = (
    "M1J4Y,E38000249,NHS BLMK,E54000024,E40000007,01DEC2021,Attended,GP,Face-to-Face,Same Day,100",
    "M1J4Y,E38000249,NHS BLMK,E54000024,E40000007,15DEC2021,DNA,Other Practice staff,Telephone,1 Day,20",
    "M1J4Y,E38000249,NHS BLMK,E54000024,E40000007,31DEC2021,Unknown,Unknown,Unknown,1 Day,3",
    "00L,E38000130,NHS North East - 00L,E54000050,E40000012,01DEC2021,Attended,GP,Face-to-Face,Same Day,999",
)

ERIC_HEADER = (
    "Trust Code,Trust Name,ICB,Trust Type,Site Code,Site Name,Site Type,Gross internal floor area (m²),"
    "Occupied floor area (m²),Cost to eradicate high risk backlog (£),Age profile - pre 1948 (%)"
)
ERIC_ROWS = (
    'RC9,BEDFORDSHIRE HOSPITALS,BLMK,ACUTE,RC971,Luton and Dunstable,1. General,"73,000","70,000","1,234",5',
    "RC9,BEDFORDSHIRE HOSPITALS,BLMK,ACUTE,RC999,New Wing,1. General,500,480,0,0",
    "RWK,EAST LONDON,NEL,MENTAL,RWK2K,Townsend Court,9. Mental,Not Applicable,Not Applicable,0,0",
    'RXX,ELSEWHERE,LON,ACUTE,RXX01,Café Site,1. General,"9,999",1,1,1',
)


def nomis(*, total: str = "1500", code: str = LUTON, broken: str = "") -> str:
    """Single years to 89 and 90+ of one place and another, 10 people an age, as downloaded."""
    ages = ["All Ages", *(f"Age {age}" for age in range(90)), "Aged 90+"]
    values = [total, *["10"] * 90, "600"]
    names = ["local authority: district / unitary", "mnemonic", *ages]
    header = ",".join(f'"{name}"' for name in names)
    elsewhere = ",".join(['"Elsewhere"', '"E06999999"', *["!"] * 92])
    return "\n".join(
        (
            '"Population estimates - local authority based by single year of age"',
            '"ONS Crown Copyright Reserved [from Nomis on 12 July 2025]"',
            '"Date       :","2024"',
            '"Gender     :","Total"',
            '"Measures   :","Value"',
            "",
            header,
            "",
            ",".join(['"Luton"', f'"{code}"', *values]) + broken,
            elsewhere,
            "",
            '"In order to protect against disclosure, figures are rounded."',
            "",
        )
    )


def known(**changed: object) -> Known:
    """Two places, their system, three providers, a census of 2021, two sites."""
    premises = pd.DataFrame(
        {
            "site_code": ["RC971", "RWK2K"],
            "site_name": ["Luton And Dunstable Hospital", "Townsend Court"],
            "facility": ["outpatient_rooms", "mental_health_beds"],
            "gross_internal_area_m2": [72816.0, 1132.0],
            "source_id": ["nhs_england_eric_2019_20"] * 2,
        }
    )
    from assets.tables.declarations import INPUT_TABLES

    premises = premises.reindex(columns=INPUT_TABLES["premises"].column_names)
    said: dict[str, object] = {
        "councils": {LUTON: "Luton"},
        "system": SYSTEM,
        "providers": {"RC9": "acute", "RD8": "acute", "QHG": "system", "RWK": "other"},
        "trusts": {"RC1": "RC9"},
        "census_years": frozenset({2011, 2021}),
        "premises": premises,
        "release": None,
    }
    return Known(**{**said, **changed})  # type: ignore[arg-type]


def written(folder: Path, name: str, *lines: str, encoding: str = "utf-8") -> Path:
    """A file of lines."""
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def single_years(*, sex: str = "persons", component: str = "Population") -> list[str]:
    """ONS projections by single year of age of England and the two councils it is, 2018 and 2019."""
    areas = {"E92000001": ("England", 3), LUTON: ("Luton", 1), "E07000999": ("Elsewhere", 2)}
    ages = [*(str(age) for age in range(90)), "90 and over"]
    lines = ["AREA_CODE,AREA_NAME,COMPONENT,SEX,AGE_GROUP,2018,2019"]
    for code, (name, times) in areas.items():
        rows = [(age, 10.5 * times, (10 + number) * times) for number, age in enumerate(ages)]
        rows.append(("All ages", sum(row[1] for row in rows), sum(row[2] for row in rows)))
        lines += [f"{code},{name},{component},{sex},{age},{a},{b}" for age, a, b in rows]
    return lines


def sheet_of_persons(*, title: str = "", times: int = 1) -> list[str]:
    """The sheet of persons of the estimates saved as CSV, of England and the two councils it is."""
    areas = {"E92000001": ("ENGLAND", 3), LUTON: ("Luton", 1), "E07000999": ("Elsewhere", 2)}
    header = ",".join(["Code", "Name", "Geography", "All ages", *(str(age) for age in range(90)), "90+"])
    lines = [title + "," * 94, header] if title else [header]
    for code, (name, share) in areas.items():
        people = [(100 + age) * share * times for age in range(91)]
        lines.append(",".join(map(str, [code, name, "Area", sum(people), *people])))
    return lines


def refusal(path: Path, **changed: object) -> Finding:
    """What a file is refused for first."""
    with pytest.raises(BadInput) as error:
        read_publication(path, known(**changed))
    return error.value.findings[0]
