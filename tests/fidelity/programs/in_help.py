def f(x: int) -> str:
    """What it does."""


class A:
    """A class."""

    attribute = 1

    def method(self):
        """A method."""


help(f)
help(A)
print(dir(A)[:3], vars(A)["attribute"])
