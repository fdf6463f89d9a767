"""The client that people use with PostgREST works here as it stands."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest
from flask import Flask
from postgrest import CountMethod, ReturnMethod, SyncPostgrestClient
from postgrest.exceptions import APIError

from tests.api.conftest import Program
from tests.rest.conftest import lead_of


@pytest.fixture
def client(app: Flask, alice: Program) -> SyncPostgrestClient:
    http = httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://test/rest/v1")
    made = SyncPostgrestClient("http://test/rest/v1", headers={"apikey": "public"}, http_client=http)
    return made.auth(alice.token)


def test_the_python_client_reads_with_everything_it_has(client: SyncPostgrestClient, firm) -> None:
    acme = firm("Py" + uuid4().hex[:8], people=5)
    found = (
        client.from_("contacts")
        .select("id, first_name, organizations(name, website)", count=CountMethod.exact)
        .eq("organization_id", acme["id"])
        .or_("first_name.eq.First1,title.not.is.null")
        .not_.in_("first_name", ["First4", 'O\'Neil, "Jim" (jr)'])
        .order("first_name", desc=True)
        .range(0, 0)
        .execute()
    )
    assert (found.count, [row["first_name"] for row in found.data]) == (2, ["First2"])
    assert found.data[0]["organizations"]["website"].startswith("https://py")
    one = client.from_("organizations").select("*").eq("id", acme["id"]).single().execute()
    assert one.data["headcount"] == 50
    assert client.from_("organizations").select("*").eq("id", str(uuid4())).maybe_single().execute() is None
    head = client.from_("contacts").select("*", count=CountMethod.exact, head=True).eq("organization_id", acme["id"])
    assert head.execute().count == 5
    with pytest.raises(APIError) as refused:
        client.from_("contacts").select("shoe_size").execute()
    assert refused.value.code == "42703"


def test_the_python_client_writes(client: SyncPostgrestClient, alice: Program, firm) -> None:
    acme = firm("Wy" + uuid4().hex[:8])
    lead_of(alice, acme["people"][0])
    [made] = client.from_("lists").insert({"name": "Of Python"}).execute().data
    on_it = {"list_id": made["id"], "contact_id": acme["people"][0], "note": "first"}
    client.from_("list_contacts").insert([on_it], returning=ReturnMethod.minimal).execute()
    [again] = client.from_("list_contacts").upsert(on_it | {"note": "second"}).execute().data
    assert again["note"] == "second"
    [changed] = client.from_("lists").update({"name": "Renamed"}).eq("id", made["id"]).execute().data
    assert changed["name"] == "Renamed"
    assert len(client.from_("list_contacts").delete().match({"list_id": made["id"]}).execute().data) == 1
    assert client.from_("list_contacts").select("*").contains("tags", ["hot"]).execute().data == []
