"""People and how they prove who they are: accounts, passwords, sessions, tokens and keys.

Knows no web framework. What a person typed wrongly comes back as :class:`Invalid`, a message per field.
"""

from reachly.accounts.demo import DemoOff, demo_offered, ensure_demo, start_demo
from reachly.accounts.invalid import Invalid
from reachly.accounts.keys import ApiKeyMade, create_key, find_key, list_keys, revoke_key
from reachly.accounts.people import Account, NotConfirmed, create_admin, home, register
from reachly.accounts.person import Person
from reachly.accounts.profile import change_profile, profile
from reachly.accounts.sessions import end_session, end_sessions, find_session, open_sessions, start_session
from reachly.accounts.signing_in import NotThem, TooManyAttempts, sign_in
from reachly.accounts.tokens import end_token, find_token, issue_token

__all__ = [
    "Account",
    "ApiKeyMade",
    "DemoOff",
    "Invalid",
    "NotConfirmed",
    "NotThem",
    "Person",
    "TooManyAttempts",
    "change_profile",
    "create_admin",
    "create_key",
    "demo_offered",
    "end_session",
    "end_sessions",
    "end_token",
    "ensure_demo",
    "find_key",
    "find_session",
    "find_token",
    "home",
    "issue_token",
    "list_keys",
    "open_sessions",
    "profile",
    "register",
    "revoke_key",
    "sign_in",
    "start_demo",
    "start_session",
]
