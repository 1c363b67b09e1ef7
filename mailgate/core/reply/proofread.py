"""Finds the mistakes in a template before a person would get to read them.

First the source is walked: every name, part and filter must exist, also in branches that are seldom taken. Then the
template is filled with samples, rich and poor, and what comes out is looked at.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import fields, replace
from urllib.parse import quote

from jinja2 import Environment, TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError

from mailgate.core.problem import Problem
from mailgate.core.reply.particulars import Choice, Notice, Particulars
from mailgate.core.reply.record import NUMBER_TO_COME
from mailgate.core.reply.typeset import Typeset
from mailgate.core.request import Kind
from mailgate.core.tables import did_you_mean

_PLACEHOLDERS = frozenset(field.name for field in fields(Particulars))
_ATTRIBUTES = frozenset(field.name for record in (Choice, Notice) for field in fields(record)) | {
    "index",
    "first",
    "last",
    "length",
}
_REUSED_OTHERWISE = (nodes.Macro, nodes.CallBlock, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block)
_SCHEMES = ("https://", "mailto:", "tel:")

_RICH = Particulars(
    formerly="reject",
    number=NUMBER_TO_COME,
    kind="",
    environment="test",
    service="Service",
    service_pl="Usługa",
    system="SYSTEM",
    matter="matter",
    page="https://example.org/service",
    choices=tuple(
        Choice(title=f"Service {place}", system="SYSTEM", link="mailto:desk@example.org?subject=Service")
        for place in range(1, 4)
    ),
    notices=tuple(
        Notice(about="SYSTEM", text="an outage", only_polish=only_polish, since="1 January 2025, 12:00")
        for only_polish in (False, True)
    ),
    wait_days=14,
    none_fits=True,
    asks=("the number", "the message"),
    other_name="Other desk",
    other_handles="other matters",
    other_email="other@example.org",
    other_phone="22 111 22 33",
    received="1 January 2025, 12:00",
    opened="1 January 2025",
    related="ZGL0000001",
    closed="1 January 2025",
    complaint_until="6 January 2025",
    complaint_left=2,
    complaint_over=False,
    write="mailto:desk@example.org?subject=Service",
    desk_name="Desk",
    desk_address="desk@example.org",
    portal_url="https://example.org",
    portal_menu="HELP",
    portal_item="Portal",
    faq_url="https://example.org/faq",
    phone="+48 22 111 22 33",
    phone_link="tel:+48221112233",
    phone_wait_minutes=6,
    phone_queue_limit=10,
    phone_drop_minutes=30,
    complaint_days=5,
    usual_days=2,
    longest_days=10,
)
_POOR = replace(
    _RICH,
    formerly="clarify",
    environment="production",
    service="",
    service_pl="",
    system="",
    matter="",
    page="",
    choices=(),
    notices=(),
    wait_days=0,
    none_fits=False,
    asks=(),
    other_name="",
    other_handles="",
    other_email="",
    other_phone="",
    opened="",
    related="",
    closed="",
    complaint_until="",
    complaint_left=0,
    write="mailto:desk@example.org",
    faq_url="https://example.org/faq",
    phone_wait_minutes=0,
    phone_queue_limit=0,
    phone_drop_minutes=0,
    usual_days=0,
    longest_days=1,
)


def mistakes_in_source(environment: Environment, name: str, text: str, sources: Collection[str]) -> list[Problem]:
    """Every mistake that can be seen without filling the template.

    Args:
        environment: that the template will be compiled in.
        name: of the template's file: "pl/ticket.md".
        text: of the whole file, with its subject.
        sources: names of all files.
    """
    try:
        tree = environment.parse(text)
    except TemplateSyntaxError as error:
        return [Problem(file=name, line=error.lineno, message=f"Jinja2 cannot read this: {error.message}")]
    found = (*_names(tree), *_attributes(tree), *_parts(environment, name, tree, sources), *_words(environment, tree))
    return [Problem(file=name, line=node.lineno, message=message) for node, message in found]


def mistakes_in_print(name: str, fill: Callable[[Particulars], tuple[str, Typeset]]) -> list[Problem]:
    """Every mistake that shows when the template is filled."""
    problems: list[Problem] = []
    for sample in (_RICH, _POOR):
        for kind in ("", *Kind):
            try:
                subject, body = fill(replace(sample, kind=str(kind)))
            except (TemplateError, SecurityError, TypeError, ValueError, ArithmeticError) as error:
                problems.append(_failure(name, error))
                continue
            problems.extend(Problem(file=name, line=line, message=said) for line, said in _print(subject, body))
    return sorted(set(problems))


def _names(tree: nodes.Template) -> Iterator[tuple[nodes.Node, str]]:
    names = list(tree.find_all(nodes.Name))
    known = _PLACEHOLDERS | {"loop"} | {name.name for name in names if name.ctx == "store"}
    for name in names:
        if name.name not in known:
            yield name, f'there is no placeholder "{name.name}"{did_you_mean(name.name, known)}'


def _attributes(tree: nodes.Template) -> Iterator[tuple[nodes.Node, str]]:
    for access in tree.find_all(nodes.Getattr):
        if access.attr not in _ATTRIBUTES:
            yield access, f'nothing here has ".{access.attr}"{did_you_mean(access.attr, _ATTRIBUTES)}'


def _parts(
    environment: Environment, name: str, tree: nodes.Template, sources: Collection[str]
) -> Iterator[tuple[nodes.Node, str]]:
    for include in tree.find_all(nodes.Include):
        if not isinstance(include.template, nodes.Const) or not isinstance(include.template.value, str):
            yield include, 'include takes the name of one part in quotes: {% include "_footer.md" %}'
            continue
        part = environment.join_path(include.template.value, name)
        if part not in sources:
            yield include, f'there is no part "{part}"{did_you_mean(part, (each for each in sources if "/_" in each))}'


def _words(environment: Environment, tree: nodes.Template) -> Iterator[tuple[nodes.Node, str]]:
    for each in tree.find_all((nodes.Filter, nodes.Test)):
        known = environment.filters if isinstance(each, nodes.Filter) else environment.tests
        if each.name not in known:
            yield each, f'Jinja2 knows no "{each.name}"{did_you_mean(each.name, known)}'
    for node in tree.find_all(_REUSED_OTHERWISE):
        yield node, "write what several letters share into a part of its own and include it"


def _print(subject: str, body: Typeset) -> Iterator[tuple[int, str]]:
    if not subject:
        yield 1, "the subject comes out empty; write one that always says something"
    if not body.text.strip():
        yield 0, "the letter comes out empty; write what happened and what comes next"
    if "](" in body.text:
        yield 0, 'a link is no link: write [words](address) without blanks in the address, beginning with "https://"'
    for link in body.links:
        if not link.startswith(_SCHEMES):
            yield 0, f'the link to "{link}" leads nowhere; begin it with {" or ".join(_SCHEMES)}'
        if quote(NUMBER_TO_COME) in link:
            yield 0, "the ticket number cannot stand in a link; it is drawn later; name it in the text"


def _failure(name: str, error: Exception) -> Problem:
    """The mistake at the template's own line: Jinja2 lets its templates appear as files in the traceback."""
    file, line, step = name, 0, error.__traceback__
    while step is not None:
        called = step.tb_frame.f_code.co_filename
        if called.endswith(".md"):
            file, line = called, step.tb_lineno
        elif called == "<template>":
            file, line = name, 1
        step = step.tb_next
    return Problem(file=file, line=line, message=f"cannot be filled in: {error}")
