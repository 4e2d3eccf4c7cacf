"""Sequences that keep columns and make their items of them: as objects a million would not fit a small machine."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import TypeVar, overload

_Item = TypeVar("_Item", covariant=True)


class Made(Sequence[_Item]):
    """A sequence whose items are made whenever they are asked for."""

    @abstractmethod
    def item(self, number: int) -> _Item:
        """The item with this number, which is one of 0 to the length."""

    @overload
    def __getitem__(self, number: int) -> _Item: ...
    @overload
    def __getitem__(self, number: slice) -> list[_Item]: ...
    def __getitem__(self, number: int | slice) -> _Item | list[_Item]:
        if isinstance(number, slice):
            return [self.item(each) for each in range(*number.indices(len(self)))]
        return self.item(range(len(self))[number])
