"""Whether an address is its person's: a signed link goes to it by mail, and whoever follows the link has it.

Asked for only where mail goes out at all. Until it is known, nobody is invited by mail in that person's name; in the
sandbox, whose mail reaches nobody but its own page, they may all the same.
"""

from __future__ import annotations

import time
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError

from reachly import mail
from reachly.accounts.invalid import Invalid
from reachly.accounts.person import Person
from reachly.accounts.tokens import ISSUER, LONGEST, signing_keys
from reachly.database import one, scope, transaction
from reachly.plain import unlinked
from reachly.settings import settings

DAYS = 3
MOST_AN_HOUR = 5
KIND = "account.verify"
_FOR = b"reachly-verify"


class SentEnough(Exception):
    """As many links went to this address within the hour as may; ``words`` say so."""

    words = f"{MOST_AN_HOUR} links went to your address within the hour. Look into your mail, also where it keeps spam."


def asked(person: Person) -> bool:
    """Whether this person is asked to confirm their address."""
    return mail.sending() and not person.email_verified and not person.demo


def needed(person: Person) -> bool:
    """Whether that stands in the way of inviting somebody by mail."""
    return asked(person) and not mail.inbox()


def barred(person: Person, field: str = "email") -> None:
    """Raises :class:`Invalid` where it does."""
    if needed(person):
        raise Invalid({field: "Confirm your own address first: the link is in your mail, or send a new one above."})


def write(user_id: UUID | str, email: str, name: str) -> None:
    """Write the mail with the link, inside a scope of that person; nothing where none goes out.

    Raises :class:`SentEnough`.
    """
    if not mail.sending():
        return
    sent = one(
        "SELECT count(*) AS many FROM mails WHERE kind = %s AND recipient = %s"
        " AND created_at > clock_timestamp() - interval '1 hour'",
        (KIND, email),
    )
    if sent and sent["many"] >= MOST_AN_HOUR:
        raise SentEnough
    link = f"{(settings().public_url or '').rstrip('/')}/verify/{token(user_id, email)}"
    text = (
        f"Hello {unlinked(name)},\n\nplease confirm that this address is yours."
        f" Open this link within {DAYS} days:\n\n{link}\n\n"
        "If you have no account at Reachly, leave it: nothing happens.\n"
    )
    mail.post(email, KIND, "Confirm your address", text, user_id=user_id)


def send(person: Person) -> None:
    """A new link by mail to whoever asks; raises :class:`SentEnough`."""
    with scope(person.workspace_id, person.user_id):
        write(person.user_id, person.email, person.name)


def token(user_id: UUID | str, email: str, seconds: int = DAYS * 86_400) -> str:
    """What the link ends in: who, and which address, signed by us."""
    claims = {"iss": ISSUER, "sub": str(user_id), "email": email, "exp": int(time.time()) + seconds}
    return jwt.encode({"alg": "HS256"}, claims, signing_keys(_FOR)[0])


def read(given: str) -> tuple[UUID, str] | None:
    """Whose address a link is for; ``None`` for one that is not ours, changed or too old."""
    if len(given) > LONGEST or not given.isascii():
        return None
    for key in signing_keys(_FOR):
        try:
            claims = jwt.decode(given, key, algorithms=["HS256"]).claims
            expires, email = claims.get("exp"), claims.get("email")
            if claims.get("iss") != ISSUER or not isinstance(expires, int) or expires <= time.time():
                return None
            return (UUID(str(claims.get("sub"))), str(email)) if isinstance(email, str) else None
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return None


def verify(given: str) -> bool:
    """The address is its person's from now on; false for a link that is none, or for an address they had before."""
    found = read(given)
    if found is None:
        return False
    user_id, email = found
    return confirm(user_id, email)


def confirm(user_id: UUID | str, email: str) -> bool:
    """As :func:`verify`, for whoever has shown by another link that was mailed there that they read it."""
    with transaction():
        found = one("SELECT account_home(%s) AS id", (str(user_id),))
    if found is None or found["id"] is None:
        return False
    with scope(found["id"], user_id):
        row = one("SELECT account_verify(%s) AS done", (email,))
    return bool(row and row["done"])
