"""Answers in HTML, in the markup with which mail programs set a quotation off: their quotation must survive as text."""

from datetime import UTC, datetime

import pytest

from mailgate.core.mail import Envelope, RawMessage
from mailgate.core.mail.read import read
from mailgate.core.thread import Thread, follow

DESK = 'Help Desk SISC &lt;<a href="mailto:helpdesk-eclo@mf.gov.pl">helpdesk-eclo@mf.gov.pl</a>&gt;'
EARLIER = "Dzień dobry,<br>prosimy o numer MRN.<br><br>Help Desk SISC"
SIGNED = "Pozdrawiam<br>Jan Kowalski"
ANSWERS = ["Dzień dobry,<br><br>numer to 26PL402010E0033471.", "Nadal nie działa.", "Tak, proszę zamknąć"]

# NEW, SIGNED and EARLIER stand where the author's words, the signature and the quoted mail go.
PROGRAMS = {
    "outlook": '<html xmlns:o="urn:x"><body lang=PL><div class=WordSection1><p class=MsoNormal>NEW<o:p></o:p></p>'
    "<p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>SIGNED<o:p></o:p></p><div>"
    '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class=MsoNormal><b>From:</b> '
    "DESK <br><b>Sent:</b> Friday, November 20, 2026 10:12 AM<br><b>To:</b> Jan Kowalski<br><b>Subject:</b> AES<o:p>"
    "</o:p></p></div></div><p class=MsoNormal>EARLIER<o:p></o:p></p></div></body></html>",
    "outlook in Polish": "<html><body><div class=WordSection1><p class=MsoNormal>NEW</p><p class=MsoNormal>SIGNED</p>"
    '<div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class=MsoNormal><b>Od:</b> '
    "Help Desk SISC [mailto:helpdesk-eclo@mf.gov.pl] <br><b>Wysłano:</b> piątek, 20 listopada 2026 10:12<br><b>Do:</b> "
    "Jan Kowalski<br><b>Temat:</b> AES</p></div><p class=MsoNormal>EARLIER</p></div></body></html>",
    "outlook on the web": '<html><body dir="ltr"><div>NEW</div><div><br></div><div id="Signature">SIGNED</div>'
    '<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" '
    'dir="ltr"><font><b>Od:</b> DESK<br><b>Wysłane:</b> piątek, 20 listopada 2026 10:12<br><b>Do:</b> Jan<br>'
    "<b>Temat:</b> AES</font><div>&nbsp;</div></div><div>EARLIER</div></body></html>",
    "new outlook": '<html><body><div class="elementToProof">NEW</div><div id="Signature" class="elementToProof">SIGNED'
    '</div><div id="mail-editor-reference-message-container"><hr style="display: inline-block; width: 98%;"><div '
    'id="divRplyFwdMsg"><b>From:</b>&nbsp;DESK<br><b>Sent:</b>&nbsp;Friday, November 20, 2026 10:12<br><b>To:</b>'
    "&nbsp;Jan<br><b>Subject:</b>&nbsp;AES</div><div>EARLIER</div></div></body></html>",
    "gmail": '<div dir="ltr">NEW<div><br></div><div>SIGNED</div></div><br><div class="gmail_quote">'
    '<div dir="ltr" class="gmail_attr">pt., 20 lis 2026 o 10:12 DESK napisał(a):<br></div><blockquote '
    'class="gmail_quote" style="margin:0 0 0 0.8ex;border-left:1px solid rgb(204,204,204)">EARLIER</blockquote></div>',
    "gmail on Android": '<div dir="auto">NEW<div dir="auto"><br></div><div dir="auto">SIGNED</div></div><br><div '
    'class="gmail_quote"><div dir="ltr" class="gmail_attr">pt., 20 lis 2026, 10:12 użytkownik DESK napisał:<br></div>'
    '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">EARLIER</blockquote></div>',
    "thunderbird": '<html><body><p>NEW</p><p>SIGNED</p><div class="moz-cite-prefix">W dniu 20.11.2026 o 10:12, Help '
    'Desk SISC pisze:<br></div><blockquote type="cite" cite="mid:x@y"><p>EARLIER</p></blockquote></body></html>',
    "thunderbird, answered below": '<html><body><div class="moz-cite-prefix">W dniu 20.11.2026 o 10:12, Help Desk SISC '
    'pisze:<br></div><blockquote type="cite" cite="mid:x@y"><p>EARLIER</p></blockquote><p>NEW</p><p>SIGNED</p></body>'
    "</html>",
    "apple mail": "<html><body><div>NEW</div><div><br></div><div>SIGNED</div><br><div><br><blockquote type='cite'><div>"
    "Wiadomość napisana przez DESK w dniu 20 lis 2026, o godz. 10:12:</div><br class='Apple-interchange-newline'><div>"
    "EARLIER</div></blockquote></div></body></html>",
    "samsung": "<html><body><div>NEW</div><div>SIGNED</div><div><br></div><div>-------- Oryginalna wiadomość --------"
    "</div><div>Od: DESK </div><div>Data: 20.11.2026  10:12  (GMT+01:00) </div><div>Do: jan@firma.example </div>"
    "<div>Temat: AES </div><div><br></div>EARLIER</body></html>",
    "onet": "<div>NEW</div><div>SIGNED</div><div><br></div><div>W dniu 2026-11-20 10:12:33 użytkownik DESK "
    'napisał:</div><blockquote style="margin-left:7px; border-left: solid 2px #0055ee">EARLIER</blockquote>',
    "wp": '<div class="nh_sender_text">NEW<br>SIGNED<br></div><div class="nh_extra"><p>Dnia 20 listopada 2026 10:12 '
    'DESK napisał(a):</p><blockquote class="nh_quote">EARLIER</blockquote></div>',
    "interia": '<p>NEW</p><p>SIGNED</p><hr><p><strong>Od:</strong> "Help Desk SISC" &lt;helpdesk-eclo@mf.gov.pl&gt;<br>'
    "<strong>Do:</strong> jan@interia.example; <br><strong>Wysłane:</strong> 10:12 Piątek 2026-11-20<br><strong>Temat:"
    "</strong> AES</p><blockquote>EARLIER</blockquote>",
    "roundcube": '<html><body><p>NEW</p><div id="signature">---<br>SIGNED</div><p id="reply-intro">W dniu 2026-11-20 '
    '10:12, Help Desk SISC napisał(a):</p><blockquote type="cite" style="border-left: #1010ff 2px solid">EARLIER'
    "</blockquote></body></html>",
    "zimbra": '<html><body><div>NEW<br></div><div>SIGNED</div><hr id="zwchr"><div data-marker="__HEADERS__"><b>Od: </b>'
    "DESK<br><b>Do: </b>Jan<br><b>Wysłane: </b>piątek, 20 listopad 2026 10:12:33<br><b>Temat: </b>AES<br></div><div "
    'data-marker="__QUOTED_TEXT__">EARLIER</div></body></html>',
    "lotus notes": "<span>NEW</span><br><br>SIGNED<br><br><br><span>Od: &nbsp; &nbsp;</span><span>DESK</span><br><span>"
    "Do: &nbsp; &nbsp;</span><span>jan@firma.example</span><br><span>Data: &nbsp; &nbsp;</span><span>2026-11-20 10:12"
    "</span><br><span>Temat: &nbsp; &nbsp;</span><span>AES</span><br><hr noshade><br><br>EARLIER",
}


def thread(html: str) -> Thread:
    head = "Subject: Re: AES\nFrom: jan@firma.example\nIn-Reply-To: <mg.1@mailgate.localhost>\n"
    content = f"{head}Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{html}".encode()
    message = RawMessage(content=content, envelope=Envelope(source="file"), received_at=datetime.now(UTC))
    return follow(read(message), "ZGL")


def written(text: str) -> list[str]:
    return [line.strip() for line in text.replace("<br>", "\n").split("\n") if line.strip()]


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("program", PROGRAMS)
def test_an_answer_in_html_is_told_from_what_it_answers(program: str, answer: str):
    html = PROGRAMS[program].replace("NEW", answer).replace("SIGNED", SIGNED).replace("DESK", DESK)
    found = thread(html.replace("EARLIER", EARLIER))
    assert written(found.new_text) == written(answer)
    assert written(found.signature)[-2:] == written(SIGNED)
    assert "prosimy o numer MRN." in found.quotation
