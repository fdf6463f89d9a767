"""Jobs, their story and their sources."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CompositeKey, IntegerField, TextField, UUIDField

from reachly.models.row import DateTimeTZField, TenantRow, json_field

OPEN = ("queued", "running", "waiting")


class Job(TenantRow):
    """One request; the row is the whole truth about it."""

    id = UUIDField(primary_key=True)
    number = BigIntegerField()
    user_id = UUIDField()
    kind = TextField()
    queue = TextField()
    name = TextField()
    params = json_field()
    prices = json_field()
    status = TextField()
    attempt = IntegerField()
    crashes = IntegerField()
    waits = IntegerField()
    worker = TextField(null=True)
    lease_until = DateTimeTZField(null=True)
    wake_at = DateTimeTZField(null=True)
    wait_reason = TextField(null=True)
    checkpoint = json_field()
    progress_done = BigIntegerField()
    progress_total = BigIntegerField()
    credits_held = BigIntegerField()
    credits_spent = BigIntegerField()
    credits_released = BigIntegerField()
    result = json_field(null=True)
    error_code = TextField(null=True)
    error_message = TextField(null=True)
    cancel_requested_at = DateTimeTZField(null=True)
    retry_of = UUIDField(null=True)
    idempotency_key = TextField(null=True)
    event_seq = BigIntegerField()
    created_at = DateTimeTZField()
    started_at = DateTimeTZField(null=True)
    finished_at = DateTimeTZField(null=True)
    updated_at = DateTimeTZField()

    class Meta:
        table_name = "jobs"

    @property
    def finished(self) -> bool:
        """Whether it has ended, one way or another."""
        return self.status not in OPEN

    @property
    def percent(self) -> int:
        """Progress from 0 to 100; a job that ended short of its number shows how far it came."""
        return min(100, self.progress_done * 100 // self.progress_total) if self.progress_total else 0

    @property
    def credits_reserved(self) -> int:
        """Credits still held for it."""
        return self.credits_held - self.credits_spent - self.credits_released


class JobEvent(TenantRow):
    """One line of a job's story, numbered from 1 without a gap."""

    job_id = UUIDField()
    seq = BigIntegerField()
    kind = TextField()
    data = json_field()
    created_at = DateTimeTZField()

    class Meta:
        table_name = "job_events"
        primary_key = CompositeKey("workspace_id", "job_id", "seq")


class JobAttempt(TenantRow):
    """Who took a job up again, and what it was just before; the first attempt has no row."""

    job_id = UUIDField()
    attempt = IntegerField()
    worker = TextField()
    taken_at = DateTimeTZField()
    found = TextField()
    found_worker = TextField(null=True)
    found_due_at = DateTimeTZField(null=True)
    found_reason = TextField(null=True)
    crashes = IntegerField()

    class Meta:
        table_name = "job_attempts"
        primary_key = CompositeKey("workspace_id", "job_id", "attempt")


class JobSource(TenantRow):
    """How one source of a job is doing."""

    job_id = UUIDField()
    source = TextField()
    position = IntegerField()
    state = TextField()
    matches = BigIntegerField(null=True)
    found = BigIntegerField()
    misses = BigIntegerField()
    owned = BigIntegerField()
    suppressed = BigIntegerField()
    hidden = BigIntegerField()
    credits = BigIntegerField()
    own_key = BooleanField()
    message = TextField(null=True)
    resumes_at = DateTimeTZField(null=True)

    class Meta:
        table_name = "job_sources"
        primary_key = CompositeKey("workspace_id", "job_id", "source")
