"""What never changes the service: case, diacritics, prefixes, spacing, a signature; and what never makes another."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgate.core.words import fold
from tests.service.book import book, named

_TITLES = sorted((service.title, service.id) for service in book().catalogue.services.values())
_NAMED = {title: named(title) for title, _ in _TITLES}


@pytest.mark.parametrize(("title", "service"), _TITLES)
def test_every_title_of_the_catalogue_names_its_service(title, service):
    assert named(title) in {service, f"system:{book().catalogue.services[service].system}"}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_TITLES), st.sampled_from(["Re: ", "Odp: ", "PD: FW: ", "[EXTERNAL] ", "PILNE: ", "NOWE – "]))
def test_a_prefix_never_changes_the_service(title, prefix):
    assert named(prefix + title[0]) == _NAMED[title[0]]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_TITLES), st.sampled_from([str.upper, str.lower, fold]))
def test_case_and_diacritics_never_change_the_service(title, change):
    assert named(change(title[0])) == _NAMED[title[0]]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(_TITLES), st.integers(1, 4))
def test_spacing_never_changes_the_service(title, blanks):
    assert named(f"  {title[0].replace(' ', ' ' * blanks)} ") == _NAMED[title[0]]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(_TITLES))
def test_a_signature_never_changes_the_service(title):
    assert named(title[0], "Pozdrawiam\nJan Kowalski\nspecjalista ds. INTRASTAT, AES i SENT") == _NAMED[title[0]]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(_TITLES), st.data())
def test_a_typo_in_a_long_word_never_makes_another_service(title, data):
    words = title[0].split(" ")
    long = [at for at, word in enumerate(words) if len(word) >= 8 and word.isalpha()]
    if not long:
        return
    at = data.draw(st.sampled_from(long))
    place = data.draw(st.integers(1, len(words[at]) - 2))
    letters = list(words[at])
    letters[place], letters[place + 1] = letters[place + 1], letters[place]
    words[at] = "".join(letters)
    became = named(" ".join(words))
    right = {title[1], f"system:{book().catalogue.services[title[1]].system}", "nothing", "several"}
    assert became in right
