"""The tables for programs that speak PostgREST's dialect: a request in its words, a statement under the policies."""

from reachly.rest.query import Asked, asked
from reachly.rest.reading import Told, read
from reachly.rest.refused import Refused, of_database
from reachly.rest.wishes import Wishes
from reachly.rest.writing import delete, insert, update

__all__ = ["Asked", "Refused", "Told", "Wishes", "asked", "delete", "insert", "of_database", "read", "update"]
