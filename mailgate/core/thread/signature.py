"""Where the signature or disclaimer under a new text begins.

What is asked must never be cut, so a signature is only what is clearly one: everything under "-- ", the line of a
telephone or app, a closing formula near the end with a few short lines under it, a legal notice. In doubt it is new.
"""

import re

from mailgate.core.thread.clients import words

# A signature under a closing formula or a bare "--" has at most this many lines.
_MOST_LINES = 12
# Lines of a signature are no longer than this.
_LONGEST_LINE = 100
# Lines at the end in which a signature is looked for, and those of them that are not blank.
_LOOKED_AT = 50
_MOST_WRITTEN = 25

_DELIMITERS = frozenset({"--", "—", "––", "- -"})
_APP_START = (
    "sent from ", "sent via ", "sent with ", "get outlook for", "wysłane z ", "wysłano z ", "wysłane przez ",
    "wysłano przez ", "wyslane z ", "wyslano z ", "pobierz aplikację outlook", "pobierz program outlook",
    "uzyskaj aplikację outlook", "von meinem ", "gesendet mit ", "gesendet von ", "gesendet über ",
    "holen sie sich outlook", "outlook für ", "outlook for ", "odesláno z ", "odoslané z ", "získejte outlook",
    "надіслано з ", "відправлено з ", "отримати outlook", "отправлено с ", "отправлено из ", "отправлено от ",
    "скачать outlook", "скачайте outlook", "envoyé de", "envoyé depuis ", "enviado desde ", "enviado do ", "inviato da",
    "verzonden vanaf ", "verstuurd vanaf ", "skickat från ", "sendt fra ", "lähetetty ", "išsiųsta iš ", "nosūtīts no ",
)  # fmt: skip
_APP = re.compile(
    r"\b(?:i?phone|iphon\w*|ipad\w*|ios|android\w*|samsung\w*|galaxy|huawei|xiaomi|redmi|poco|oppo|motorola|nokia|lumia|"
    r"blackberry\w*|telefon\w*|smartfon\w*|smartphone|handy|mobil\w*|tablet\w*|urządzenia|outlook\w*|poczt\w+|mail\w*|"
    r"yahoo|gmail\w*|proton\w*|onet\w*|interi\w+|wp|o2|windows\w*|nine|spark|thunderbird|htc|sony|"
    r"xperia|lg|pixel|oneplus|honor|kindle|inbox|смартфон\w*|телефон\w*|почт\w+|пошт\w+|mobilu|aplikac\w+|app|acompli)\b",
    re.IGNORECASE,
)
_CLOSING_FIRST = words(
    "z|łączę|łącze|łączymy|pozdrawiam|pozdrawiamy|pozdrowienia|serdecznie|serdeczne|serdeczności|dziękuję|dziękuje|"
    "dziękujemy|dziekuje|dziekuję|zpoważaniem|best|kind|kindest|warm|regards|sincerely|yours|cheers|many|mit|mfg|"
    "freundliche|viele|beste|liebe|herzliche|schöne|з|із|с|щиро|хорошого|наилучшими|s|se|hezký|pěkný|děkuji|zdravím|"
    "с уважением|pagarbiai|su|ar|cordialement|bien|salutations|saludos|un|cordiali|distinti|met|vriendelijke|"
    "med|vänliga|hälsningar|mvh|hilsen|cu|z-poważaniem|thanks|thank|respectfully|podpisano"
)
_CLOSING = re.compile(
    r"(?:z (?:po[wv]a[zż]aniem|wyrazami|powa[zż]\.|uszanowaniem|(?:najlepszymi |serdecznymi )?(?:pozdrowieniami|"
    r"[zż]yczeniami)|szacunkiem|g[óo]ry (?:dzi[eę]kuj\w+) i pozdrawiam\w*)|[łl][aą]cz[eęy]\w* (?:wyrazy|pozdrowienia)|"
    r"(?:serdecznie |serdeczne )?(?:pozdrawiam\w*|pozdrowienia)|serdeczno[sś]ci|podpisano|"
    r"dzi[eę]kuj\w+ i pozdrawiam\w*|zpoważaniem|z-poważaniem|"
    r"(?:(?:with )?(?:best|kind|kindest|warm|many thanks and (?:best|kind))(?: \w+)? )?regards|best wishes|"
    r"(?:thanks|thank you)(?: and| &|,)? (?:best |kind )?regards|yours (?:sincerely|faithfully|truly)|"
    r"(?:sincerely|respectfully)(?: yours)?|cheers|"
    r"mit (?:freundlichen|besten|herzlichen|vielen|lieben) gr[uü](?:ß|ss)en|mfg|"
    r"(?:freundliche|viele|beste|liebe|herzliche|sch[öo]ne) gr[uü](?:ß|ss)e|"
    r"(?:з|із) (?:повагою|найкращими|вдячністю)|щиро ваш\w*|с уважением|с наилучшими|с благодарностью|"
    r"наилучшими пожеланиями|s (?:pozdravem|pozdravom|[úu]ctou|přátelským pozdravem|přáním)|"
    r"d[ěe]kuji a s pozdravem|zdravím|pagarbiai|su pagarba|ar cieņu|cordialement|bien (?:cordialement|à vous)|"
    r"salutations|saludos|un saludo|cordiali saluti|distinti saluti|met vriendelijke groet\w*|vriendelijke groet\w*|"
    r"med (?:vänliga|vennlig|venlig) \w+|vänliga hälsningar|mvh|(?:venlig )?hilsen|cu stimă)\b",
    re.IGNORECASE,
)
_PUNCTUATION = ',.!;:-–—*_"„('
_NOTICE_FIRST = words(
    "niniejsza|niniejszy|niniejsze|ta|przesłana|treść|zawartość|informacja|informacje|ten|uwaga|jeżeli|jeśli|"
    "administratorem|klauzula|zanim|pomyśl|prosimy|dbaj|chroń|sąd|kapitał|spółka|wpisana|wpisany|bez|wolna|wiadomość|"
    "this|the|any|if|email|e-mail|confidentiality|disclaimer|legal|please|virus-free|diese|dieses|der|tento|tato|"
    "obsah|це|цей|зміст|это|данное|настоящее"
)
_NOTICE = re.compile(
    r"[*_\s\"„(]{0,8}(?:(?:niniejsz[ayej]{1,2}|ta|przesłana) (?:wiadomość|korespondencja|e-?mail)|"
    r"(?:treść|zawartość) (?:tej|niniejszej) (?:wiadomości|korespondencji)|"
    r"informacj[ae] (?:zawart[ae]|przesłan[ae])? ?w (?:tej|niniejszej|tym)|ten e-?mail|uwaga[:!]? (?:ta|niniejsza)|"
    r"jeżeli nie (?:jest|są) (?:pan|państwo|zamierzonym|adresatem)|jeśli nie jest|"
    r"administratorem (?:pani|państwa|danych)|"
    r"klauzula (?:informacyjna|poufności)|zanim wydrukujesz|(?:pomyśl|prosimy pomyśleć|dbaj)\b|chroń środowisko|"
    r"sąd rejonowy|kapitał zakładowy|spółka (?:wpisana|zarejestrowana)|wpisan[ay] do (?:rejestru|krajowego)|"
    r"(?:bez|wolna od) wirusów|wiadomość (?:została )?(?:sprawdzona|przeskanowana)|"
    r"(?:this|the information in this|any|if you are not|e-?mail) .{0,40}(?:e-?mail|message|recipient|communication|"
    r"transmission|privileged|confidential)|confidentiality|disclaimer|legal notice|please consider|virus-free|"
    r"(?:diese|dieses|der inhalt dieser) .{0,20}(?:e-?mail|nachricht|mitteilung)|"
    r"(?:tento|tato|obsah této) .{0,20}(?:e-?mail|zpráva|zprávy)|"
    r"(?:це|цей|зміст цього) .{0,30}(?:повідомлення|лист)|(?:это|данное|настоящее) .{0,30}(?:сообщение|письмо))",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"poufn|adresat|tajemnic|wyłącznie|danych osobowych|RODO|2016/679|KRS|kapitał|wirus|virus|avast|drukuj|środowisk|"
    r"confidential|privileged|intended|recipient|vertraulich|empfänger|důvěrn|adresát|určen|конфіденц|конфиденц|адресат|"
    r"print|environment|NIP",
    re.IGNORECASE,
)
_PS = re.compile(r"p\.?\s?s\.?[\s:.,–-]", re.IGNORECASE)
_CONTACT = re.compile(
    r"[\d@/]|^(?:tel|fax|faks|kom|mob|ul|al|os|www|e-?mail|dzia[łl]|w imieniu|z up|wz|biuro)\b", re.IGNORECASE
)
# Words of whoever asks or tells; signatures have none of them.
_ASKS = words(
    "proszę|prosze|prosimy|prosiłbym|prosiłabym|prosilbym|prosilabym|nie|czy|jak|kiedy|dlaczego|mam|mamy|chcę|chce|chcemy|"
    "chciałbym|chciałabym|chcialbym|chcialabym|czekam|czekamy|błąd|blad|problem|please|how|when|not|can|need|bitte|nicht|"
    "прошу|просимо|не|як|как|чому|почему|prosím|není|nelze"
)
_BLANKED = str.maketrans(dict.fromkeys(',.;:!()"„”', " "))
_REGISTRY = re.compile(
    r"\b(?:KRS|NIP|REGON|HRB|IČO?|ЄДРПОУ|sąd rejonowy|kapitał zakładowy|z siedzibą|amtsgericht)\b", re.IGNORECASE
)
_IN_CLOSING = words(
    "serdecznie|gorąco|ciepło|i|oraz|życzę|życzymy|miłego|dnia|weekendu|w|imieniu|from|the|team|all|z|szacunku|"
    "szacunkiem|poważania|wyrazami|głębokiego|dużego|wielkim|prawdziwego"
)
_RULE = re.compile(r"[-_=*~#—–. \t]{3,}$")
_RULE_MARKS = tuple("-_=*~#—–")
_LIST_RULE = re.compile(r"_{20,}\s*$")
_QUESTION = re.compile(r"\?(?:\s|$)")


