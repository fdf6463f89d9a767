"""What is in the world, told to tests and people: counts, and some people of each special kind."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from reachly.sandbox.accounts import DEMO_KEY, DEMO_TABLE, PREFIX
from reachly.sandbox.clay.functions import FUNCTIONS
from reachly.sandbox.clay.tables import PATH
from reachly.sandbox.lusha import ids
from reachly.sandbox.world import World
from reachly.sandbox.world import columns as c
from reachly.sandbox.world.people import Person

_EACH = 5


def _kinds(world: World) -> dict[str, int]:
    among, columns, without = world.masks.among, world.columns, world.masks.without
    both = among(columns.known_to, (c.BOTH,))
    lusha = among(columns.known_to, (c.BOTH, c.LUSHA))
    clay = among(columns.known_to, (c.BOTH, c.CLAY))
    whole = lusha & among(columns.profile, (c.WHOLE,))
    work = whole & among(columns.emails, (c.WORK, c.WORK_AND_PRIVATE))
    phone = whole & without(among(columns.phones, (c.NONE,)))
    return {
        "known_to_both": both & work & phone & among(columns.clay_email, (1,)) & among(columns.clay_phone, (1,)),
        "known_to_lusha_alone": whole & among(columns.known_to, (c.LUSHA,)),
        "known_to_clay_alone": among(columns.known_to, (c.CLAY,)),
        "email_at_clay_alone": both & whole & among(columns.emails, (c.NONE,)) & among(columns.clay_email, (1,)),
        "without_email_at_lusha": whole & among(columns.emails, (c.NONE,)),
        "without_phone_at_lusha": work & among(columns.phones, (c.NONE,)),
        "without_email_at_clay": clay & among(columns.clay_email, (0,)),
        "private_email_alone": whole & among(columns.emails, (c.PRIVATE,)),
        "do_not_call": phone & among(columns.do_not_call, (1,)),
        "partial": lusha & among(columns.profile, (c.PARTIAL,)),
        "restricted": lusha & among(columns.profile, (c.RESTRICTED,)),
        "enrich_fails": lusha & among(columns.profile, (c.BROKEN,)),
        "own_script": whole & among(columns.scripted, (1,)),
    }


def _about(person: Person) -> dict[str, Any]:
    return {
        "number": person.index,
        "lusha_id": ids.made("contact", person.index),
        "name": person.full_name,
        "linkedin": person.linkedin,
        "work_email": person.work_email,
        "company_domain": person.organization.domain,
    }


@lru_cache(maxsize=2)
def facts(world: World) -> dict[str, Any]:
    """Counts of people by kind, the first of each, and where the doors are."""
    count: Callable[[int], int] = int.bit_count
    kinds = _kinds(world)
    known = world.masks.among
    return {
        "sample": True,
        "people": len(world),
        "organizations": len(world.organizations),
        "lusha_contacts": count(known(world.columns.known_to, (c.BOTH, c.LUSHA))),
        "clay_people": count(known(world.columns.known_to, (c.BOTH, c.CLAY))),
        "known_to_both": count(known(world.columns.known_to, (c.BOTH,))),
        "kinds": {name: count(mask) for name, mask in kinds.items()},
        "people_of_kind": {
            name: [_about(world.person(index)) for index in world.masks.numbers(mask)[:_EACH]]
            for name, mask in kinds.items()
        },
        "keys": f"any that begins with {PREFIX}",
        "demo": {"key": DEMO_KEY, "table": f"{PATH}{DEMO_TABLE}"},
        "routines": [f"function:{name}" for name in FUNCTIONS],
    }
