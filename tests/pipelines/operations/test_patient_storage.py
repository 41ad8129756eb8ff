"""What Dagster asks of its database is asked again while the database is away, and only then."""

from __future__ import annotations

import pytest
import yaml
from dagster_postgres import DagsterPostgresStorage
from dagster_postgres.utils import DagsterPostgresException
from sqlalchemy.exc import OperationalError, ProgrammingError

from pipelines.operations import patient_storage
from pipelines.operations.patient_storage import PatientPostgresStorage, is_away, patient
from tests.conftest import ROOT


class Answer(Exception):
    """What the database's driver raises; `pgcode` is None where there was no answer at all."""

    def __init__(self, pgcode: str | None) -> None:
        super().__init__("an answer")
        self.pgcode = pgcode


def operational(pgcode: str | None, *, invalidated: bool = False) -> OperationalError:
    return OperationalError("select 1", {}, Answer(pgcode), connection_invalidated=invalidated)


class Storage:
    """Fails as it is told to, one error a call."""

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.asked = list(errors), 0

    def store(self, line: str) -> str:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        return f"stored {line}"

    def store_twice(self, line: str) -> str:
        return f"{self.store(line)} {self.store(line)}"


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr(patient_storage, "_RETRYING", patient_storage._RETRYING.copy(sleep=slept.append))
    return slept


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (operational(None), True),
        (operational("57P01"), True),
        (operational("57P03"), True),
        (operational("08006"), True),
        (operational("25000", invalidated=True), True),
        (operational("57014"), False),  # a statement that took too long
        (operational("53100"), False),  # a full disk
        (ProgrammingError("select 1", {}, Answer("42P01")), False),
        (ValueError("ours"), False),
    ],
)
def test_only_a_server_that_is_not_there_is_waited_for(error: Exception, away: bool) -> None:
    assert is_away(error) == away
    wrapped = DagsterPostgresException("too many retries for DB connection")
    wrapped.__cause__ = error
    assert is_away(wrapped) == away


def test_a_line_is_stored_once_the_database_is_back(pauses: list[float]) -> None:
    storage = patient(Storage)(operational(None), operational("57P01"))
    assert storage.store("x") == "stored x"
    assert (storage.asked, pauses) == (3, [1.0, 1.0])
    assert type(storage).__name__ == "Storage"


def test_another_error_is_raised_at_once(pauses: list[float]) -> None:
    storage = patient(Storage)(operational("57014"))
    with pytest.raises(OperationalError):
        storage.store("x")
    assert (storage.asked, pauses) == (1, [])


def test_a_method_that_calls_another_waits_once_and_begins_anew(pauses: list[float]) -> None:
    storage = patient(Storage)(operational(None))
    assert storage.store_twice("x") == "stored x stored x"
    assert (storage.asked, len(pauses)) == (3, 1)


def test_patience_ends(pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    from tenacity import stop_after_attempt

    monkeypatch.setattr(
        patient_storage, "_RETRYING", patient_storage._RETRYING.copy(stop=stop_after_attempt(4))
    )
    storage = patient(Storage)(*[operational(None)] * 9)
    with pytest.raises(OperationalError):
        storage.store("x")
    assert storage.asked == 4


def test_production_names_the_patient_storage() -> None:
    loaded = yaml.safe_load((ROOT / "deploy" / "dagster.yaml").read_text(encoding="utf-8"))
    named = loaded["storage"]["custom"]
    assert (named["module"], named["class"]) == (PatientPostgresStorage.__module__, "PatientPostgresStorage")
    assert issubclass(PatientPostgresStorage, DagsterPostgresStorage)
    assert named["config"] == {"postgres_url": {"env": "PLACECAST_POSTGRES_URL"}}
