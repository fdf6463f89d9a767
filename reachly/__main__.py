"""The one entrance: ``python3 -m reachly`` with nothing but Python on the machine.

This file is read by whatever Python is called python3, so it keeps to words that old ones understand.
"""

import sys

NEEDED = (3, 11)


def refusal(version):
    """What to say to a Python that is too old, or None when it will do."""
    if tuple(version[:2]) >= NEEDED:
        return None
    return "Reachly needs Python {}.{} or newer; this is Python {}.{}.".format(*(NEEDED + tuple(version[:2])))


def main():
    """Step into the virtual environment, making it first where needed, and do what the command line asks."""
    words = refusal(sys.version_info)
    if words is not None:
        sys.stderr.write(words + "\n")
        return 1
    from reachly.operator import environment

    arguments = sys.argv[1:]
    try:
        environment.enter(arguments)
    except environment.Unprepared as reason:
        sys.stderr.write(str(reason) + "\n")
        return 1
    except KeyboardInterrupt:
        return 130
    from reachly.operator import line

    return line.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
