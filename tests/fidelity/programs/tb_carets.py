def inner(table):
    return table["a"]["b"] + table["a"]["missing"]["c"] * (1 + 2)


def outer(x):
    value = (
        inner(x)
        + 1
    )
    return value


outer({"a": {"b": 1}})
