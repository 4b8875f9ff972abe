"""Settings: read from environment and file, refused when wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from bellrock.core import settings
from bellrock.core.settings import SettingsWrong


def test_has_a_default_for_everything(tmp_path: Path) -> None:
    loaded = settings.load({}, file=None)
    assert loaded.port == 8080
    assert loaded.checkpoints_folder == Path("checkpoints")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "bellrock.toml"
    file.write_text('port = 9000\nbrand = "Harbour"\norigins = ["https://a.example"]\n')
    loaded = settings.load({"BELLROCK_PORT": "9001"}, file=file)
    assert (loaded.port, loaded.brand, loaded.origins) == (9001, "Harbour", ("https://a.example",))


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"BELLROCK_PORT": "eighty"}, "port"),
        ({"BELLROCK_PORT": "-1"}, "port"),
        ({"BELLROCK_DEMO": "perhaps"}, "demo"),
        ({"BELLROCK_CUSTOMER_TOKEN_KEYS": "nonsense"}, "customer_token_keys"),
        ({"BELLROCK_SETTINGS": "/nowhere/bellrock.toml"}, "/nowhere/bellrock.toml"),
    ],
)
def test_refuses_a_value_that_does_not_fit_and_names_it(environ: dict[str, str], name: str) -> None:
    with pytest.raises(SettingsWrong) as caught:
        settings.load(environ)
    assert caught.value.values["name"] == name


def test_refuses_a_name_that_does_not_exist(tmp_path: Path) -> None:
    file = tmp_path / "bellrock.toml"
    file.write_text("prot = 9000\n")
    with pytest.raises(SettingsWrong, match="prot"):
        settings.load({}, file=file)


def test_refuses_a_broken_file(tmp_path: Path) -> None:
    file = tmp_path / "bellrock.toml"
    file.write_text("port = \n")
    with pytest.raises(SettingsWrong):
        settings.load({}, file=file)


def test_every_setting_is_explained() -> None:
    assert all(sentence.endswith((".", "`.")) for _, _, _, sentence in settings.table())


def test_reads_keys_from_one_variable() -> None:
    loaded = settings.load({"BELLROCK_CUSTOMER_TOKEN_KEYS": "a=HS256:c2VjcmV0,b=EdDSA:a2V5"})
    assert dict(loaded.customer_token_keys) == {"a": "HS256:c2VjcmV0", "b": "EdDSA:a2V5"}
