"""The operator's templates, compiled once.

A template is `<language>/<name>.md`: a first line "Subject: ...", an empty line, then Markdown with Jinja2 in it.
A file whose name begins with `_` is a part that others include: `{% include "_footer.md" %}`, out of its own folder.

Values cannot break out of their place: Jinja2 is sandboxed, every value is escaped for Markdown as it is put in, and
what has been put in is never read as a template again.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jinja2 import FunctionLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailgate.core.problem import Problem
from mailgate.core.reply.particulars import Particulars
from mailgate.core.reply.proofread import mistakes_in_print, mistakes_in_source
from mailgate.core.reply.typeset import Typeset, escape, typeset, unescaped

# Every letter is there in each of them; the first one comes first in a letter of both.
LANGUAGES = ("pl", "en")
_SUBJECT = re.compile(r"Subject:[ \t]*(?P<subject>\S[^\n]*)(?:\n|\Z)")
_NAME = re.compile(rf"(?P<language>{'|'.join(LANGUAGES)})/(?P<stem>[a-z0-9_-]+)\.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One template in one language, compiled."""

    subject: Template
    body: Template

    def fill(self, particulars: Particulars) -> tuple[str, Typeset]:
        """The subject, and the letter set as text and HTML.

        Raises:
            TemplateError: a placeholder or a part does not exist; `read_letters` reports those beforehand.
        """
        values = particulars.values()
        return self.subject.render(values).strip(), typeset(self.body.render(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """Every template that can be used."""

    # By language and name: ("pl", "ticket").
    letters: Mapping[tuple[str, str], Letter]

    @property
    def names(self) -> frozenset[str]:
        """The templates that rules may name: those that are there in every language."""
        stems = {stem for _, stem in self.letters}
        return frozenset(stem for stem in stems if all((lang, stem) in self.letters for lang in LANGUAGES))


def read_letters(files: Mapping[str, str]) -> tuple[Letters, tuple[Problem, ...]]:
    """Compile and check every template.

    Args:
        files: text of each file in `templates/` by its relative name with slashes: "pl/ticket.md". What does not end
            in ".md", and "README.md", is passed over.

    Returns:
        The letters without mistakes, and a Problem for each mistake: a placeholder or a part that does not exist, a
        mistake of syntax, a missing subject, a language that lacks a letter, a link that leads nowhere.
    """
    sources = {name: text.replace("\r\n", "\n") for name, text in files.items() if name.endswith(".md")}
    sources.pop("README.md", None)
    problems = [*_misplaced(sources), *_untranslated(sources)]
    sources = {name: text for name, text in sources.items() if _NAME.fullmatch(name)}
    environment = _environment(sources)
    letters: dict[tuple[str, str], Letter] = {}
    for name, text in sources.items():
        found = [*mistakes_in_source(environment, name, text, sources), *_without_subject(name, text)]
        problems.extend(found)
        if found or _is_part(name):
            continue
        letter = _compiled(environment, name, text)
        mistakes = mistakes_in_print(name, letter.fill)
        problems.extend(mistakes)
        if not mistakes:
            letters[_language(name), _stem(name)] = letter
    return Letters(letters=letters), tuple(sorted(set(problems)))


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja2 that looks for a part in the folder of the template that includes it."""

    def join_path(self, template: str, parent: str) -> str:
        return f"{_language(parent)}/{template}"


def _environment(sources: Mapping[str, str]) -> _Environment:
    def load(name: str) -> tuple[str, str, None] | None:
        # The line of the subject stays as an empty one, so that mistakes are reported at the operator's own lines.
        return (_SUBJECT.sub("\n", sources[name], count=1), name, None) if name in sources else None

    # No autoescape: that is for HTML. The source is Markdown; `escape` escapes for it, and markdown-it for HTML.
    environment = _Environment(
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
        finalize=escape,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        keep_trailing_newline=True,
        cache_size=-1,
    )
    environment.globals.clear()
    return environment


def _compiled(environment: _Environment, name: str, text: str) -> Letter:
    subject = _SUBJECT.match(text)
    plain = environment.overlay(finalize=unescaped)
    return Letter(subject=plain.from_string(subject["subject"] if subject else ""), body=environment.get_template(name))


def _language(name: str) -> str:
    return name.partition("/")[0]


def _stem(name: str) -> str:
    return name.rpartition("/")[2].removesuffix(".md")


def _is_part(name: str) -> bool:
    return _stem(name).startswith("_")


def _without_subject(name: str, text: str) -> Iterator[Problem]:
    if not _is_part(name) and not _SUBJECT.match(text):
        yield Problem(file=name, line=1, message='must begin with the line "Subject: ..."')


def _misplaced(sources: Mapping[str, str]) -> Iterator[Problem]:
    places = " or ".join(f"{language}/" for language in LANGUAGES)
    for name in sources:
        if not _NAME.fullmatch(name):
            message = f"is never used; templates stand in {places}, named in lower-case letters and hyphens"
            yield Problem(file=name, line=0, message=message)


def _untranslated(sources: Mapping[str, str]) -> Iterator[Problem]:
    """Each letter that one language has and another lacks. A part needs no twin: who includes it finds out."""
    for name in sources:
        if not _NAME.fullmatch(name) or _is_part(name):
            continue
        for language in LANGUAGES:
            twin = f"{language}/{_stem(name)}.md"
            if twin not in sources:
                yield Problem(file=twin, line=0, message=f"is missing; translate {name}")
