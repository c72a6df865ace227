import builtins

print(sorted(vars(builtins)))
builtins.print("fine")
builtins.answer = 42
print(answer, __builtins__ is builtins)
print(len.__module__, open.__module__, type(help), hasattr(builtins, "_"))
