"""The error tree. One class, one message: they are pickled between replicas, so no constructor of their own.

CoreError
├── BadInput                 the request or the file is wrong; its text says what to do
│   ├── UnreadableFile       no text could be taken from it
│   ├── EncryptedFile        it asks for a password
│   ├── TooLarge             a size, page, unpacked-size or time limit, named in the text
│   ├── UnsupportedType      not a type that is read, or not what its name says
│   └── Contradiction        the parts of a query exclude one another
├── Unauthorised             no key, or not a valid one
├── Forbidden                a valid key, but not for this
├── NotFound                 nothing with that id for this tenant
├── Conflict                 it collides with what is there
├── NotReady                 it exists, but is not indexed yet
├── Overloaded               try again later
└── Broken
    ├── ModelError           a model version is missing, damaged or does not fit
    └── StoreError           a store cannot be reached or holds what it should not
"""

from __future__ import annotations

from typing import TypeVar


class CoreError(Exception):
    """Something the product can name."""


class BadInput(CoreError):
    """The input is wrong."""


class UnreadableFile(BadInput):
    """No text could be taken from the file."""


class EncryptedFile(BadInput):
    """The file asks for a password."""


class TooLarge(BadInput):
    """A limit was passed."""


class UnsupportedType(BadInput):
    """Not a type that is read."""


class Contradiction(BadInput):
    """The parts of the query exclude one another."""


class Unauthorised(CoreError):
    """No key, or not a valid one."""


class Forbidden(CoreError):
    """The key is not for this."""


class NotFound(CoreError):
    """Nothing with that id."""


class Conflict(CoreError):
    """It collides with what is there."""


class NotReady(CoreError):
    """It exists, but is not indexed yet."""


class Overloaded(CoreError):
    """Too much at once: try again later."""


class Broken(CoreError):
    """A part of the product does not work."""


class ModelError(Broken):
    """A model version is missing, damaged or does not fit."""


class StoreError(Broken):
    """A store cannot be reached, or holds what it should not."""


E = TypeVar("E", bound=CoreError)


def tree(kind: type[E]) -> list[type[E]]:
    """A class of error and all below it."""
    return [kind, *(below for child in kind.__subclasses__() for below in tree(child))]
