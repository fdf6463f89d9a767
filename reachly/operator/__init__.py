"""The operators' door: the verbs of ``python3 -m reachly``. Each module is one verb, loaded when it is called."""