def signature_start(lines: list[str], start: int, end: int) -> int:
    """The line at which the signature of the new text lines[start:end] begins; `end` when it has none."""
    top = max(start, end - _LOOKED_AT)
    written = [at for at, text in enumerate(map(str.strip, lines[top:end]), top) if text][-_MOST_WRITTEN:]
    # Few lines begin with a word that a signature begins with; only they are looked at.
    begins = [(at, word) for at in written if (word := _first_word(lines[at])) in _FIRST_WORDS]
    first = end
    for looks, first_words in _LOOKS if begins else ():
        for at, word in begins:
            if at < first and word in first_words and looks(lines, written, written.index(at)):
                first = at
                written = [above for above in written if above < at]
                break
    return _with_rule_above(lines, written, first) if first < end else end


def _is_notice(lines: list[str], written: list[int], place: int) -> bool:
    """Whether a legal notice begins here."""
    at = written[place]
    if place and written[place - 1] == at - 1 and lines[at - 1][:1] not in _RULE_MARKS:
        return False  # inside a paragraph
    if not _NOTICE.match(lines[at][:200]):
        return False
    rest = " ".join(lines[below] for below in written[place:])[:20_000]
    return "?" not in rest and bool(_LEGAL.search(rest))


def _is_delimiter(lines: list[str], written: list[int], place: int) -> bool:
    """Whether it is "-- " (RFC 3676 section 4.3), one like it with a few lines under it, or Mailman's rule."""
    line = lines[written[place]]
    if _LIST_RULE.match(line[:80]):
        return any("mailing list" in lines[below] for below in written[place + 1 : place + 2])
    if line.strip() not in _DELIMITERS:
        return False
    under = _texts(lines, written[place + 1 :])
    return _is_clean(under) or (place > 0 and line == "-- " and not any(map(_QUESTION.search, under)))


