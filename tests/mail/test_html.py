"""HTML as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgate.core.mail.defects import Defects
from mailgate.core.mail.html import MAX_DEPTH, read_html
from tests.mail.mails import mail, patient, read_bytes


def test_a_mail_of_outlook_reads_like_a_letter():
    assert mail("html-only-outlook").text == (
        "Dzień dobry,\n\n"
        "zgłoszenie w AES zostało odrzucone, opis na naszej stronie:\n\n"
        "MRN  Komunikat\n26PL445000E0012345  CC515C <błąd>\n\n"
        "- wysłane o 8:15\n- odrzucone o 8:16\n\n"
        "> Prosimy o numer.\n> Help Desk\n\n"
        "Jan Kowalski"
    )


def test_html_may_name_its_own_charset():
    read = mail("html-names-its-own-charset")
    assert read.text == "Zgłoszenie się nie wczytało, źródło: ąęśćżźńół"
    assert read.defects == ()


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("a<br>\nb<br/>c", "a\nb\nc"),
        ("<b>a</b> <i>b</i><span>c</span>", "a bc"),
        ("<ol><li>a<li>b</ol><ul><li>c</ul>", "1. a\n2. b\n\n- c"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("a<hr>b", f"a\n{'_' * 32}\nb"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n>\n>> b\n\nc"),
        ('<blockquote style="border: none">a</blockquote>', "a"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>", "1  2\n3  4"),
        ("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "a\n\nb\n\nc"),
        ("<style>x</style><script>y</script><title>z</title>a", "a"),
        ('<div style="display: none">x<p>y</p></div><p hidden>z</p>a', "a"),
        ("<!-- x --><!--[if mso]>y<![endif]-->a", "a"),
        ("&oacute;&#322;&lt;b&gt;&nbsp;c", "ół<b> c"),
        ('<a href="https://x.example">tu</a>', "tu"),
        ("a < b i c > d", "a < b i c > d"),
        ("no tags", "no tags"),
        ("<p", ""),
        ("", ""),
        ('<img src="data:image/png;base64,AAAA" alt="x">a', "a"),
    ],
)
def test_marks_become_lines(html, text):
    assert read_html(html, Defects()) == text


def test_a_thousand_open_tags_hide_no_text():
    assert read_html("<font>" * 1000 + "Dzień dobry", Defects()) == "Dzień dobry"


def test_a_wide_cell_does_not_blow_up_the_table():
    html = f"<table><tr><td>{'x' * 10_000}</td></tr>{'<tr><td>a</td></tr>' * 1000}</table>"
    assert len(read_html(html, Defects())) < len(html)


def test_deep_quotation_is_marked_up_to_a_limit():
    assert read_html("<blockquote>" * 500 + "a", Defects()) == f"{'>' * MAX_DEPTH} a"


def test_an_image_written_out_in_the_text_does_not_hide_it():
    image = b'<img src="data:image/png;base64,' + b"A" * 6_000_000 + b'">'
    read = read_bytes(b"Content-Type: text/html; charset=utf-8\r\n\r\n" + image + "<p>Dzień dobry</p>".encode())
    assert read.text == "Dzień dobry"


@given(st.text(alphabet=st.sampled_from("<>/=\"' apbrtdlioquhve!-&;#x0\n\xa0"), max_size=300))
@patient
def test_no_heap_of_signs_breaks_it(html):
    read_html(html, Defects()).encode()
