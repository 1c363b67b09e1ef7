"""Markdown, set twice from one source: as plain text and as HTML.

Only what a short letter needs is switched on: paragraphs, headings, lists, rules, emphasis, links and line breaks.
Raw HTML, images, code, tables and reference links are plain characters here, whoever wrote them.
"""

import re
import string
import textwrap
from dataclasses import dataclass
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from mailgate.core.reply.record import NUMBER_TO_COME

_WIDTH = 72
_NO_BREAK = "\u00a0"
# A ticket number has two to eight letters and seven digits; while it is to come its place is kept free in the line.
_NUMBER_WIDTH = 10
# Polish typography: a one-letter word (a, i, o, u, w, z) does not stand alone at the end of a line.
_ONE_LETTER = re.compile(r"(?<![^\s„“(])([aiouwzAIOUWZ]) ")
_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in string.punctuation})
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029 ]+")
# Behind a blank line, neither indented nor marked as an item: it goes on with no list, so it can be set by itself.
_NEXT_BLOCK = re.compile(r"\n{2,}(?=[^\s\-+*\d])")
_ELEMENTS = ("heading", "hr", "list", "emphasis", "entity", "escape", "link", "autolink", "newline")
_POSTPROCESSING = ("balance_pairs", "fragments_join")
_STYLES = {
    "h2": "font-size:17px;line-height:1.4;margin:24px 0 8px",
    "p": "margin:0 0 12px",
    "ul": "margin:0 0 12px;padding-left:24px",
    "ol": "margin:0 0 12px;padding-left:24px",
    "li": "margin:0 0 6px",
    "hr": "border:0;border-top:1px solid #767676;margin:24px 0 16px",
    "a": "color:#0b4f9e",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeset:
    """One Markdown source, set."""

    # Lines of at most 72 characters, as far as the words allow; ends with \n.
    text: str
    # A fragment of HTML; no html or body around it.
    html: str
    # Where its links lead, in order.
    links: tuple[str, ...]


def escape(value: object) -> str:
    """A value as Markdown that shows it letter by letter and does nothing else: one line, every sign escaped."""
    return unescaped(value).translate(_SIGNS)


def unescaped(value: object) -> str:
    """A value for a subject: one line as it is."""
    return _BREAKS.sub(" ", str(value)).strip()


def typeset(markdown: str) -> Typeset:
    """Set a Markdown source as text and as HTML."""
    blocks = [_set(block) for block in _NEXT_BLOCK.split(markdown)]
    return Typeset(
        text="".join(block.text for block in blocks).rstrip("\n") + "\n",
        html="".join(block.html for block in blocks),
        links=tuple(link for block in blocks for link in block.links),
    )


# Most blocks of a letter stand in all letters of its template; setting one anew costs a thousand times more.
@lru_cache(maxsize=1024)
def _set(block: str) -> Typeset:
    """Set one or more blocks; the text ends with what parts it from the next block."""
    parser = _parser()
    tokens = parser.parse(block)
    text = _blocks(SyntaxTreeNode(tokens).children, _WIDTH).replace(_NO_BREAK, " ")
    for token in (each for outer in tokens for each in (outer, *(outer.children or ()))):
        if token.nesting >= 0 and token.tag in _STYLES:
            token.attrSet("style", _STYLES[token.tag])
    return Typeset(text=text, html=parser.renderer.render(tokens, parser.options, {}), links=_links(tokens))


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("zero", {"html": False}).enable([*_ELEMENTS, *_POSTPROCESSING])


def _links(tokens: list[Token]) -> tuple[str, ...]:
    inner = (each for outer in tokens for each in outer.children or ())
    return tuple(str(each.attrs["href"]) for each in inner if each.type == "link_open")


def _blocks(nodes: list[SyntaxTreeNode], width: int) -> str:
    """Blocks with a blank line between them; a heading stands directly on what it heads."""
    text = ""
    for node in nodes:
        text += f"{_block(node, width)}\n" if node.type == "heading" else f"{_block(node, width)}\n\n"
    return text


def _block(node: SyntaxTreeNode, width: int) -> str:
    if node.type in {"bullet_list", "ordered_list"}:
        return _list(node, width)
    if node.type == "hr":
        return "-" * 40
    return _wrapped("".join(map(_inline, node.children)), width)


def _list(node: SyntaxTreeNode, width: int) -> str:
    """A list with hanging indent; blank lines between its items when the source has them."""
    first = int(node.attrs.get("start", 1))
    items = []
    for place, item in enumerate(node.children):
        mark = f"{first + place}. " if node.type == "ordered_list" else "- "
        indent = " " * len(mark)
        inner = _blocks(item.children, width - len(mark)).rstrip("\n")
        items.append(mark + textwrap.indent(inner, indent).removeprefix(indent))
    loose = any(block.type == "paragraph" and not block.hidden for item in node.children for block in item.children)
    return ("\n\n" if loose else "\n").join(items)


def _inline(node: SyntaxTreeNode) -> str:
    if node.type == "text":
        return node.content
    if node.type == "softbreak":
        return " "
    if node.type == "hardbreak":
        return "\n"
    inner = "".join(map(_inline, node.children))
    return _link(inner, str(node.attrs["href"])) if node.type == "link" else inner


def _link(words: str, address: str) -> str:
    """`words: address`; only one of the two when they say the same."""
    place = address.removeprefix("mailto:")
    if address.startswith("tel:") or words == place.partition("?")[0]:
        return words
    if words.casefold() == place.casefold().removeprefix("https://"):
        return place
    return f"{words}: {address if '?' in place else place}"


def _wrapped(text: str, width: int) -> str:
    """Lines of at most `width`; words, addresses and what no-break spaces join stay whole."""
    kept = NUMBER_TO_COME * _NUMBER_WIDTH
    text = _ONE_LETTER.sub(rf"\1{_NO_BREAK}", text).replace(NUMBER_TO_COME, kept)
    wrapper = textwrap.TextWrapper(width=width, break_long_words=False, break_on_hyphens=False)
    return "\n".join(wrapper.fill(line) for line in text.split("\n")).replace(kept, NUMBER_TO_COME)