def _is_app(lines: list[str], written: list[int], place: int) -> bool:
    """Whether a telephone or a mail program added the line: "Wysłane z iPhone'a"."""
    line = lines[written[place]].strip()[:300].partition("<")[0]
    if place < len(written) - 5 or not line.lower().startswith(_APP_START) or not _APP.search(line):
        return False
    return line.count(" ") < 9 and _is_clean(_texts(lines, written[place + 1 :]))


def _is_farewell(lines: list[str], written: list[int], place: int) -> bool:
    """Whether it is a closing formula with nothing under it but a name and how to reach it."""
    if place < len(written) - _MOST_LINES - 1:
        return False
    return _is_closing(lines[written[place]].strip()) and _is_clean(_texts(lines, written[place + 1 :]))


def _is_closing(line: str) -> bool:
    formula = _CLOSING.match(line) if len(line) <= _LONGEST_LINE else None
    if formula is None:
        return False
    more = [word.strip(",.!;:-–/()") for word in line[formula.end() :].split()]
    return len(more) <= 6 and not any(word and word[0].islower() and word.lower() not in _IN_CLOSING for word in more)


def _first_word(line: str) -> str:
    word = line[:60].split(None, 1)
    return word[0].strip(_PUNCTUATION).lower() if word else ""


def _texts(lines: list[str], places: list[int]) -> list[str]:
    return [lines[at].strip() for at in places[: _MOST_LINES + 1]]


def _is_clean(under: list[str]) -> bool:
    """Whether these lines can be a signature: few, short, and nothing asked or told in them."""
    if len(under) > _MOST_LINES:
        return False
    return not any(_is_prose(line, first=place == 0) for place, line in enumerate(under))


def _is_prose(line: str, *, first: bool) -> bool:
    spoken = line[:1000].lower().translate(_BLANKED).split()
    if first and len(spoken) <= 2 and "?" not in line:
        return False
    if "?" in line or not _ASKS.isdisjoint(spoken) or _PS.match(line):
        return True
    wordy = len(spoken) > 9 or (line[0].islower() and len(spoken) > 1)
    if len(line) > _LONGEST_LINE or (wordy and not _CONTACT.search(line)):
        return not _REGISTRY.search(line[:1000])
    return False


def _with_rule_above(lines: list[str], written: list[int], first: int) -> int:
    """The rule drawn above the signature, or the signature itself."""
    above = written[-1] if written else first
    return above if _RULE.match(lines[above].strip()[:80]) else first


# How a signature begins, in the order in which it is cut off from below; each with the first words it may have.
_LOOKS = (
    (_is_notice, _NOTICE_FIRST),
    (_is_delimiter, frozenset({""})),
    (_is_app, frozenset(start.partition(" ")[0] for start in _APP_START)),
    (_is_farewell, _CLOSING_FIRST),
)
_FIRST_WORDS = frozenset().union(*(first_words for _, first_words in _LOOKS))
