class Meta(type):
    def __new__(cls, name, bases, space):
        return super().__new__(cls, name, bases, space)


class A(metaclass=Meta):
    x: int = int("1")
    y = [n for n in missing_name]
