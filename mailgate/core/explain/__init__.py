"""A decision and its reasons, for people and for programs."""

from mailgate.core.explain.changes import change_documents
from mailgate.core.explain.document import as_document
from mailgate.core.explain.language import Language
from mailgate.core.explain.text import as_text

__all__ = ["Language", "as_document", "as_text", "change_documents"]
