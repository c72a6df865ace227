import dis
import inspect
import io
import linecache


class Shape:
    """A shape."""

    def area(self):  # a comment
        return self.w * self.h


def decorated(x, *, key: int = 5) -> "str":
    """Doc."""
    return lambda y: x + y


print(inspect.getsource(Shape), inspect.getsource(decorated), inspect.getsource(decorated(1)))
print(inspect.getsourcefile(Shape), inspect.getfile(Shape), inspect.getmodule(Shape), inspect.signature(decorated))
print(inspect.getcomments(decorated), inspect.getdoc(Shape), Shape.__module__, decorated.__qualname__)
print(repr(linecache.getline(__file__, 1)), sorted(linecache.cache)[-1:])
text = io.StringIO()
dis.dis(Shape.area, file=text)
print(text.getvalue())
