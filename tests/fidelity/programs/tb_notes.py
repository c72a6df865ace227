try:
    [].pop()
except IndexError as error:
    error.add_note("first note\nover two lines")
    error.add_note("ещё одна")
    raise
