"""Only a model that was made here, and is as it was made, is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import training
from bot.training import ForeignModelError
from meldwijzer.settings import settings

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def model() -> Path:
    path = settings().folder.resolve() / "models" / f"{training.fingerprint()}.tar.gz"
    path.parent.mkdir()
    path.write_bytes(b"a model")
    return path


def test_sealed(model: Path) -> None:
    training.seal(model)
    assert training.current_model() == model


def test_without_seal_there_is_no_model(model: Path) -> None:
    assert training.current_model() is None
    with pytest.raises(ForeignModelError):
        training.verify(model)


def test_changed(model: Path) -> None:
    training.seal(model)
    model.write_bytes(b"A model")
    with pytest.raises(ForeignModelError, match="meldwijzer train"):
        training.current_model()


def test_elder_model_under_a_newer_name(model: Path) -> None:
    elder = model.with_name("elder.tar.gz")
    elder.write_bytes(b"elder")
    training.seal(elder)
    elder.replace(model)
    elder.with_name("elder.tar.gz.hmac").replace(model.with_name(f"{model.name}.hmac"))
    with pytest.raises(ForeignModelError):
        training.current_model()


def test_of_another_installation(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    training.seal(model)
    monkeypatch.setenv("MELDWIJZER_SECRET", "een andere")
    settings.cache_clear()
    with pytest.raises(ForeignModelError):
        training.current_model()


def test_folder_is_for_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELDWIJZER_DATA", str(tmp_path / "new"))
    settings.cache_clear()
    assert settings().folder.stat().st_mode & 0o077 == 0
