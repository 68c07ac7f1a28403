"""Setting up on machines we do not have: other Pythons, no apt-get, an apt-get that fails."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
TOOLS = (
    *("awk", "basename", "cat", "chmod", "cksum", "dirname", "env", "grep", "mktemp", "pwd", "rm"),
    *("sed", "sh", "sort", "tail", "tee", "tr", "printf", "uname"),
)
POLICY = "/usr/sbin/policy-rc.d"
APT = """\
echo "apt-get $*" >>"$CALLS"
if [ -x "$POLICY" ]; then "$POLICY" memcached start; echo "policy says $?" >>"$CALLS"; fi
[ -z "$APT_FAILS" ] || { echo "E: Unable to locate package"; exit 100; }
case "$*" in *install*) for name in memcached pgbouncer nginx; do cp "$BIN/true" "$BIN/$name"; done
esac
"""


PYTHON = """\
case "$*" in
"-m venv "*) "$BIN/mkdir" -p "$3/bin" && cp "$0" "$3/bin/python" ;;
"-m django --version") echo 6.1.3 ;;
"-m pip config list") echo "$PIP_SAYS" ;;
*) echo "python $*" >>"$CALLS" ;;
esac
"""
"""One that fits, and only tells what it is asked to do."""


class Machine:
    """A machine of our making: it has the programs we give it, and a checkout in small."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.checkout = folder / "a check out"
        self.policy = folder / "policy-rc.d"
        self.calls = folder / "calls"
        self.env = {
            "PATH": str(self.bin),
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "BIN": str(self.bin),
            "CALLS": str(self.calls),
            "POLICY": str(self.policy),
            "APT_FAILS": "",
            "PIP_SAYS": "",
            # Nothing is downloaded, unless a test is about who does it.
            "UV": "no",
        }
        self.bin.mkdir()
        for tool in (*TOOLS, "cp"):
            if found := shutil.which(tool):
                (self.bin / tool).symlink_to(found)
        self.has("true", "")
        self.has("id", "echo 0")
        self.calls.touch()
        (self.checkout / "scripts").mkdir(parents=True)
        script = (CHECKOUT / "scripts" / "set-up").read_text()
        assert script.count(POLICY) == 1
        script = script.replace(POLICY, f"'{self.policy}'").replace(
            "PATH=$PATH:/usr/sbin:/sbin\n", ""
        )
        self.script = self.checkout / "scripts" / "set-up"
        self.script.write_text(script)
        for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml"):
            (self.checkout / name).touch()
        (self.checkout / "tutor").mkdir()
        (self.checkout / "tutor" / "__init__.py").touch()
        (self.checkout / "tutor" / "cli.py").write_text("def main():\n    print('it plays')\n")

    def has(self, name: str, body: str) -> None:
        """Give the machine a program."""
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def has_python(self) -> None:
        """Give the machine the Python of these tests."""
        (self.bin / "python3").symlink_to(Path(sys.executable).resolve())

    def set_up(self, *args: str, **env: str) -> tuple[int, str]:
        """Set up and return the exit code and everything that was said."""
        done = subprocess.run(
            ["/bin/sh", str(self.script), *args],
            env=self.env | env,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine without Python, apt-get or servers, on which we are root."""
    return Machine(tmp_path)


def test_it_makes_the_command_even_where_the_path_has_spaces(machine: Machine) -> None:
    """`tutor` runs; a second set-up has nothing to do and says nothing."""
    machine.has_python()

    first = machine.set_up(SERVERS="no")
    second = machine.set_up(SERVERS="no")

    assert first[0] == 0, first[1]
    assert second == (0, "")
    command = [str(machine.checkout / ".venv" / "bin" / "tutor")]
    assert subprocess.check_output(command, text=True, cwd="/") == "it plays\n"


def test_a_python_that_is_too_old_is_named_with_the_cure(machine: Machine) -> None:
    """The message says what is needed and what is there."""
    machine.has("python3", '[ "$1" = --version ] && echo "Python 3.9.2"; exit 1')

    code, said = machine.set_up()

    assert code == 1
    assert "needs Python 3.11, 3.12 or 3.13" in said
    assert "here is Python 3.9.2" in said
    assert "apt-get install python3" in said


def test_another_python_is_taken_where_the_first_is_too_new(machine: Machine) -> None:
    """`python3.12` is found behind a `python3` that does not fit."""
    machine.has("python3", "exit 1")
    (machine.bin / "python3.12").symlink_to(Path(sys.executable).resolve())

    code, said = machine.set_up(SERVERS="no")

    assert code == 0, said
    assert (machine.checkout / ".venv" / "bin" / "python").exists()


def test_another_django_stands_in_an_environment_of_its_own(machine: Machine) -> None:
    """DJANGO=6.1: the pinned packages, then the newest of that Django; `.venv` stays as it is."""
    machine.has("python3", PYTHON)
    (machine.bin / "mkdir").symlink_to(str(shutil.which("mkdir")))

    code, said = machine.set_up("dev", SERVERS="no", DJANGO="6.1")

    assert code == 0, said
    installs = [line for line in machine.calls.read_text().splitlines() if "pip install" in line]
    assert [line.rpartition(" ")[2] for line in installs] == [
        "requirements-dev.txt",
        "Django==6.1.*",
    ]
    assert (machine.checkout / ".venv-django6.1" / "bin" / "python").exists()
    assert not (machine.checkout / ".venv").exists()
    assert "Django 6.1.3 stands in .venv-django6.1" in said


UV_INSTALLS = "uv pip install --quiet --no-progress --python .venv/bin/python"


@pytest.mark.parametrize("works", [True, False])
def test_the_uv_that_is_there_installs_and_pip_where_it_cannot(
    machine: Machine, works: bool
) -> None:
    """The same pins either way, and nobody has to know of it."""
    machine.has("python3", PYTHON)
    (machine.bin / "mkdir").symlink_to(str(shutil.which("mkdir")))
    machine.has("uv", f'echo "uv $*" >>"$CALLS"; exit {int(not works)}')

    code, said = machine.set_up(SERVERS="no", UV="")

    calls = machine.calls.read_text().splitlines()
    assert code == 0, said
    assert f"{UV_INSTALLS} -r requirements.txt" in calls
    assert any("pip install" in call for call in calls if call.startswith("python")) is not works
    assert "uv" not in said


def test_uv_is_got_from_its_wheel_where_there_is_none(machine: Machine) -> None:
    """One version of it, like everything else; what it cannot install is left to pip."""
    machine.has("python3", PYTHON)
    (machine.bin / "mkdir").symlink_to(str(shutil.which("mkdir")))

    code, said = machine.set_up(SERVERS="no", UV="")

    calls = machine.calls.read_text().splitlines()
    installs = [call.rpartition(" ")[2] for call in calls if "pip install" in call]
    assert code == 0, said
    assert installs[0].startswith("uv==")
    assert installs[1:] == ["requirements.txt"]


@pytest.mark.parametrize("told", ["global.index-url='https://example.com'", ":env:.no-index='1'"])
def test_who_has_told_pip_where_packages_are_is_served_by_pip(machine: Machine, told: str) -> None:
    """uv would not know of it."""
    machine.has("python3", PYTHON)
    (machine.bin / "mkdir").symlink_to(str(shutil.which("mkdir")))
    machine.has("uv", 'echo "uv $*" >>"$CALLS"')

    code, said = machine.set_up(SERVERS="no", UV="", PIP_SAYS=told)

    calls = machine.calls.read_text()
    assert code == 0, said
    assert "uv" not in calls
    assert "pip install" in calls


@pytest.mark.parametrize("named", ["", "python3"])
def test_a_django_newer_than_the_python_is_refused_in_one_sentence(
    machine: Machine, named: str
) -> None:
    """Django 6 begins with Python 3.12; nothing is made."""
    machine.has("python3", f'case "$2" in *"(3, 12)"*) exit 1 ;; esac\n{PYTHON}')

    code, said = machine.set_up("dev", SERVERS="no", DJANGO="6.1", PYTHON=named)

    assert code == 1
    assert "a Python between 3.12 and 3.13" in said.splitlines()[0]
    assert "Django 6.1 needs" in said.splitlines()[0]
    assert not list(machine.checkout.glob(".venv*"))


def test_what_is_no_version_is_no_folder_either(machine: Machine) -> None:
    """The environment is called after it, and is removed where it does not fit."""
    machine.has("python3", PYTHON)

    code, said = machine.set_up("dev", SERVERS="no", DJANGO="6.1/../../tutor")

    assert code == 1
    assert said == "✘ DJANGO is 6.1/../../tutor, which is no version like 6.1 or 6.1.3.\n"
    assert (machine.checkout / "tutor").is_dir()


def test_debians_missing_part_of_python_is_named(machine: Machine) -> None:
    """Without ensurepip there is one command to type."""
    machine.has("python3", 'case "$2" in *ensurepip*) exit 1 ;; esac')

    code, said = machine.set_up(SERVERS="no")

    assert code == 1
    assert "sudo apt-get install python3-venv" in said


def test_servers_are_installed_and_not_started(machine: Machine) -> None:
    """While apt-get runs, nothing may start; afterwards that rule is gone."""
    machine.has("apt-get", APT)

    code, said = machine.set_up("servers")

    calls = machine.calls.read_text()
    assert code == 0, said
    assert "memcached pgbouncer nginx-light" in said
    assert len(said.splitlines()) == 1
    assert "policy says 101" in calls
    assert not machine.policy.exists()


@pytest.mark.parametrize(("too_new", "installs"), [(0, True), (1, False)])
def test_redis_is_installed_where_python_has_no_package_of_it(
    machine: Machine, too_new: int, installs: bool
) -> None:
    """From Python 3.13 on nothing of pip's brings Redis; up to 3.12 nothing of apt-get's has to."""
    machine.has("apt-get", APT)
    machine.has("python3", f'case "$2" in *"(3, 13)"*) exit {too_new} ;; esac')

    code, said = machine.set_up("servers")

    assert code == 0, said
    assert ("redis-server" in machine.calls.read_text()) is installs


def test_an_apt_get_that_fails_is_said_and_is_no_obstacle(machine: Machine) -> None:
    """The game is set up without the servers, and apt-get is not tried each time."""
    machine.has_python()
    machine.has("apt-get", APT)

    first = machine.set_up(APT_FAILS="yes")
    tried = machine.calls.read_text()
    second = machine.set_up(APT_FAILS="yes")

    assert first[0] == 0
    assert "apt-get could not: E: Unable to locate package" in first[1]
    assert not machine.policy.exists()
    assert second == (0, "")
    assert machine.calls.read_text() == tried


@pytest.mark.parametrize(("answer", "installs"), [(0, False), (101, True)])
def test_a_rule_of_somebody_else_is_obeyed_and_left_alone(
    machine: Machine, answer: int, installs: bool
) -> None:
    """Where the machine's own policy lets servers start, nothing is installed."""
    machine.has("apt-get", APT)
    rule = f"#!/bin/sh\nexit {answer}\n"
    machine.policy.write_text(rule)
    machine.policy.chmod(0o755)

    code, _ = machine.set_up("servers")

    assert (code == 0) is installs
    assert ("install" in machine.calls.read_text()) is installs
    assert machine.policy.read_text() == rule


def test_a_rule_left_by_a_killed_set_up_is_removed(machine: Machine) -> None:
    """Our own rule must not outlive us."""
    machine.has("apt-get", APT)
    machine.policy.write_text("#!/bin/sh\n# Level Up is installing servers\nexit 101\n")

    machine.set_up("servers")

    assert not machine.policy.exists()


def test_apt_get_is_left_alone_where_it_was_asked_for_or_may_not_be_used(machine: Machine) -> None:
    """SERVERS=no, and no root: apt-get is never called."""
    machine.has("apt-get", APT)

    machine.set_up("servers", SERVERS="no")
    machine.has("id", "echo 1000")
    _, said = machine.set_up("servers")

    assert not machine.calls.read_text()
    assert "sudo apt-get install memcached pgbouncer nginx-light" in said


def test_sudo_without_a_password_will_do(machine: Machine) -> None:
    """A user who may become root has the servers installed likewise."""
    machine.has("apt-get", APT)
    machine.has("id", "echo 1000")
    machine.has("sudo", '[ "$1" = -n ] && shift; exec "$@"')

    code, said = machine.set_up("servers")

    assert code == 0, said
    assert "policy says 101" in machine.calls.read_text()
    assert not machine.policy.exists()


def test_it_runs_in_the_shell_of_every_debian() -> None:
    """No word of it is Bash's own."""
    for name in ("set-up", "play"):
        script = CHECKOUT / "scripts" / name
        assert os.access(script, os.X_OK)
        subprocess.run(["/bin/sh", "-n", str(script)], check=True)
