# Steps counted, those of an import too.
import sys

calls = []
sys.setprofile(lambda frame, event, argument: calls.append(frame.f_code.co_name))
import statistics

sys.setprofile(None)
print(calls.count("exec_module") > 0, len(calls) > 1000)
