"""The simulated outside: Lusha and Clay by their published contracts, over HTTP, selling a made-up world.

A program of its own (``python -m reachly.sandbox --port N``). The adapters cannot tell it from the real thing: only a
base URL differs. Everyone it knows is invented, lives at reserved domains and answers on reserved telephone numbers.
"""
