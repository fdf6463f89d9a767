"""What cannot be done, in the words and codes of PostgREST.

The codes and the status of each are those of PostgREST 14, "Errors" (docs.postgrest.org/en/v14/references/errors.html),
with one difference: what a client can bring about is never told as a failure of ours, so a statement that takes too
long or is too large is a 400 and not a 500.
"""

from __future__ import annotations

import psycopg2

from reachly.database import sqlstate

STATUS = {
    "23503": 409,
    "23505": 409,
    "25006": 405,
    "40001": 409,
    "40P01": 409,
    "42501": 403,
    "42883": 404,
    "42P01": 404,
    "55P03": 409,
}
"""SQLSTATE to status; every other one that a client can cause is a 400."""
OURS = ("08", "53", "57P", "58", "F0", "HV", "XX")
"""Beginnings of what tells about the server and not about the request."""


class Refused(Exception):
    """An answer that is not a success."""

    def __init__(
        self, status: int, code: str, message: str, details: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.hint = hint


def unreadable(message: str, details: str | None = None) -> Refused:
    """What the address says cannot be parsed."""
    return Refused(400, "PGRST100", message, details)


def no_column(table: str, name: str) -> Refused:
    """A column that does not exist, or is not for this caller: the two are not told apart."""
    return Refused(400, "42703", f"column {table}.{name} does not exist")


def too_much(message: str) -> Refused:
    """A request beyond the bounds that hold for everybody."""
    return Refused(400, "PGRST100", message, hint="Ask for less at a time.")


def of_database(error: BaseException) -> Refused | None:
    """What the database's refusal means to a program, ``None`` where it is a failure of ours."""
    code = sqlstate(error)
    if code is None or code.startswith(OURS):
        return None
    told = _diagnosis(error)
    message = told.message_primary if told else str(error)
    details, hint = (told.message_detail, told.message_hint) if told else (None, None)
    if code == "23514" and told and (told.constraint_name or "").endswith("_plain"):
        column = str(told.constraint_name).removeprefix(f"{told.table_name}_").removesuffix("_plain")
        message = f"{column} is blank, or has characters that nobody sees"
        hint = "Leave control characters out; a name has something to read in it."
    if code == "23514" and told and (told.constraint_name or "").endswith("_flat"):
        column = str(told.constraint_name).removeprefix(f"{told.table_name}_").removesuffix("_flat")
        message, hint = (
            f"{column} is one list of texts: no lists in it, and no nulls",
            f'For instance {{"{column}": []}}.',
        )
    if code == "23514" and told and told.constraint_name == "list_contacts_position_finite":
        message = "position is a number from -1e300 to 1e300"
    if code == "57014":
        return Refused(400, code, "This would take too long.", hint="Ask for fewer rows, or for no exact count.")
    return Refused(STATUS.get(code, 400), code, message or "The database refused this.", details, hint)


def _diagnosis(error: BaseException) -> psycopg2.extensions.Diagnostics | None:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, psycopg2.Error):
            return seen.diag
        seen = seen.__cause__ or seen.__context__
    return None
