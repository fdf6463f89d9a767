"""People, invitations and notices to look at."""

from __future__ import annotations

from typing import Any

from tests.look.samples.frame import ago


def _notice(
    words: str, icon: str, link: str = "", fresh: bool = False, workspace: str = "", **at: float
) -> dict[str, Any]:
    return {
        "id": words[:8],
        "words": words,
        "at": ago(**at),
        "fresh": fresh,
        "icon": icon,
        "link": link,
        "here": not workspace,
        "workspace": workspace,
    }


NOTICES = [
    _notice("Jonas Weber joined as member.", "users-round", "/team", fresh=True, minutes=4),
    _notice(
        "80 % of this workspace's limit of 2,000 credits a month are spent or held.",
        "database",
        "/credits",
        True,
        hours=2,
    ),
    _notice(
        "Ingrid Solberg made you an admin of Nordlicht Vertrieb.",
        "users-round",
        "/team",
        workspace="Nordlicht Vertrieb",
        days=1,
    ),
    _notice("You were removed from Fjord Sales by its owner.", "users-round", days=9),
]
