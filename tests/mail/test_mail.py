"""Mail: written with its reason, sent afterwards, tried again while that may help, and never lost."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import peewee
import pytest
from pydantic import SecretStr

from reachly import database, mail
from reachly.database import owner_database, scope, transaction
from reachly.settings import settings


@pytest.fixture(autouse=True)
def _alone(outside) -> Any:
    """Nobody else's mail waits, nothing goes wrong that the test did not plan, and nobody waits long."""
    _owner("UPDATE mails SET status = 'failed' WHERE status = 'queued'")
    settings().smtp_timeout = 1
    settings().mail_backoff = 0.01
    yield
    outside.spoil_mail()


def _owner(sql: str, *params: Any) -> None:
    owner = owner_database(settings())
    with owner.connection_context():
        owner.execute_sql(sql, params)


def _post(team: Any, to: str = "", **more: Any) -> tuple[str, UUID | None]:
    to = to or f"{uuid4().hex[:10]}@people.example"
    with scope(team.workspace_id, team.user_id):
        return to, mail.post(
            to, "test.made", "Grüße, Łukasz 李", "A line\n.\n..dots\nhttps://x.example/y", "<p>A</p>", **more
        )


def _row(team: Any, mail_id: UUID | None) -> dict[str, Any]:
    with scope(team.workspace_id, team.user_id):
        row = database.one("SELECT status, attempts, error, sent_at FROM mails WHERE id = %s", (str(mail_id),))
    assert row is not None
    return row


def _due_now() -> None:
    _owner("UPDATE mails SET due_at = now() - interval '1 second' WHERE status = 'queued'")


def test_a_mail_arrives_as_it_was_written_under_an_id_of_its_own(team, outside) -> None:
    to, made = _post(team)
    assert outside.inbox(to) == []
    assert mail.send_due() == 1
    (came,) = outside.inbox(to)
    assert came["subject"] == "Grüße, Łukasz 李"
    assert came["text"].splitlines() == ["A line", ".", "..dots", "https://x.example/y"]
    assert came["html"].strip() == "<p>A</p>"
    assert came["message_id"].startswith(f"<{made}@")
    assert _row(team, made)["status"] == "sent"
    assert mail.send_due() == 0


def test_what_is_taken_back_is_never_sent(team, outside) -> None:
    to = f"{uuid4().hex}@people.example"
    with scope(team.workspace_id, team.user_id):
        mail.post(to, "test.made", "No", "No")
        database.db.rollback()
    assert mail.send_due() == 0


def test_a_mail_with_the_same_key_is_written_once(team) -> None:
    assert _post(team, once_key="week-7")[1] is not None
    assert _post(team, once_key="week-7")[1] is None


def test_a_recipient_who_cannot_take_it_now_gets_it_later(team, outside) -> None:
    to, made = _post(team)
    outside.spoil_mail({"kind": "4xx", "to": to, "times": 2})
    for _ in range(2):
        _due_now()
        assert mail.send_due() == 0
    assert (_row(team, made)["status"], _row(team, made)["attempts"]) == ("queued", 2)
    _due_now()
    assert mail.send_due() == 1
    assert len(outside.inbox(to)) == 1


def test_a_refusal_for_good_is_final_and_keeps_no_other_mail_waiting(team, outside) -> None:
    bad, made = _post(team)
    good, _ = _post(team)
    outside.spoil_mail({"kind": "5xx", "to": bad, "times": None})
    assert mail.send_due() == 1
    assert len(outside.inbox(good)) == 1
    row = _row(team, made)
    assert row["status"] == "failed"
    assert row["error"].startswith("550")


def test_a_mail_that_no_server_could_carry_fails_and_keeps_no_other_waiting(team, outside) -> None:
    _, made = _post(team, to="no address at all")
    good, _ = _post(team)
    assert mail.send_due() == 1
    assert _row(team, made)["status"] == "failed"
    assert len(outside.inbox(good)) == 1


