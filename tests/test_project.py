"""What surrounds the code keeps its word: commands, links, flags and files that documents name."""

import os
import re
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from twistedchat import config
from twistedchat.admin import program
from twistedchat.client.options import _parser
from twistedchat.command_line import Options

ROOT = Path(__file__).parent.parent
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md",
             "docs/operations.md", "docs/add-a-setting.md"]  # fmt: skip
# Flags of twistd, pip, nc and other programs that the documents also name.
FOREIGN = {"pidfile", "logfile", "uid", "gid", "rundir", "group"}
# Flags of twistedchat-admin.
ADMIN = {"keep", "output"}
# Flags of the client, by its own help.
CLIENT = set(re.findall(r"--([a-z][a-z-]+)", _parser(lambda: 0.0).format_help()))
# The README quotes the commands whose tables it has.
BENCH = {"only", "servers", "runs"}


def read(name):
    return (ROOT / name).read_text("utf-8")


PYPROJECT = tomllib.loads(read("pyproject.toml"))


def readme_commands():
    return re.findall(r"```sh\n(python3 -m venv .*)\n```", read("README.md"))


def test_the_readme_opens_with_the_two_commands():
    """The first starts the server, the second runs the tests."""
    first, second = readme_commands()
    assert first.endswith("venv/bin/twistd -n chat --port tcp:5000")
    assert second.endswith("&& venv/bin/pytest")
    assert read("README.md").index(second) < read("README.md").index("## What it is")


def test_ci_runs_the_readmes_own_test_command():
    """The pattern that .ci/run looks for finds that line and no other."""
    pattern = re.search(r"grep -m 1 '(.*)' README.md", read(".ci/run"))[1]
    found = [line for line in read("README.md").splitlines() if re.search(pattern, line)]
    assert found == [readme_commands()[1]]


def test_ci_can_be_run():
    """The script is executable and its syntax is right."""
    assert os.access(ROOT / ".ci/run", os.X_OK)
    subprocess.run(["bash", "-n", ROOT / ".ci/run"], check=True)


def test_the_workflow_runs_it_on_every_version():
    """What runs on GitHub is .ci/run, on each Python that the project names."""
    workflow = read(".github/workflows/ci.yml")
    assert re.findall(r"- run: (.*)", workflow) == [".ci/run"]
    tested = set(re.findall(r'"(3\.\d+)"', workflow))
    named = {
        one.rsplit(" ", 1)[1]
        for one in PYPROJECT["project"]["classifiers"]
        if one.startswith("Programming Language :: Python :: 3.")
    }
    assert named <= tested
    assert min(tested, key=lambda one: int(one[2:])) in PYPROJECT["project"]["requires-python"]


def test_the_wheel_takes_the_plugin_but_not_its_cache():
    """dropin.cache would take the place of Twisted's own."""
    wheel = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["twistedchat", "twisted"]
    assert "dropin.cache" in wheel["exclude"]
    assert "dropin.cache" in read(".gitignore").split()
    assert not (ROOT / "twisted/__init__.py").exists()
    assert not (ROOT / "twisted/plugins/__init__.py").exists()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document):
    """Every file that a document links to is there."""
    targets = re.findall(r"\]\((?!https?://)([^)#]+)\)", read(document))
    missing = [one for one in targets if not (ROOT / document).parent.joinpath(one).exists()]
    assert missing == []


UNITS = ["conf/twistedchat.service", "conf/twistedchat-backup.service"]


@pytest.mark.parametrize("document", [*DOCUMENTS, *UNITS])
def test_flags_exist(document):
    """A document names no flag that there is not."""
    own = {name.rstrip("=") for name in Options().longOpt}
    flags = set(re.findall(r"(?<![\w-])--([a-z][a-z-]+)", read(document)))
    foreign = FOREIGN | ADMIN | CLIENT | BENCH | {"nodaemon", "umask", "now", "greeting"}
    assert flags - own - foreign == set()


def test_the_signals_in_the_documents_are_those_of_the_unit():
    """systemctl reload sends what makes the server read its settings again."""
    unit = read("conf/twistedchat.service")
    assert "ExecReload=/bin/kill -HUP $MAINPID" in unit
    # Longer than the goodbye may take, else systemd cuts it short.
    assert int(re.search(r"TimeoutStopSec=(\d+)", unit)[1]) > 5


def test_the_examples_of_settings_work():
    """Each field in docs/add-a-setting.md makes a setting, as the page says."""
    fields = re.findall(r"^(\w+): (?:int|str) = (.*)$", read("docs/add-a-setting.md"), re.MULTILINE)
    made = {name: eval(value, vars(config)) for name, value in fields}
    annotations = {"__annotations__": dict.fromkeys(made, object)}
    settings = config._settings(dataclass(type("Example", (), made | annotations)))
    assert settings.keys() == {"topic", "greeting"}
    assert all(one.about.help for one in settings.values())


def test_the_sample_motd_is_text():
    """It can be given to --motd as it is."""
    assert read("conf/motd.txt").strip()


def admin_commands():
    """The calls of twistedchat-admin that documents and units show."""
    for name in (*DOCUMENTS, *UNITS):
        for line in re.findall(r"^(?:\S+=\S*/)?twistedchat-admin (.*)$", read(name), re.MULTILINE):
            yield line.partition(" #")[0].split()


def test_the_calls_of_the_admin_program_are_understood():
    """All that are shown, with their flags."""
    calls = list(admin_commands())
    assert {call[0] for call in calls} >= {"backup", "restore", "check", "export", "reindex"}
    for call in calls:
        program._parser().parse_args(call)
