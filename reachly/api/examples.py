"""One line for a terminal per group of calls, for the page of the document."""

from __future__ import annotations

BEFORE = "REACHLY=http://127.0.0.1:8000  TOKEN=your-api-key"
"""What the lines take for granted: where Reachly is, and a key from the settings."""

_WITH = 'curl -H "Authorization: Bearer $TOKEN"'
_SENDING = f"{_WITH} -H 'Content-Type: application/json'"

EXAMPLES = {
    "auth": "curl -H 'Content-Type: application/json' $REACHLY/api/auth/login"
    ' -d \'{"email": "you@example.com", "password": "long beats clever"}\'',
    "leads": f"{_SENDING} $REACHLY/api/leads/generate"
    ' -d \'{"filters": {"industries": ["Software"], "locations": ["Germany"]}, "limit": 50, "dry_run": true}\'',
    "share-list": f"{_SENDING} $REACHLY/functions/share-list"
    ' -d \'{"list_id": "LIST_ID", "email": "eva@example.com", "role": "viewer"}\'',
    "lists": f'{_SENDING} $REACHLY/api/lists -d \'{{"name": "Autumn fair"}}\'',
    "catalogue": f"{_WITH} '$REACHLY/api/catalogue?job_titles=Head%20of%20Sales&locations=Germany&count=exact'",
    "tags": f'{_SENDING} $REACHLY/api/tags -d \'{{"name": "Warm", "colour": "ok"}}\'',
    "notes": f'{_SENDING} -X PATCH $REACHLY/api/notes/NOTE_ID -d \'{{"text": "Met in Graz"}}\'',
    "views": f"{_SENDING} $REACHLY/api/views"
    ' -d \'{"name": "Vice presidents", "query": "seniority=vp&sort=name", "shared": true}\'',
    "activity": f"{_WITH} '$REACHLY/api/activity?kind=leads&limit=20'",
    "actions": f"{_WITH} -X POST $REACHLY/api/actions/ACTION_ID/undo",
    "hidden": f'{_SENDING} $REACHLY/api/hidden/companies -d \'{{"domains": ["northgate.example"]}}\'',
    "icp-profiles": f"{_SENDING} $REACHLY/api/icp-profiles"
    ' -d \'{"name": "Norway", "filters": {"locations": ["Norway"]}, "limit": 50}\'',
    "jobs": f"{_WITH} $REACHLY/api/jobs?limit=5",
    "exports": f"{_WITH} -O -J $REACHLY/api/exports/EXPORT_ID/download",
    "imports": f"{_WITH} -F file=@people.csv -F dry_run=true $REACHLY/api/leads/import",
    "users": f"{_WITH} $REACHLY/api/users/credits",
    "workspace": f"{_SENDING} $REACHLY/api/workspace/invitations"
    ' -d \'{"email": "jonas@example.com", "role": "member"}\'',
}
"""By the group's name; a group without a line has none on the page."""
