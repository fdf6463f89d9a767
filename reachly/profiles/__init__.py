"""ICP profiles: searches kept under a name, run again for who is new, and run by themselves."""

from reachly.profiles.due import start_due
from reachly.profiles.keeping import NoSuchProfile, Page, Unsound, change, create, delete, get, page, runs
from reachly.profiles.profile import Kept, Profile, Run
from reachly.profiles.running import CannotRun, Price, StillRunning, ask_within, price, run
from reachly.profiles.telling import tell_ended

__all__ = [
    "CannotRun",
    "Kept",
    "NoSuchProfile",
    "Page",
    "Price",
    "Profile",
    "Run",
    "StillRunning",
    "Unsound",
    "ask_within",
    "change",
    "create",
    "delete",
    "get",
    "page",
    "price",
    "run",
    "runs",
    "start_due",
    "tell_ended",
]
