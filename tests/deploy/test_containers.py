"""deploy/Dockerfile, compose.yaml and nginx.conf name nothing that is not there, and give nothing away."""

import json
import re
from fnmatch import fnmatch
from io import StringIO
from pathlib import Path

import pytest
import yaml
from dotenv import dotenv_values

from bot.settings import known_names, read_settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
BOTS = ("bot-1", "bot-2")
KEY = "k" * 43


def instructions(stage):
    """(word, rest) of a stage, continued lines joined."""
    _, *stages = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)
    text = re.sub(r"^#.*\n", "", stages[stage].split("\n", 1)[1], flags=re.MULTILINE).replace("\\\n", " ")
    return [line.split(" ", 1) for line in text.splitlines() if line.strip()]


def last(word):
    return [rest for found, rest in instructions(-1) if found == word][-1]


def test_what_is_copied_is_there_and_is_sent_to_the_builder():
    copied = [name for word, rest in instructions(0) if word == "COPY" for name in rest.split()[:-1]]
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()

    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert {line[1:] for line in ignored if line.startswith("!")} == set(copied)
    assert ignored[1] == "*"  # after the comment: everything else stays here


def test_every_file_of_the_packages_is_of_a_kind_that_is_installed():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    kinds = json.loads(re.search(r'^"\*" = (\[.*\])$', project, re.MULTILINE).group(1))
    files = [
        path
        for package in ("bot", "handlers", "messages", "storage")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    ]

    assert files
    assert [str(path) for path in files if not any(fnmatch(path.name, kind) for kind in kinds)] == []


def test_it_is_installed_from_what_is_tested():
    (install,) = [rest for word, rest in instructions(0) if word == "RUN" and " install " in rest]

    assert install.endswith("-c constraints.txt .")


def test_nobody_is_root_and_only_one_folder_is_theirs():
    assert last("USER") == "10001:10001"
    assert last("VOLUME") == last("WORKDIR") == "/data"
    assert [rest for word, rest in instructions(-1) if word == "RUN" and "chown" in rest] == [
        "mkdir -m 0700 /data && chown 10001:10001 /data"
    ]


def test_nothing_to_build_with_is_left():
    assert not re.search(r"apt-get|apk |gcc|build-essential", DOCKERFILE)
    assert any("uninstall" in rest and rest.endswith("pip") for _, rest in instructions(-1))


def test_images_have_a_version():
    named = [line.split()[1] for line in DOCKERFILE.splitlines() if line.startswith("FROM ")]
    named += [service["image"] for service in COMPOSE["services"].values()]

    assert [name for name in named if not re.fullmatch(r"[a-z-]+:\d[\w.-]*", name)] == []


def test_the_image_has_the_version_of_the_program():
    version = re.search(r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE).group(1)

    assert {COMPOSE["services"][name]["image"] for name in (*BOTS, "migrate")} == {
        f"yanxiu-assistant:{version}"
    }


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path):
    named = set(re.findall(r"\bBOT_[A-Z]\w*", path.read_text(encoding="utf-8")))

    assert {name.removesuffix("_FILE") for name in named} - set(known_names()) == set()


def test_its_health_is_that_of_the_process_which_is_asked_without_curl():
    command = json.loads(last("HEALTHCHECK").split("CMD ")[1])

    assert command[:2] == ["python", "-c"]
    assert "'/livez'" in command[2]
    compile(command[2], "HEALTHCHECK", "exec")


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_every_container_is_hardened(name):
    service = COMPOSE["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_bots_start_after_the_schema_is_there():
    migrate = COMPOSE["services"]["migrate"]

    assert (migrate["command"], migrate["restart"]) == (["migrate"], "no")
    assert migrate["depends_on"] == {"database": {"condition": "service_healthy"}}
    for name in BOTS:
        assert COMPOSE["services"][name]["command"] == ["serve"]
        assert COMPOSE["services"][name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }


def test_bots_share_what_they_have_acknowledged_and_are_given_time_to_stop():
    for name in BOTS:
        assert "data:/data" in COMPOSE["services"][name]["volumes"]
        assert COMPOSE["services"][name]["stop_grace_period"] == "30s"  # a stop takes 20


def test_only_the_proxy_can_be_reached_and_the_database_reaches_nobody():
    services = COMPOSE["services"]

    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert services["database"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_no_secret_stands_in_the_file():
    for name, service in COMPOSE["services"].items():
        for setting in service.get("environment", {}):
            if re.search(r"KEY|SECRET|PASSWORD|DATABASE_URL", setting):
                assert setting.endswith("_FILE"), (name, setting)
    assert {secret["file"] for secret in COMPOSE["secrets"].values()} == {
        f"./secrets/{name}" for name in COMPOSE["secrets"]
    }


def test_the_example_of_settings_is_taken_with_every_platform(tmp_path):
    text = (DEPLOY / "bot.env.example").read_text(encoding="utf-8")
    filled = re.sub(r"^#(BOT_\w+=)$", r"\g<1>1", text, flags=re.MULTILINE)
    filled = re.sub(r"^#(BOT_)", r"\1", filled, flags=re.MULTILINE)
    (tmp_path / "secrets").mkdir()
    for name in re.findall(r"=/run/secrets/(.*)$", filled, re.MULTILINE):
        (tmp_path / "secrets" / name).write_text(KEY)
    environment = dict(dotenv_values(stream=StringIO(filled.replace("/run/secrets", f"{tmp_path}/secrets"))))

    settings = read_settings({**environment, "BOT_SECRET_KEY": KEY}, tmp_path)

    assert settings.wecom.encoding_aes_key.get_secret_value() == KEY
    assert settings.wecom_aibot.secret.get_secret_value() == KEY
    assert settings.dingtalk.mode == "stream"


def test_the_proxy_passes_on_what_people_and_platforms_call_and_nothing_else():
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"#.*", "", text)
    passed = re.findall(r"location ~ (\S+) \{[^}]*proxy_pass \$bots;", text)

    def is_passed(path):
        return any(re.search(pattern, path) for pattern in passed)

    for path in ("/wecom/app/callback", "/wecom/aibot/callback", "/dingtalk/callback", "/dingtalk/card"):
        assert is_passed(path)
    for path in ("/office", "/office/import", "/office/enter/x", "/me", "/me/enter/x"):
        assert is_passed(path)
    for path in ("/metrics", "/livez", "/readyz", "/tenant/", "/", "/officer", "/mess"):
        assert not is_passed(path)
    assert re.search(r"location / \{\s*return 404;", text)
    assert "http://bot:8080" in text
    assert all(COMPOSE["services"][name]["networks"]["inside"] == {"aliases": ["bot"]} for name in BOTS)


def test_the_proxy_lets_through_what_the_bot_takes():
    sizes = dict(re.findall(r"client_max_body_size (\d+)(k|m);", (DEPLOY / "nginx.conf").read_text()))

    assert sizes == {"128": "k", "21": "m"}  # the bot: 64 KiB, and spreadsheets of 20 MB
