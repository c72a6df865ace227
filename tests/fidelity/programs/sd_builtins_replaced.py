# Spelt as no search finds it: it is to run in a spare.
import builtins
import sys


def forbidden(*_):
    say("called\n")
    raise RuntimeError("you must not call this")


class Thing:
    def __del__(self):
        say("gone\n")


say = sys.stderr.write
thing = Thing()
names = "dict getattr id isinstance issubclass len max min next object range set sorted sum tuple type zip"
vars(builtins).update(dict.fromkeys(names.split(), forbidden))
