"""Which models are loaded: those that this installation made, as it left them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot import training
from bot.training import ForeignModelError, current_model, seal, verify
from meldwijzer.settings import settings


@pytest.fixture
def models(own_database: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of the models of an installation, with a root of its own that holds none."""
    monkeypatch.delenv("MELDWIJZER_SECRET", raising=False)
    monkeypatch.setattr(training, "ROOT", tmp_path / "code")
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


def made(folder: Path, name: str = "nu", content: bytes = b"gewichten") -> Path:
    path = folder / f"{name}.tar.gz"
    path.write_bytes(content)
    seal(path)
    return path


def test_model_as_it_was_made(models: Path) -> None:
    verify(made(models))


def test_current_model(models: Path) -> None:
    assert current_model() is None
    path = made(models, training.fingerprint())
    assert current_model() == path
    # Training was cut off before it was finished: it is done again.
    path.with_name(f"{path.name}.hmac").unlink()
    assert current_model() is None


@pytest.mark.parametrize("change", [b"gewichtem", b"gewichten ", b"", b"x" * 3_000_000])
def test_changed_model(models: Path, change: bytes) -> None:
    path = made(models, training.fingerprint())
    path.write_bytes(change)
    with pytest.raises(ForeignModelError, match="daarna veranderd"):
        verify(path)
    with pytest.raises(ForeignModelError):
        current_model()


def test_missing_seal(models: Path) -> None:
    path = made(models)
    path.with_name(f"{path.name}.hmac").unlink()
    with pytest.raises(ForeignModelError):
        verify(path)


@pytest.mark.parametrize("forged", [b"", b"0" * 64, b"\xff"])
def test_forged_seal(models: Path, forged: bytes) -> None:
    path = made(models)
    path.with_name(f"{path.name}.hmac").write_bytes(forged)
    with pytest.raises(ForeignModelError):
        verify(path)


def test_elder_model_under_the_name_of_a_newer_one(models: Path) -> None:
    elder = made(models, "oud", b"van vroeger")
    newer = made(models, training.fingerprint())
    for suffix in ("", ".hmac"):
        newer.with_name(newer.name + suffix).write_bytes(elder.with_name(elder.name + suffix).read_bytes())
    with pytest.raises(ForeignModelError):
        current_model()


def test_model_of_another_installation(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(models)
    monkeypatch.setenv("MELDWIJZER_SECRET", "een-heel-andere-sleutel-van-elders")
    settings.cache_clear()
    with pytest.raises(ForeignModelError, match="MELDWIJZER_SECRET"):
        verify(path)
    seal(path)
    verify(path)


@pytest.mark.parametrize("writable", ["", "file", "folder"])
def test_model_with_the_code_needs_no_seal_where_nobody_can_write(
    models: Path, monkeypatch: pytest.MonkeyPatch, writable: str
) -> None:
    folder = training.ROOT / "var" / "models"
    folder.mkdir(parents=True)
    monkeypatch.setattr(training, "fingerprint", lambda: "van-het-image")
    path = folder / "van-het-image.tar.gz"
    path.write_bytes(b"gewichten")
    # root may write whatever the mode says, so what the system answers is given by the mode here.
    monkeypatch.setattr(training.os, "access", lambda place, _: bool(Path(place).stat().st_mode & stat.S_IWUSR))
    path.chmod(0o644 if writable == "file" else 0o444)
    folder.chmod(0o755 if writable == "folder" else 0o555)
    try:
        assert current_model() == (None if writable else path)
        if writable:
            with pytest.raises(ForeignModelError):
                verify(path)
        else:
            verify(path)
    finally:
        folder.chmod(0o755)
