import typing
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, field, fields
from enum import Flag, auto
from typing import Generic, NamedTuple, Protocol, TypeVar

T = TypeVar("T")


@dataclass(order=True, frozen=True, slots=True)
class Item(Generic[T]):
    name: str
    tags: list[T] = field(default_factory=list, compare=False)


class Pair(NamedTuple):
    a: int
    b: str = "x"


class Flags(Flag):
    ONE = auto()
    TWO = auto()


class Base(ABC):
    @abstractmethod
    def f(self): ...


class Runs(Protocol):
    def run(self) -> None: ...


print(Item("a", [1]), asdict(Item("b")), [f.name for f in fields(Item)], Item("a") < Item("b"))
print(Pair(1), Pair._fields, Flags.ONE | Flags.TWO, typing.get_type_hints(Pair), Item[int], Runs)
try:
    Base()
except TypeError as error:
    print(error)
try:
    Item("a").name = "b"
except Exception as error:
    print(repr(error))
