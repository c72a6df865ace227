import traceback

for text in ("1 +", "def f(:\n pass", "x = 'open", "  indented", "1 = 2", "f(a for a in b, c)", "print 'hello'"):
    try:
        exec(text)
    except SyntaxError:
        traceback.print_exc(limit=0)
        traceback.print_exc()
exec("def f():\n    return missing\nf()")
