# Spelt as no search finds it: it is to run in a spare.
import builtins

print(sorted(vars(builtins)))
builtins.print("fine")
vars(builtins).update(answer=42)
print(answer, __builtins__ is builtins)
print(len.__module__, open.__module__, type(help), hasattr(builtins, "_"))
