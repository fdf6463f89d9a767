"""The doctor's look at the settings: which are set, and which do not go together."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from urllib.parse import urlsplit

from reachly.operator.findings import Finding, fail, ok, warn
from reachly.settings import Settings

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def check(chosen: Settings, given: set[str]) -> Iterator[Finding]:
    """Every value was valid when this is called; what is said here is about their meaning.

    ``given`` are the names that the person has set, as against those that the entrance has filled in.
    """
    known = set(type(chosen).model_fields)
    yield ok(f"set by you: {_names(given)}")
    yield ok(f"arranged by the entrance: {_names(chosen.model_fields_set - given)}")
    yield ok(f"by default: {_names(known - chosen.model_fields_set)}")
    if len(chosen.secret_key.get_secret_value()) < 32:
        yield fail("SECRET_KEY is missing or shorter than 32 characters", "set it to a long random text, and keep it")
    address = urlsplit(chosen.public_url or "")
    if chosen.host not in _LOOPBACK and address.hostname in (None, *_LOOPBACK):
        yield warn("PUBLIC_URL is this machine's own address", "set it to the address that people type")
    elif address.scheme == "http" and address.hostname not in _LOOPBACK:
        yield warn("PUBLIC_URL is not https", "put a proxy with a certificate before it, and set TRUSTED_PROXIES")
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if files != resource.RLIM_INFINITY and chosen.web_streams + 512 > files:
        yield warn(
            f"WEB_STREAMS ({chosen.web_streams}) is more than this system's {files} open files allow",
            "raise the limit of open files (ulimit -Hn), or lower WEB_STREAMS",
        )
    if chosen.clay_webhook_id and not chosen.clay_webhook_secret:
        yield warn(
            "CLAY_WEBHOOK_ID is set without CLAY_WEBHOOK_SECRET: what Clay delivers is refused",
            "set the secret that Clay showed when the webhook was made",
        )
    yield _mail(chosen)
    if chosen.job_resend_after <= chosen.job_sweep:
        yield warn("JOB_RESEND_AFTER is not longer than JOB_SWEEP", "messages would be sent at every sweep: raise it")


def _mail(chosen: Settings) -> Finding:
    from reachly.mailer import Route

    url = chosen.smtp_url.get_secret_value()
    if not url:
        return warn(
            "SMTP_URL is not set: no mail goes out, and whoever invites somebody has to hand the link over",
            "set it to your mail server, such as smtp://user:password@mail.example.com:587",
        )
    try:
        way = Route.of(url, chosen.mail_from, chosen.smtp_timeout)
    except ValueError as error:
        return fail(f"mail cannot be sent: {error}", "mend SMTP_URL or MAIL_FROM")
    if way.tls == "never" and way.host not in _LOOPBACK:
        return warn("mail goes out unencrypted", "let SMTP_URL begin with smtp+starttls:// or smtps://")
    return ok(f"mail goes out by {way.host}")


def _names(fields: set[str]) -> str:
    return ", ".join(sorted(name.upper() for name in fields)) or "none"
