"""What the operator reads and runs names only what exists."""

from __future__ import annotations

import re
import shlex
import subprocess

import pytest
import yaml
from prometheus_client import REGISTRY

from bot import metrics
from bot.channels.metrics import _Now
from bot.cli import main
from meldwijzer.settings import ROOT, Settings

OPERATIONS = ROOT / "docs" / "operations.md"
RULES = ROOT / "deploy" / "prometheus-rules.yml"
DEPLOY = sorted(path for path in (ROOT / "deploy").rglob("*") if path.is_file())
ENVIRONMENT = {
    name.upper() for field in Settings.__fields__.values() for name in field.field_info.extra["env_names"]
}  # fmt: skip
SETTING = re.compile(r"\b(?:MELDWIJZER|TELEGRAM)_[A-Z_]+\b")
COMMAND = re.compile(r"(?<!/)\bmeldwijzer ([a-z]+)\b((?: --?[a-z-]+)*)")


def test_readme_explains_every_setting_and_no_other() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Instellingen")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE)) == ENVIRONMENT


@pytest.mark.parametrize("path", [OPERATIONS, *DEPLOY], ids=lambda path: path.name)
def test_settings_that_are_named_exist(path) -> None:
    assert set(SETTING.findall(path.read_text(encoding="utf-8"))) <= ENVIRONMENT


def test_commands_that_are_named_exist() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    named = {name for code in re.findall(r"`{1,3}[^`]+`{1,3}", text) for name, _ in COMMAND.findall(code)}
    assert {"start", "train", "backup", "restore"} <= named
    # `deployment/meldwijzer` and the like are no commands of ours.
    assert named - {"create", "sh", "meldwijzer", "rollout"} <= set(main.commands)


def test_files_that_are_named_exist() -> None:
    named = set(re.findall(r"\bdeploy/[\w./-]+\w", OPERATIONS.read_text(encoding="utf-8"))) - {"deploy/.env"}
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", [path for path in DEPLOY if path.suffix in {".yml", ".yaml"}], ids=lambda p: p.name)
def test_deployment_files_can_be_read(path) -> None:
    assert list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def starts() -> list[list[str]]:
    """How the assistant is started in the deployment files."""
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    unit = (ROOT / "deploy" / "systemd" / "meldwijzer.service").read_text(encoding="utf-8")
    pods = yaml.safe_load_all((ROOT / "deploy" / "kubernetes" / "meldwijzer.yaml").read_text(encoding="utf-8"))
    image = re.search(r"^CMD (\[.+])$", (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert image
    (container,) = next(pods)["spec"]["template"]["spec"]["containers"]
    return [
        compose["services"]["meldwijzer"]["command"],
        shlex.split(re.findall(r"^ExecStart=\S+ (.+)$", unit, re.MULTILINE)[0]),
        container["args"],
        yaml.safe_load(image.group(1)),
    ]


@pytest.mark.parametrize("arguments", starts())
def test_assistant_is_started_with_options_that_it_has(arguments: list[str]) -> None:
    known = {option for parameter in main.commands["start"].params for option in parameter.opts}
    assert arguments[0] == "start"
    assert {argument for argument in arguments if argument.startswith("--")} <= known


def test_alerts_stand_on_figures_that_there_are_and_are_explained() -> None:
    now = {family.name for family in _Now({"database": True}, 0).collect()}
    counted = {family.name for family in REGISTRY.collect() if family.name.startswith("meldwijzer_")}
    assert metrics.REPLIES._name in counted
    rules = RULES.read_text(encoding="utf-8")
    for name in set(re.findall(r"\bmeldwijzer_[a-z_]+", rules)):
        assert re.sub(r"_(total|bucket)$", "", name) in now | counted
    text = OPERATIONS.read_text(encoding="utf-8")
    alerts = [rule["alert"] for group in yaml.safe_load(rules)["groups"] for rule in group["rules"]]
    assert [alert for alert in alerts if alert not in text] == []


def test_no_secret_has_a_value_in_the_files() -> None:
    example = (ROOT / "deploy" / "env.example").read_text(encoding="utf-8")
    assert re.findall(r"^#?[A-Z_]*(?:TOKEN|SECRET|PASSWORD)=(.+)$", example, re.MULTILINE) == []
    tracked = subprocess.run(["git", "ls-files", "deploy"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "deploy/.env\n" not in tracked.stdout