def test_a_mail_is_given_up_after_its_last_attempt(team, outside) -> None:
    settings().mail_attempts = 2
    to, made = _post(team)
    outside.spoil_mail({"kind": "4xx", "to": to, "times": None})
    for _ in range(3):
        _due_now()
        mail.send_due()
    assert (_row(team, made)["status"], _row(team, made)["attempts"]) == ("failed", 2)


@pytest.mark.parametrize("fault", [{"kind": "refuse"}, {"kind": "hang", "seconds": 3}])
def test_a_server_that_is_away_costs_one_attempt_of_one_mail(team, outside, fault) -> None:
    _, first = _post(team)
    _, second = _post(team)
    outside.spoil_mail(fault)
    assert mail.send_due() == 0
    assert (_row(team, first)["attempts"], _row(team, second)["attempts"]) == (1, 0)
    _due_now()
    assert mail.send_due() == 2


def test_a_server_that_is_not_there_at_all_loses_nothing(team) -> None:
    _, made = _post(team)
    settings().smtp_url = SecretStr("smtp://127.0.0.1:1")
    assert mail.send_due() == 0
    assert _row(team, made)["status"] == "queued"


def test_a_line_that_breaks_after_the_mail_was_taken_brings_it_twice_under_one_id(team, outside) -> None:
    to, _ = _post(team)
    outside.spoil_mail({"kind": "cut", "to": to})
    assert mail.send_due() == 0
    _due_now()
    assert mail.send_due() == 1
    first, second = outside.inbox(to)
    assert first["message_id"] == second["message_id"]


def test_many_senders_at_once_send_each_mail_once(team, outside) -> None:
    recipients = [_post(team)[0] for _ in range(30)]
    senders = [threading.Thread(target=mail.send_due) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert [len(outside.inbox(to)) for to in recipients] == [1] * 30


def test_without_a_server_mail_waits_for_one(team, outside) -> None:
    settings().smtp_url = SecretStr("")
    to, made = _post(team)
    assert not mail.sending()
    assert mail.send_due() == 0
    assert _row(team, made)["attempts"] == 0
    settings().smtp_url = SecretStr(outside.smtp_url)
    assert mail.send_due() == 1
    assert len(outside.inbox(to)) == 1


def test_nobody_reads_what_a_mail_says_and_it_is_not_kept(team, outside) -> None:
    _, made = _post(team)
    for sql in ("SELECT text FROM mails", "SELECT * FROM mails_take('1 minute', 1)"):
        with pytest.raises(peewee.ProgrammingError), scope(team.workspace_id, team.user_id):
            database.rows(sql)
    mail.send_due()
    owner = owner_database(settings())
    with owner.connection_context():
        kept = owner.execute_sql("SELECT text, html FROM mails WHERE id = %s", (made,)).fetchone()
    assert kept == ("", None)


def test_a_sender_that_comes_back_late_changes_nothing(team) -> None:
    _, made = _post(team)
    with transaction():
        taken = database.rows("SELECT * FROM mails_take(%s, 10)", (timedelta(seconds=-1),))
        again = database.rows("SELECT * FROM mails_take('1 minute', 10)")
    assert [row["attempts"] for row in (*taken, *again)] == [1, 2]
    settle = "SELECT mail_settle(%s, %s, %s, 'sent', NULL, NULL, true) AS done"
    with transaction():
        late = database.one(settle, (str(team.workspace_id), str(made), 1))
        own = database.one(settle, (str(team.workspace_id), str(made), 2))
    assert (late, own) == ({"done": False}, {"done": True})


def test_old_mails_are_forgotten(team) -> None:
    _, made = _post(team)
    _owner("UPDATE mails SET created_at = now() - interval '31 days' WHERE id = %s", made)
    assert mail.forget() >= 1
    with scope(team.workspace_id, team.user_id):
        assert database.one("SELECT id FROM mails WHERE id = %s", (str(made),)) is None
