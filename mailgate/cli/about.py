"""What a command is about: one service or one system of the rules."""

from typing import Annotated

import typer

from mailgate.app.house import folders_of, read_house
from mailgate.config import Config
from mailgate.core.catalogue import Catalogue
from mailgate.core.tables import did_you_mean
from mailgate.trouble import Permanent

Service = Annotated[str | None, typer.Option("--service", metavar="ID", help="The service, by its id in rules/.")]
System = Annotated[
    str | None, typer.Option("--system", metavar="ID", help="The system with all its services, by its id in rules/.")
]
_OPTIONS = "--service or --system"


def check_about(settings: Config, service: str | None, system: str | None) -> None:
    """Make sure that exactly one of the two is named, and that the rules know it.

    Raises:
        typer.BadParameter: none or both are named.
        Permanent: the rules do not know it.
        BadConfig: the rules have mistakes.
    """
    resolve_about(settings, None, service, system)


def resolve_about(
    settings: Config, name: str | None, service: str | None, system: str | None
) -> tuple[str | None, str | None]:
    """The service or the system that is meant; by its bare name where only one of the two has it.

    Raises:
        typer.BadParameter: not exactly one is named, or a bare name is that of both.
        Permanent: the rules do not know it.
        BadConfig: the rules have mistakes.
    """
    if [name, service, system].count(None) != 2:
        raise typer.BadParameter("name a service or a system, one of them", param_hint=_OPTIONS)
    catalogue = read_house(settings, folders_of(settings)).book.catalogue
    if name is not None:
        service, system = _of_name(name, catalogue)
    if service is not None and service not in catalogue.services:
        raise Permanent(f'rules/ have no service "{service}"{did_you_mean(service, catalogue.services)}')
    if system is not None and system not in catalogue.systems:
        raise Permanent(f'rules/ have no system "{system}"{did_you_mean(system, catalogue.systems)}')
    return service, system


def _of_name(name: str, catalogue: Catalogue) -> tuple[str | None, str | None]:
    is_service, is_system = name in catalogue.services, name in catalogue.systems
    if is_service and is_system:
        raise typer.BadParameter(f'"{name}" is a service and a system; say which', param_hint=_OPTIONS)
    if not (is_service or is_system):
        known = [*catalogue.services, *catalogue.systems]
        raise Permanent(f'rules/ have no service and no system "{name}"{did_you_mean(name, known)}')
    return (name, None) if is_service else (None, name)
