"""Reachly: a B2B lead-generation platform that a company runs itself.

Importing the package loads neither the web framework nor the task queue; the doors do that themselves.
"""

__version__ = "0.1.0"
