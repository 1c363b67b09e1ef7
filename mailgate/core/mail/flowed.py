"""Text whose lines were broken for the journey (RFC 3676), with its paragraphs whole again."""


def unflow(text: str, *, delete_space: bool) -> str:
    """Join the flowed lines of a text; `delete_space` is its DelSp parameter. Quoted lines keep ">" for each level."""
    paragraphs: list[str] = []
    pieces: list[str] = []
    depth = 0
    for line in text.split("\n"):
        level, content = _unquoted(line)
        if pieces and level != depth:  # RFC 3676 section 4.5: a paragraph ends where the quotation does
            paragraphs.append(_quoted(depth, pieces))
            pieces = []
        depth = level
        flows = content.endswith(" ") and content != "-- "
        pieces.append(content[:-1] if flows and delete_space else content)
        if not flows:
            paragraphs.append(_quoted(depth, pieces))
            pieces = []
    if pieces:
        paragraphs.append(_quoted(depth, pieces))
    return "\n".join(paragraphs)


def _unquoted(line: str) -> tuple[int, str]:
    """How deep the line is quoted, and the line without its marks and stuffing."""
    content = line.lstrip(">")
    level = len(line) - len(content)
    return level, content.removeprefix(" ")


def _quoted(depth: int, pieces: list[str]) -> str:
    content = "".join(pieces)
    return f"{'>' * depth} {content}" if depth else content
