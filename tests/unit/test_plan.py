"""`stack.toml` is the learner's to edit: what is wrong with it is theirs to mend, and is named."""

from pathlib import Path

import pytest

from tutor.base.errors import ShopError
from tutor.base.paths import shop_root
from tutor.stack.plan import read_plan

PLAN = """\
[servers.web1]
services = ["gunicorn"]
cpu = 0.5
[servers.db1]
services = ["postgres"]
memory = 512
[services.gunicorn]
workers = 3
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A right description of two servers."""
    path = tmp_path / "stack.toml"
    path.write_text(PLAN)
    return path


def test_a_plan_says_what_runs_where(file: Path) -> None:
    """Servers, their shares and the services' settings are read."""
    plan = read_plan(file)

    assert [server.name for server in plan.servers] == ["web1", "db1"]
    assert (plan.servers[0].cpu, plan.servers[1].memory) == (0.5, 512)
    assert (plan.server_of("gunicorn"), plan.server_of("postgres")) == ("web1", "db1")
    assert (plan.of("gunicorn"), plan.of("postgres")) == ({"workers": 3}, {})


def test_the_healthy_shop_has_a_right_plan() -> None:
    """The shop of day one starts with what is read without a complaint."""
    assert read_plan(shop_root() / "stack.toml").servers


@pytest.mark.parametrize(
    ("before", "after", "message", "hint"),
    [
        ("[services.gunicorn]", "[service.gunicorn]", "unknown key 'service'", "'services'"),
        ("workers = 3", "worker = 3", "[services.gunicorn]: unknown key 'worker'", "'workers'"),
        ("workers = 3", 'workers = "3"', "'workers' is '3', which is not a int", "int"),
        ("workers = 3", "workers = true", "'workers' is True", "int"),
        ("workers = 3", "workers = 0", "'workers' is 0", "from 1"),
        ("workers = 3", "workers = 65535", "'workers' is 65535", "from 1 to 32"),
        ("workers = 3", "threads = 5000", "'threads' is 5000", "from 1 to 200"),
        ("workers = 3", "timeout = 9999", "'timeout' is 9999", "from 1 to 3600"),
        ("cpu = 0.5", "cpu = -1", "'cpu' is -1", "from 0.05"),
        ("cpu = 0.5", "cpu = nan", "'cpu' is nan", "from 0.05"),
        ("memory = 512", "memory = 0", "'memory' is 0", "from 1"),
        (
            "workers = 3",
            "port = 8000\n[services.postgres]\nport = 8000",
            "'gunicorn' and 'postgres' are both given port 8000",
            "another port",
        ),
        (
            '["gunicorn"]',
            str(["gunicorn", *(f"worker-{n}" for n in range(30))]),
            "32 services are more",
            "24 at most",
        ),
        ("workers = 3", "port = 70000", "'port' is 70000", "65535"),
        ("[services.gunicorn]", "[services.gunicron]", "unknown service 'gunicron'", "'gunicorn'"),
        ('["postgres"]', '["postgress"]', "unknown service 'postgress'", "'postgres'"),
        ('["postgres"]', "[]", "'postgres' runs on no server", "'web1'"),
        ('["postgres"]', '["postgres", "gunicorn"]', "on 'web1' and on 'db1'", "one server only"),
        ('["postgres"]', '[["postgres"]]', "'services' holds ['postgres']", "strings"),
        ("cpu = 0.5", 'cpu = "half"', "'cpu' is 'half'", "int or float"),
        ("memory = 512", "memry = 512", "[servers.db1]: unknown key 'memry'", "'memory'"),
        ('services = ["gunicorn"]', "", "[servers.web1]: the key 'services' is missing", "Add"),
        ("[servers.web1]", "[servers.web1", "is not TOML", "Mend"),
    ],
)
def test_a_wrong_plan_names_the_key_and_the_nearest_right_one(
    file: Path, before: str, after: str, message: str, hint: str
) -> None:
    """The error is the shop's, so it is judged as not yet, never as our fault."""
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after, 1))

    with pytest.raises(ShopError) as caught:
        read_plan(file)

    assert caught.value.id == "stack_file_wrong"
    assert str(file) in caught.value.message
    assert message in caught.value.message
    assert hint in caught.value.hint
    told = {"message": caught.value.message, "hint": caught.value.hint}
    assert caught.value.params == told
    assert caught.value.said


@pytest.mark.parametrize("data", [b"", b"[servers]\n", b"# \xe9t\xe9\n"])
def test_a_plan_without_servers_or_in_another_encoding_is_explained(
    file: Path, data: bytes
) -> None:
    """Nothing a learner can save makes a traceback of ours."""
    file.write_bytes(data)

    with pytest.raises(ShopError, match=r"no server is named|is not TOML"):
        read_plan(file)


def test_a_lost_plan_can_be_brought_back(tmp_path: Path) -> None:
    """The hint says how."""
    with pytest.raises(ShopError, match="cannot be read") as caught:
        read_plan(tmp_path / "stack.toml")

    assert "tutor reset --file stack.toml" in caught.value.hint


def test_replicas_are_planned_by_name_and_few(file: Path) -> None:
    """One or two, on a server of their own or beside others; a plan needs none."""
    without = read_plan(file).replicas
    file.write_text(PLAN + '[servers.db2]\nservices = ["replica-2", "replica"]\n')
    plan = read_plan(file)

    assert without == ()
    assert set(plan.replicas) == {"replica", "replica-2"}
    assert plan.server_of("replica") == "db2"
    # The first server starts before those that follow it, and all of them before the shop.
    assert plan.services[0] == "postgres"
    assert plan.services[-1] == "gunicorn"

    file.write_text(PLAN + '[servers.db2]\nservices = ["replica", "replica-2", "replica-3"]\n')
    with pytest.raises(ShopError, match="3 replicas are more"):
        read_plan(file)
