"""The stores for a verb that is not `run`: those that are set, or else the embedded ones of the home."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from reachly.embedded import Home, HomeTaken, Postgres, Valkey
from reachly.operator import surroundings
from reachly.settings import Settings, settings


@contextlib.contextmanager
def stores() -> Iterator[set[str]]:
    """Point the settings of this process at stores that answer; started for the moment where no run has them up.

    Gives the names of the settings that the person has set, as against those filled in here.
    """
    chosen = Settings()
    embedded = not chosen.database_url.get_secret_value()
    if not embedded and chosen.redis_url.get_secret_value():
        yield chosen.model_fields_set
        return
    home = Home(chosen.reachly_home)
    postgres = Postgres(home) if embedded else None
    valkey = None if chosen.redis_url.get_secret_value() else Valkey(home)
    with contextlib.ExitStack() as stack:
        try:
            home.claim()
        except HomeTaken:
            for store, name in ((postgres, "postgres"), (valkey, "valkey")):
                if store is not None:
                    store.port = home.remembered(name)
        else:
            for store in (postgres, valkey):
                if store is not None:
                    stack.callback(store.stop)
                    store.start()
        sandbox = home.remembered("sandbox") if surroundings.sandboxed(chosen) else None
        smtp = home.remembered("smtp") if sandbox else None
        port = chosen.port or surroundings.FIRST_PORT
        told = surroundings.compose(chosen, home, postgres, valkey, port, sandbox or None, smtp or None)
        os.environ.update({name: value for name, value in told.items() if not os.environ.get(name)})
        settings.cache_clear()
        yield chosen.model_fields_set
