"""The means that tests of lists share with those of programs and of pages."""

from tests.api.conftest import _room, alice, app, bob, make_program, stranger  # noqa: F401
