"""What people did in a workspace: written down, told in its feed and each lead's, taken back for a while."""

from reachly.actions.feed import Page, feed, get
from reachly.actions.noting import UNDO, Action, NoSuchAction, UndoOver, note, touch
from reachly.actions.undoing import Undone, standing, undo, undoes

__all__ = [
    "UNDO",
    "Action",
    "NoSuchAction",
    "Page",
    "UndoOver",
    "Undone",
    "feed",
    "get",
    "note",
    "standing",
    "touch",
    "undo",
    "undoes",
]
