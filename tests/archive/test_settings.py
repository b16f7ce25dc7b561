"""Settings: where things are kept is chosen by URL, secrets come from files, and none is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import Problem
from archive.settings import Settings


def test_without_settings_everything_is_in_the_home_and_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOSO_HOME", str(tmp_path))
    settings = Settings()
    assert settings.database == f"sqlite:///{tmp_path}/hoso.sqlite3"
    assert settings.alone and settings.store_url == settings.broker_url == ""


@pytest.mark.parametrize("name", ["HOSO_DATABASE_URL", "HOSO_BROKER_URL"])
def test_who_shares_a_database_or_a_broker_is_not_alone(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "redis://elsewhere")
    assert not Settings().alone


def test_a_value_comes_from_the_file_that_its_variable_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "url").write_text("postgresql+psycopg://hoso:secret@db/hoso\n")
    (tmp_path / "key").write_text("very-secret\n")
    monkeypatch.setenv("HOSO_DATABASE_URL_FILE", str(tmp_path / "url"))
    monkeypatch.setenv("HOSO_STORE_SECRET_KEY_FILE", str(tmp_path / "key"))
    settings = Settings()
    assert settings.database == "postgresql+psycopg://hoso:secret@db/hoso"
    assert settings.store_secret_key.get_secret_value() == "very-secret"
    assert "secret@" not in repr(settings) and "very-secret" not in repr(settings)


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("redis://from-file")
    monkeypatch.setenv("HOSO_BROKER_URL_FILE", str(tmp_path / "url"))
    monkeypatch.setenv("HOSO_BROKER_URL", "redis://from-environment")
    assert Settings().broker_url == "redis://from-environment"


def test_a_secret_file_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOSO_DATABASE_URL_FILE", str(tmp_path / "gone"))
    with pytest.raises(Problem) as told:
        Settings()
    assert told.value.code == "SECRET_FILE" and "HOSO_DATABASE_URL_FILE" in told.value.en
