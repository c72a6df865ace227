def fail(kind, *args):
    try:
        raise kind(*args)
    except Exception as error:
        return error


try:
    raise ExceptionGroup("outer", [fail(ValueError, 1), ExceptionGroup("inner", [fail(TypeError, 2), fail(OSError, 2, "gone")])])
except* TypeError as group:
    print("handled", group.exceptions)
