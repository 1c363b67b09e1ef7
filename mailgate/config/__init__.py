"""`config.toml`, checked. Every field has a default, so an empty file is a whole configuration.

Environment variables override the file: MAILGATE_SMTP__PORT=2525 sets `port` of `[smtp]`. Secrets are named by
file (`..._file`) and never stand in the configuration itself.
"""

import tomllib
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from mailgate.config.directory import DirectorySection
from mailgate.config.doors import LmtpSection, SmtpSection, WebSection
from mailgate.config.effects import CsdSection, LettersSection, OperatorsSection, QuestionsSection, SurgeSection
from mailgate.config.house import (
    ClamavSection,
    DatabaseSection,
    DeskSection,
    FoldersSection,
    LogSection,
    RetentionSection,
    SettleSection,
)
from mailgate.config.identity import IdentitySection
from mailgate.config.imap import Mailboxes
from mailgate.config.mistakes import secrets_in, setting_problem, syntax_problem
from mailgate.config.schedule import ScheduleSection
from mailgate.core.problem import Problem


class Config(BaseSettings):
    """The whole configuration. Paths are relative to `root` until `resolve` has joined them."""

    model_config = SettingsConfigDict(
        env_prefix="MAILGATE_", env_nested_delimiter="__", extra="forbid", frozen=True, validate_default=True
    )

    desk: DeskSection = DeskSection()
    database: DatabaseSection = DatabaseSection()
    smtp: SmtpSection = SmtpSection()
    lmtp: LmtpSection = LmtpSection()
    imap: Mailboxes = ()
    identity: IdentitySection = IdentitySection()
    directory: DirectorySection = DirectorySection()
    letters: LettersSection = LettersSection()
    surge: SurgeSection = SurgeSection()
    operators: OperatorsSection = OperatorsSection()
    csd: CsdSection = CsdSection()
    questions: QuestionsSection = QuestionsSection()
    schedule: ScheduleSection = ScheduleSection()
    settle: SettleSection = SettleSection()
    clamav: ClamavSection = ClamavSection()
    retention: RetentionSection = RetentionSection()
    web: WebSection = WebSection()
    log: LogSection = LogSection()
    folders: FoldersSection = FoldersSection()
    # The folder of config.toml; not a key of the file.
    root: Path = Field(default=Path(), exclude=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment overrides the file."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings

    def path(self, path: Path) -> Path:
        """A path of the configuration, from the folder of config.toml."""
        return path if path.is_absolute() else self.root / path

    @property
    def database_url(self) -> str:
        """The database URL with a relative SQLite path made absolute."""
        prefix = "sqlite:///"
        if self.database.url.startswith(prefix) and not self.database.url.startswith("sqlite:////"):
            return prefix + str((self.root / self.database.url.removeprefix(prefix)).resolve())
        return self.database.url


class BadConfig(Exception):
    """config.toml has mistakes; `problems` names each."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def read_config(file: Path) -> Config:
    """Read `config.toml`. A missing file means the embedded defaults.

    Raises:
        BadConfig: with every mistake, each with file and line.
    """
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadConfig((syntax_problem(file, error),)) from None
    if secrets := tuple(secrets_in(file, text, tables, ())):
        raise BadConfig(secrets)
    try:
        return Config(**tables, root=file.parent.resolve())
    except ValidationError as error:
        problems = tuple(sorted(setting_problem(file, text, dict(mistake)) for mistake in error.errors()))
        raise BadConfig(problems) from None
