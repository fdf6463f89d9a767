"""The sandbox's mail server speaks as RFC 5321 wants it, and shows what came."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

import httpx
import pytest

from reachly.mailer import Letter, NoServer, Refused, Route, line
from reachly.sandbox.server import Running


@pytest.fixture
def talk(sandbox: Running) -> Iterator[smtplib.SMTP]:
    """A conversation with it."""
    with smtplib.SMTP("127.0.0.1", sandbox.application.inbox.port, timeout=5) as server:
        yield server


def test_commands_are_taken_in_their_order_only(talk: smtplib.SMTP) -> None:
    assert talk.docmd("RCPT", "TO:<a@b.example>")[0] == 503
    assert talk.docmd("DATA")[0] == 503
    assert talk.docmd("VRFY", "a")[0] == 502
    assert talk.ehlo()[0] == 250
    assert talk.docmd("MAIL", "FROM:<a@b.example>")[0] == 250
    assert talk.docmd("DATA")[0] == 503
    assert talk.docmd("RSET")[0] == 250
    assert talk.docmd("RCPT", "TO:<a@b.example>")[0] == 503
    assert talk.docmd("NOOP")[0] == 250


def test_a_mail_is_shown_to_programs_and_people_until_the_inbox_is_emptied(
    sandbox: Running, talk: smtplib.SMTP
) -> None:
    body = "Subject: <Hello>\r\n\r\nhttps://reachly.example/invitations/abc\r\n.dot\r\n"
    talk.sendmail("us@reachly.example", ["One@b.example", "two@b.example"], body)
    box = f"{sandbox.url}/inbox"
    (came,) = httpx.get(box, params={"to": "one@b.example"}).json()["mails"]
    assert came["text"].splitlines() == ["https://reachly.example/invitations/abc", ".dot"]
    page = httpx.get(box, headers={"Accept": "text/html"}).text
    assert "&lt;Hello&gt;" in page
    assert "<a href='https://reachly.example/invitations/abc'>" in page
    assert httpx.put(box, json={"faults": [{"kind": "flood"}]}).status_code == 400
    assert httpx.post(box).status_code == 405
    assert httpx.delete(box).json()["mails"] == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 587, "", "", "offered")),
        ("smtp+starttls://me%40x.example:p%2Fw@mail.example", ("mail.example", 587, "me@x.example", "p/w", "begun")),
        ("smtps://me:pw@mail.example", ("mail.example", 465, "me", "pw", "whole")),
        ("smtp+plain://mail.example:2525", ("mail.example", 2525, "", "", "never")),
    ],
)
def test_an_address_of_a_server_says_how_mail_goes(url: str, expected: tuple[object, ...]) -> None:
    route = Route.of(url, "Us <us@reachly.example>", 5)
    assert (route.host, route.port, route.user, route.password, route.tls) == expected


@pytest.mark.parametrize(
    ("url", "sender"), [("mail.example:25", "a@b.example"), ("smtp://", "a@b.example"), ("smtp://mail.example", "us")]
)
def test_what_is_no_server_or_no_sender_is_said(url: str, sender: str) -> None:
    with pytest.raises(ValueError, match=r"SMTP_URL|MAIL_FROM"):
        Route.of(url, sender, 5)


@pytest.mark.parametrize("how", ["smtp+starttls://", "smtps://", "smtp+plain://me:pw@"])
def test_nothing_goes_unencrypted_or_unknown_where_that_is_not_wanted(sandbox: Running, how: str) -> None:
    route = Route.of(f"{how}127.0.0.1:{sandbox.application.inbox.port}", "us@reachly.example", 1)
    with pytest.raises(NoServer), line(route):
        pass


def test_a_line_takes_several_mails_and_a_refused_one_is_no_end_of_it(sandbox: Running) -> None:
    route = Route.of(f"smtp+plain://127.0.0.1:{sandbox.application.inbox.port}", "Us <us@reachly.example>", 5)
    with line(route) as open_line:
        open_line.send(Letter("1", "first@b.example", "A", "a"))
        with pytest.raises(Refused):
            open_line.send(Letter("2", "x@b.example\r\nBcc: all@b.example", "B", "b"))
        open_line.send(Letter("3", "third@b.example", "C", "c"))
    found = httpx.get(f"{sandbox.url}/inbox", params={"to": "third@b.example"}).json()["mails"]
    assert [each["from"] for each in found] == ["Us <us@reachly.example>"]
    assert httpx.get(f"{sandbox.url}/inbox", params={"to": "all@b.example"}).json()["mails"] == []
