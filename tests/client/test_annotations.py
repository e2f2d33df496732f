"""Every annotation of the public surface can be evaluated, as `help()` and frameworks may do."""

from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil
import pydoc
import subprocess
import sys
import typing
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import UnsetType

import app_store_connect
from app_store_connect import models, resources, types
from support.whole_api import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = PACKAGE.name
ROOMS = ("client", "errors", "reports", "uploads", "webhooks")


def public() -> dict[str, dict[str, Any]]:
    """Everything that users may import, by module."""
    found = {"": {name: getattr(app_store_connect, name) for name in app_store_connect.__all__}}
    for room in ROOMS:
        module = importlib.import_module(f"{NAME}.{room}")
        names = getattr(module, "__all__", ["Client", "AsyncClient"])
        found[room] = {name: getattr(module, name) for name in names}
    return found


def rendered(package: Any) -> list[str]:
    return [f"{package.__name__}.{item.name}" for item in pkgutil.iter_modules(package.__path__)]


def functions(owner: type) -> Iterator[Any]:
    """The functions of a class that are not private, its constructor among them."""
    for name, value in inspect.getmembers_static(owner):
        if name.startswith("_") and name != "__init__":
            continue
        match value:
            case classmethod() | staticmethod():
                yield value.__func__
            case property():
                yield value.fget
            case _ if inspect.isfunction(value):
                yield value


def evaluate(value: Any) -> None:
    """Ask for signature and annotations, of a class' functions too."""
    if inspect.isfunction(value):
        inspect.signature(value, eval_str=True)
        typing.get_type_hints(value)
    elif inspect.isclass(value) and value.__module__.startswith(NAME):
        typing.get_type_hints(value)
        # Python has no signature of these two.
        if not typing.is_typeddict(value) and not issubclass(value, Warning):
            inspect.signature(value)
        for function in functions(value):
            evaluate(function)


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module, names in public().items() for name in names]
)
def test_what_users_import_has_a_signature_and_types(module: str, name: str) -> None:
    evaluate(public()[module][name])


@pytest.mark.parametrize("name", [name for name in dir(models) if name[0].isupper()])
def test_models_and_inline_creations_have_a_signature_and_types(name: str) -> None:
    evaluate(getattr(models, name))


@pytest.mark.parametrize("module", [*rendered(resources), *rendered(types)])
def test_methods_and_their_types_can_be_evaluated(module: str) -> None:
    for name, value in vars(importlib.import_module(module)).items():
        if not name.startswith("_") and getattr(value, "__module__", "") == module:
            evaluate(value)


def test_a_signature_holds_the_classes_themselves() -> None:
    apps = importlib.import_module(f"{NAME}.resources.apps")
    evaluated = inspect.signature(apps.AppsNamespace.get, eval_str=True)
    assert evaluated.return_annotation is models.App
    assert evaluated.parameters["fields"].annotation == apps.t.GetFields | UnsetType


def classes() -> Iterator[type]:
    """Every class of the package, where it is defined, but those of the command line."""
    for item in pkgutil.walk_packages(app_store_connect.__path__, f"{NAME}."):
        parts = item.name.split(".")
        if {"cli", "types", "models", "resources", "__main__", "server", "pytest_plugin"} & {
            *parts
        }:
            continue
        for value in list(vars(importlib.import_module(item.name)).values()):
            if inspect.isclass(value) and value.__module__ == item.name:
                yield value


def test_every_class_has_help_and_types() -> None:
    found = list(classes())
    assert len(found) > 300
    failed: dict[str, Exception] = {}
    for value in found:
        try:
            typing.get_type_hints(value)
            pydoc.render_doc(value)
        except (NameError, AttributeError) as error:
            failed[f"{value.__module__}.{value.__name__}"] = error
    assert failed == {}


def test_help_is_there_for_clients_namespaces_models_and_errors() -> None:
    for value in (
        app_store_connect.Client,
        importlib.import_module(f"{NAME}.resources.apps").AsyncAppsNamespace,
        models.App,
        app_store_connect.ApiError,
    ):
        assert value.__name__ in pydoc.render_doc(value)


def test_tracebacks_name_the_modules_that_errors_are_imported_from() -> None:
    for module, names in public().items():
        for value in names.values():
            if inspect.isclass(value) and issubclass(value, Exception):
                place = importlib.import_module(value.__module__)
                assert "_runtime" not in value.__module__
                assert value.__name__ in place.__all__
                assert module in {"", value.__module__.removeprefix(f"{NAME}.")}
    program = f"from {NAME} import PagingError\nraise PagingError('again')"
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.splitlines()[-1] == f"{NAME}.errors.PagingError: again"


class OwnError(app_store_connect.AppStoreConnectError):
    """An error of a user's, who derives it from ours."""


def test_an_error_of_a_users_stays_where_it_is() -> None:
    assert OwnError.__module__ == __name__
    assert str(pickle.loads(pickle.dumps(OwnError("mine")))) == "mine"  # noqa: S301


def test_pagers_and_the_like_are_in_the_package_itself() -> None:
    for name in ("Pager", "AsyncPager", "Related", "Document", "UnreadableValueWarning"):
        assert getattr(app_store_connect, name).__module__ == NAME
    assert app_store_connect.Uploader.__module__ == f"{NAME}.uploads"
