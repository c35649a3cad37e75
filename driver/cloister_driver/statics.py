# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Looks at objects without running their code: by what C knows of them, and never by what they say of themselves."""

from __future__ import annotations

from sys import modules
from types import (
    BuiltinFunctionType,
    ClassMethodDescriptorType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
    WrapperDescriptorType,
)

from .private import BUILTINS
from .text import exact

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

VARIABLE, FUNCTION, CLASS, MODULE = range(4)

_FUNCTIONS = (
    FunctionType,
    BuiltinFunctionType,
    MethodType,
    MethodWrapperType,
    MethodDescriptorType,
    WrapperDescriptorType,
    ClassMethodDescriptorType,
)
_SLOTS = (GetSetDescriptorType, MemberDescriptorType)
_PACKAGES = frozenset(("numpy", "pandas", "pyarrow", "PIL", "torch"))
_type_slots: Any = vars(type)
_module: Any = _type_slots["__module__"].__get__
_qualname: Any = _type_slots["__qualname__"].__get__
_mro: Any = _type_slots["__mro__"].__get__
_type_dict: Any = _type_slots["__dict__"].__get__
_module_dict: Any = vars(ModuleType)["__dict__"].__get__
_missing = object()

MISSING: Any = _missing
"""There is no such attribute, or finding it would run code."""


def is_a(value: object, kind: type) -> bool:
    """`isinstance` without asking the object for its `__class__`."""
    return issubclass(type(value), kind)


def kind_of(value: object) -> int:
    if type(value) in _FUNCTIONS:
        return FUNCTION
    if is_a(value, type):
        return CLASS
    return MODULE if is_a(value, ModuleType) else VARIABLE


def type_name(cls: type) -> str:
    """The qualified name; bare for builtins and for classes of `__main__`."""
    module, name = _module(cls), exact(_qualname(cls))
    if type(module) is not str or module in ("builtins", "__main__"):
        return name
    return f"{module}.{name}"


def plain_text(value: object) -> str:
    """What `repr` is for objects that define none."""
    return exact(object.__repr__(value))


def name_text(value: Any, kind: int) -> str:
    """The text of a function, a class or a module."""
    if kind == CLASS:
        return f"<class {type_name(value)}>"
    if kind == MODULE:
        name = module_variables(value).get("__name__")
        return f"<module {name}>" if type(name) is str else plain_text(value)
    if type(value) is FunctionType:
        return f"<function {value.__qualname__}>"
    return f"<function {value.__name__}>" if type(value) is BuiltinFunctionType else plain_text(value)


def package_of(cls: type) -> str | None:
    """The library that a type belongs to, if that is one whose attributes are safe to read.

    A type that only bears the name of one is not found in the library's module.
    """
    module = _module(cls)
    if type(module) is not str:
        return None
    package = module.partition(".")[0]
    if package not in _PACKAGES:
        return None
    loaded = modules.get(module)
    if loaded is None or not is_a(loaded, ModuleType):
        return None
    return package if _module_dict(loaded).get(_qualname(cls)) is cls else None


def module_variables(module: object) -> dict[str, Any]:
    found = _module_dict(module)
    return found if type(found) is dict else {}


def instance_variables(value: object) -> dict[Any, Any]:
    """The object's own attributes; none if its class has put something of its own in the place of `__dict__`."""
    if is_a(value, ModuleType):
        return module_variables(value)
    if is_a(value, type):
        return {}
    for cls in _mro(type(value)):
        slot = _type_dict(cls).get("__dict__", _missing)
        if slot is _missing:
            continue
        if type(slot) is not GetSetDescriptorType:
            return {}
        found = slot.__get__(value)
        return found if type(found) is dict else {}
    return {}


def classes(value: object) -> tuple[type, ...]:
    """Where the attributes of an object are looked up: for a class its own ancestors."""
    found: tuple[type, ...] = _mro(value if is_a(value, type) else type(value))
    return found


def look_up(value: object, name: str) -> Any:
    """An attribute, as far as finding it runs no code: no property, no `__getattr__`, no descriptor in Python."""
    own = instance_variables(value)
    if name in own:
        return own[name]
    if package_of(type(value)):
        return _asked(value, name)
    for cls in classes(value):
        found = _type_dict(cls).get(name, _missing)
        if found is not _missing:
            return _bound(value, found)
    return _missing


def _asked(value: Any, name: str) -> Any:
    """A library's own objects may be asked."""
    try:
        return getattr(value, name)
    except Exception:
        return _missing


def _bound(value: object, found: Any) -> Any:
    if type(found) in (staticmethod, classmethod):
        return found.__func__
    if is_a(value, type) or type(found) in _FUNCTIONS:
        return found
    if type(found) not in _SLOTS:
        return _missing if _is_descriptor(found) else found
    try:
        return found.__get__(value)
    except Exception:
        return _missing


def _is_descriptor(found: object) -> bool:
    """A property, say: what it would give only its code knows."""
    return any("__get__" in _type_dict(cls) for cls in _mro(type(found)))


def attributes(value: object) -> Iterator[tuple[str, Any]]:
    """Names and what `look_up` would find before it is bound; the nearest first, some perhaps twice."""
    yield from _named(instance_variables(value))
    for cls in classes(value):
        yield from _named(_type_dict(cls))


def _named(variables: Any) -> list[tuple[str, Any]]:
    return [(name, one) for name, one in list(variables.items()) if type(name) is str]


def loaded(module: str, name: str) -> Any:
    """Something from a module that is loaded, never imported."""
    found = modules.get(module)
    return module_variables(found).get(name) if is_a(found, ModuleType) else None
