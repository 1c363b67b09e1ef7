"""What never changes the service: case, diacritics, prefixes, spacing, a signature; and what never makes another."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mailgate.core.catalogue import Service
from mailgate.core.words import fold, stem, words_of
from tests.service.book import book, named

SERVICES = book().catalogue.services
_TITLES = sorted((service.title, service.id) for service in SERVICES.values())
_TITLES_IN_ALL_LANGUAGES = sorted((t, s.id) for s in SERVICES.values() for t in (s.title, s.title_en) if t)
# Titles and names in any language, and form symbols: whatever an operator wrote into the catalogue.
_ALL = sorted({text for s in SERVICES.values() for text in (s.title, s.title_en, *s.names, *s.forms) if text})
_STEMS = frozenset(stem(word.folded) for text in _ALL for word in words_of(text))
texts = st.sampled_from(_ALL)


def right_for(service: Service) -> set[str]:
    """What a subject may name that means this service: itself, or one of its systems."""
    return {service.id, *(f"system:{system}" for system in service.systems)}


@pytest.mark.parametrize(("title", "service"), _TITLES)
def test_every_title_of_the_catalogue_names_its_service(title, service):
    assert named(title) in {service, f"system:{SERVICES[service].system}"}


@settings(max_examples=200, deadline=None)
@given(texts, st.lists(st.sampled_from(["Re: ", "Odp: ", "PD: FW: ", "[EXTERNAL] ", "PILNE: ", "NOWE – "]), max_size=4))
def test_prefixes_never_change_the_service(text, prefixes):
    assert named("".join(prefixes) + text) == named(text)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(_TITLES_IN_ALL_LANGUAGES), st.sampled_from([str.upper, str.lower, str.swapcase, fold]))
def test_case_and_diacritics_never_change_the_service(title, change):
    assert named(change(title[0])) == named(title[0])


@settings(max_examples=200, deadline=None)
@given(texts, st.sampled_from(["  ", "   ", "\t", "\u00a0", " \u200b"]))
def test_spacing_never_changes_the_service(text, blank):
    assert named(f"{blank}{text.replace(' ', blank)}{blank}") == named(text)


@settings(max_examples=100, deadline=None)
@given(texts, st.sampled_from(["INTRASTAT, AES i SENT", "akcyzy i hazardu", "e-Booking TRUCK", "importu"]))
def test_a_signature_never_changes_the_service(text, trade):
    body = "Proszę o pomoc."
    assert named(text, f"{body}\n\n-- \nPozdrawiam\nJan Kowalski\nspecjalista ds. {trade}") == named(text, body)


@st.composite
def slips(draw):
    """A title with one slip in a long word: two letters swapped, one left out, doubled, or another for it."""
    title, service = draw(st.sampled_from(_TITLES_IN_ALL_LANGUAGES))
    words = title.split(" ")
    long = [at for at, word in enumerate(words) if len(word) >= 8 and word.isalpha()]
    if not long:
        return title, service
    at = draw(st.sampled_from(long))
    word = words[at]
    place = draw(st.integers(1, len(word) - 2))
    head, letter, tail = word[:place], word[place], word[place + 1 :]
    other = draw(st.sampled_from("aeiorstnwz"))
    written = (head + tail[0] + letter + tail[1:], head + tail, head + letter * 2 + tail, head + other + tail)
    words[at] = draw(st.sampled_from(written))
    # "upoważniowego" is a form of another word that we know, and no slip.
    assume(stem(fold(words[at])) not in _STEMS - {stem(fold(word))})
    return " ".join(words), service


@settings(max_examples=500, deadline=None)
@given(slips())
def test_a_typo_in_a_long_word_never_makes_another_service(slip):
    subject, service = slip
    assert named(subject) in {*right_for(SERVICES[service]), "nothing", "several"}
