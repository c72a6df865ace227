import inspect
import sys

frame = sys._getframe()
print(frame.f_code.co_name, frame.f_back, frame.f_lineno, frame.f_code.co_filename, frame.f_globals is globals())
print(frame.f_builtins is vars(__builtins__), frame.f_trace, frame.f_locals is globals(), frame.f_code.co_flags)
print(inspect.currentframe() is frame, inspect.getouterframes(frame)[0].code_context)
