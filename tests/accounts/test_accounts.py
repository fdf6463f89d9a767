"""The verbs behind the doors: passwords, administrators, grants, counts."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from subprocess import run as start
from uuid import uuid4

import pytest

from reachly import accounts, counter, ledger
from reachly.accounts import Invalid, NotThem, TooManyAttempts
from reachly.accounts.passwords import hashed, matches, outdated
from reachly.database import one, owner_database, scope
from reachly.settings import settings
from tests.accounts.conftest import PASSWORD

PLACE = "198.51.100.7"


def test_only_hashes_are_kept_of_passwords_sessions_and_keys(email: str) -> None:
    account = accounts.register(email, "Alice", PASSWORD, True)
    token = accounts.start_session(account.user_id, account.workspace_id)
    person = accounts.find_session(token)
    assert person is not None
    key = accounts.create_key(person, "a program")
    owner = owner_database(settings())
    with owner.connection_context():
        for table in ("users", "sessions", "api_keys"):
            kept = str(owner.execute_sql(f"SELECT * FROM {table}").fetchall())
            assert PASSWORD not in kept
            assert token not in kept
            assert key.secret not in kept
        stored = owner.execute_sql("SELECT password_hash FROM users WHERE email = %s", (email,)).fetchone()[0]
    assert stored.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("company", "called"), [(" Halden  GmbH ", "Halden GmbH"), ("  ", "Alice’s workspace"), ("", "Alice’s workspace")]
)
def test_a_workspace_is_called_as_the_company_or_after_its_person(email: str, company: str, called: str) -> None:
    account = accounts.register(email, "Alice", PASSWORD, True, company=company)
    with scope(account.workspace_id, account.user_id):
        assert one("SELECT name FROM workspaces") == {"name": called}


def test_a_company_that_cannot_be_kept_is_said_beside_its_field(email: str) -> None:
    with pytest.raises(accounts.Invalid) as wrong:
        accounts.register(email, "Alice", PASSWORD, True, company="x" * 121)
    assert set(wrong.value.errors) == {"company"}


def test_a_hash_of_older_parameters_is_made_again_at_sign_in(email: str) -> None:
    from argon2 import PasswordHasher

    accounts.register(email, "Alice", PASSWORD, True)
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    owner = owner_database(settings())
    with owner.connection_context():
        owner.execute_sql("UPDATE users SET password_hash = %s WHERE email = %s", (old, email))
        assert outdated(old)
        accounts.sign_in(email, PASSWORD, PLACE)
        new = owner.execute_sql("SELECT password_hash FROM users WHERE email = %s", (email,)).fetchone()[0]
    assert new != old
    assert not outdated(new)
    assert matches(new, PASSWORD)


def test_nobodys_password_takes_as_long_to_check_as_somebodys() -> None:
    assert not matches(None, PASSWORD)
    assert not matches("no hash at all", PASSWORD)
    assert matches(hashed(PASSWORD), PASSWORD)


def test_two_who_register_one_email_at_once_are_one_account(email: str) -> None:
    def register(_: int) -> bool:
        try:
            accounts.register(email, "Alice", PASSWORD, True)
        except Invalid as wrong:
            if set(wrong.errors) != {"email"}:
                raise
            return False
        return True

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(register, range(8))) == 1


def test_whoever_registered_an_address_first_is_no_administrator_by_that(email: str) -> None:
    squatter = accounts.register(email, "Mallory", PASSWORD, True)
    token = accounts.start_session(squatter.user_id, squatter.workspace_id)
    person = accounts.find_session(token)
    assert person is not None
    key = accounts.create_key(person, "theirs").secret
    with pytest.raises(accounts.NotConfirmed):
        accounts.create_admin(email)
    still = accounts.find_session(token)
    assert still is not None
    assert still.role == "member"
    password = accounts.create_admin(email, take_over=True)
    assert password
    assert accounts.find_session(token) is None
    assert accounts.find_key(key) is None
    with pytest.raises(NotThem):
        accounts.sign_in(email, PASSWORD, PLACE)
    admin = accounts.sign_in(email, password, PLACE)
    found = accounts.find_session(accounts.start_session(admin.user_id, admin.workspace_id))
    assert found is not None
    assert (found.role, found.email_verified) == ("admin", True)
    assert accounts.create_admin(email) is None


def test_a_hundred_attempts_at_once_are_a_hundred_attempts(email: str, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.register(email, "Alice", PASSWORD, True)
    monkeypatch.setattr(settings(), "login_attempts_per_address", 10_000)
    monkeypatch.setattr(settings(), "login_attempts_per_account", 12)

    def guess(_: int) -> type[Exception]:
        try:
            accounts.sign_in(email, "wrong, wrong", f"{PLACE}-{uuid4()}")
        except (NotThem, TooManyAttempts) as refused:
            return type(refused)
        raise AssertionError("that was not the password")

    with ThreadPoolExecutor(8) as crowd:
        refusals = list(crowd.map(guess, range(40)))
    assert refusals.count(NotThem) == settings().login_attempts_per_account


def test_a_success_clears_the_count(email: str) -> None:
    accounts.register(email, "Alice", PASSWORD, True)
    for _ in range(2):
        for _ in range(settings().login_attempts_per_account_and_address - 1):
            with pytest.raises(NotThem):
                accounts.sign_in(email, "wrong, wrong", f"{PLACE}-{email}")
        accounts.sign_in(email, PASSWORD, f"{PLACE}-{email}")


def test_who_guesses_elsewhere_does_not_lock_the_person_out(email: str) -> None:
    accounts.register(email, "Alice", PASSWORD, True)
    for _ in range(settings().login_attempts_per_account_and_address):
        with pytest.raises(NotThem):
            accounts.sign_in(email, "wrong, wrong", f"{PLACE}-{email}-guesser")
    with pytest.raises(TooManyAttempts):
        accounts.sign_in(email, PASSWORD, f"{PLACE}-{email}-guesser")
    accounts.sign_in(email, PASSWORD, f"{PLACE}-{email}-home")


def test_counting_goes_on_alone_while_redis_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    from reachly import news

    name = str(uuid4())
    assert [counter.count(name, 60).used for _ in range(3)] == [1, 2, 3]
    monkeypatch.setattr(news, "_client", redis.Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 0)))
    monkeypatch.setattr(counter, "_away_until", 0.0)
    assert [counter.count(name, 60).used for _ in range(3)] == [1, 2, 3]
    assert 0 < counter.count(name, 60).ends_in <= 60
    counter.forget(name)
    assert counter.count(name, 60).used == 1


def test_an_administrator_is_made_or_promoted(email: str) -> None:
    password = accounts.create_admin(email)
    assert password
    account = accounts.sign_in(email, password, PLACE)
    person = accounts.find_session(accounts.start_session(account.user_id, account.workspace_id))
    assert person is not None
    assert person.role == "admin"
    assert accounts.create_admin(email.upper()) is None
    with pytest.raises(Invalid):
        accounts.create_admin("nobody")


def test_a_grant_moves_credits_once_per_key(email: str) -> None:
    account = accounts.register(email, "Alice", PASSWORD, True)
    assert ledger.grant(email, 50, "  a  gift ", key="gift:1") == 150
    assert ledger.grant(email, 50, "a gift", key="gift:1") == 150
    assert ledger.grant(email, 1, "another") == 151
    with scope(account.workspace_id):
        told = one("SELECT credits, description FROM transactions WHERE idempotency_key = 'gift:1'")
    assert told == {"credits": 50, "description": "a gift"}
    with pytest.raises(ValueError, match="another grant"):
        ledger.grant(email, 51, "a gift", key="gift:1")
    with pytest.raises(ledger.NoSuchPerson):
        ledger.grant("nobody@team.example", 1, "why")
    for credits, reason in ((0, "why"), (-5, "why"), (5, " ")):
        with pytest.raises(ValueError, match="reason"):
            ledger.grant(email, credits, reason)


def test_a_grant_given_twice_by_a_slip_of_the_hand_is_one(email: str) -> None:
    accounts.register(email, "Alice", PASSWORD, True)

    def give(_: int) -> int:
        try:
            return ledger.grant(email, 50, "a gift")
        except ledger.JustGranted:
            return 0

    with ThreadPoolExecutor(4) as hands:
        assert sorted(hands.map(give, range(4))) == [0, 0, 0, 150]
    assert ledger.grant(email, 50, "a gift", again=True) == 200
    assert ledger.grant(email, 51, "a gift") == 251


def test_importing_the_package_loads_neither_flask_nor_dramatiq() -> None:
    code = "import reachly, sys; sys.exit(any(name in sys.modules for name in ('flask', 'dramatiq', 'peewee')))"
    assert start([sys.executable, "-c", code], check=False).returncode == 0
