"""Jobs that survive anything: one row is the truth, a message is only a wake-up.

``request`` writes a job and its hold, ``run`` works on one under a lease and an attempt number, ``cancel`` stops it,
``sweep`` re-sends what never went, ``forget`` drops what was needed only while it worked. Nothing here sends a message:
the doors do.
"""
