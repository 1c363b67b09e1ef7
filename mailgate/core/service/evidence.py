"""What speaks for a service or a system: words of a text, and how much they say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Words of a text that speak for a service or a system."""

    # The services that it speaks for equally; empty when it names a system.
    services: tuple[str, ...] = ()
    # The systems that it names; empty when it names services.
    systems: tuple[str, ...] = ()
    # "form", "name", "title", "hint", "system".
    how: str
    # Places of the words.
    places: frozenset[int]
    # Their weight, all together.
    weight: float
    # The share of the title or name that was found, by weight; 1.0 for codes.
    share: float = 1.0
    # A system's name that is part of a service's name; it does not choose between the service's systems.
    inner: bool = False

    @property
    def is_code(self) -> bool:
        """Whether it is a form symbol or the name of a system, looked up whole."""
        return self.how in {"form", "system"}

    @property
    def whole(self) -> bool:
        """Whether nothing of the name is missing."""
        return self.share >= 0.99
