"""The few people that every provider of an example knows, so that their pages overlap."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from hypothesis import strategies as st

from reachly.providers.values import Person

PEOPLE = 6
PRICES = {"email": 1, "phone": 5}
FIELDS = (("email",), ("phone",), ("email", "phone"), ())
"""What a job may ask for."""


@dataclass(frozen=True)
class Seen:
    """One person as one page tells of them."""

    who: int
    email: bool = True
    phone: bool = False
    suppressed: bool = False

    def brings(self, reveal: tuple[str, ...]) -> set[str]:
        """Which of these fields the page has."""
        return {field for field in reveal if getattr(self, field)}

    def satisfies(self, reveal: tuple[str, ...]) -> bool:
        """Whether the person is what a job for these fields is for: the first of them is there."""
        return not self.suppressed and (not reveal or reveal[0] in self.brings(reveal))

    def person(self, mark: str) -> Person:
        """The same as a provider's adapter gives it."""
        return Person(
            provider_id=f"{mark}-{self.who}",
            first_name="Ada",
            last_name=f"Number {mark} {self.who}",
            linkedin_url=profile(mark, self.who),
            email=f"ada{self.who}@{mark}.example" if self.email else None,
            phone=f"+1415555010{self.who}" if self.phone else None,
            suppressed=self.suppressed,
        )


def profile(mark: str, who: int) -> str:
    """The address by which a person is the same on every page."""
    return f"https://www.linkedin.com/in/{mark}-{who}"


def new_mark() -> str:
    """What tells the people of one example from those of all others."""
    return f"m{uuid4().hex[:10]}"


SEEN = st.builds(
    Seen,
    st.integers(0, PEOPLE - 1),
    st.sampled_from([True, True, True, False]),
    st.booleans(),
    st.sampled_from([False] * 9 + [True]),
)
PAGES = st.lists(st.lists(SEEN, min_size=1, max_size=4), min_size=1, max_size=3)
CALL = UUID(int=0)
