"""What a command is about: one service or one system of the rules."""

from typing import Annotated

import typer

from mailgate.app.house import folders_of, read_house
from mailgate.config import Config
from mailgate.core.tables import did_you_mean
from mailgate.trouble import Permanent

Service = Annotated[str | None, typer.Option("--service", metavar="ID", help="The service, by its id in rules/.")]
System = Annotated[
    str | None, typer.Option("--system", metavar="ID", help="The system with all its services, by its id in rules/.")
]


def check_about(settings: Config, service: str | None, system: str | None) -> None:
    """Make sure that exactly one of the two is named, and that the rules know it.

    Raises:
        typer.BadParameter: none or both are named.
        Permanent: the rules do not know it.
        BadConfig: the rules have mistakes.
    """
    if (service is None) == (system is None):
        raise typer.BadParameter("name a service or a system, one of them", param_hint="--service or --system")
    catalogue = read_house(settings, folders_of(settings)).book.catalogue
    if service is not None and service not in catalogue.services:
        raise Permanent(f'rules/ have no service "{service}"{did_you_mean(service, catalogue.services)}')
    if system is not None and system not in catalogue.systems:
        raise Permanent(f'rules/ have no system "{system}"{did_you_mean(system, catalogue.systems)}')
