"""What a preview told is kept when an enrichment does not repeat it."""

from __future__ import annotations

from reachly.providers.values import Company, Employment, Person, completed


def test_an_enrichment_keeps_its_own_and_takes_the_rest_from_the_preview():
    before = Person(
        "p1",
        full_name="Ada Sim",
        title="CTO",
        city="Berlin",
        company=Company("Simco", domain="simco.test", country="Germany"),
        reveal_costs={"email": 1},
        has=frozenset({"email"}),
        employment=(Employment("Old", None, None),),
        sample=True,
    )
    found = Person("p1", title="CEO", company=Company("Simco Inc"), email="ada@simco.test", email_type="work")
    whole = completed(found, before)
    assert (whole.full_name, whole.title, whole.city, whole.email) == ("Ada Sim", "CEO", "Berlin", "ada@simco.test")
    assert whole.company == Company("Simco Inc", domain="simco.test", country="Germany")
    assert (whole.sample, whole.has, whole.reveal_costs) == (True, frozenset({"email"}), {"email": 1})
    assert whole.employment == before.employment


def test_reveals_errors_and_suppression_are_the_enrichments_own():
    before = Person("p1", email="old@simco.test", phone="+1 202-555-0100", do_not_call=True, error="OLD")
    assert completed(Person("p1", error="NOT_FOUND"), before).email is None
    assert completed(Person("p1"), before).error is None
    assert completed(Person("p1"), Person("p1", suppressed=True)).suppressed
