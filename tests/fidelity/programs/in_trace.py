# Spelt as no search finds it: it is to run in a spare.
import sys

lines = []


def trace(frame, event, argument):
    if frame.f_code.co_filename == __file__:
        lines.append((event, frame.f_code.co_name, frame.f_lineno))
    return trace


def f(x):
    y = x + 1
    return y


vars(sys)["set" "trace"](trace)
f(1)
vars(sys)["set" "trace"](None)
print(lines)
import cProfile
import io
import pstats
import re

profile = cProfile.Profile()
profile.runcall(f, 2)
text = io.StringIO()
pstats.Stats(profile, stream=text).sort_stats("name").print_stats()
print(re.sub(r"[0-9.]+ seconds|\d+\.\d\d\d", "_", text.getvalue()))
