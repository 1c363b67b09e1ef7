"""What mail programs write around a quotation: labels, verbs, rules, lines of their own.

Tables only. A word stands here in lower case, as the program of that language writes it; sources are the programs
themselves. Polish, English, Ukrainian, German, Czech and Russian are complete; neighbours of the customs trade follow.
"""

from enum import Enum, auto


def words(listed: str) -> frozenset[str]:
    """The words of a list such as "re|odp|aw"."""
    return frozenset(listed.split("|"))


class Label(Enum):
    """What a line of a quoted header tells."""

    FROM = auto()
    SENT = auto()
    TO = auto()
    COPY = auto()
    SUBJECT = auto()
    OTHER = auto()


_LABELS = {
    Label.FROM: "from|od|od kogo|nadawca|von|від|від кого|от|от кого|de|da|van|från|fra|lähettäjä|nuo|saatja|de la|"
    "feladó|kimden|gönderen|адпраўнік|ад|mittente|šalje|"
    "expeditorul|отправитель|відправник|差出人|发件人|寄件者|보낸 사람",
    Label.SENT: "sent|date|sent at|wysłano|wysłane|wysłana|wysłany|wyslano|wyslane|data|data wysłania|gesendet|"
    "gesendet am|datum|odesláno|odoslané|dátum|дата|надіслано|відправлено|отправлено|дата отправки|envoyé|"
    "envoyé le|enviado|enviado el|fecha|inviato|verzonden|skickat|sendt|dato|lähetetty|päivämäärä|išsiųsta|"
    "nosūtīts|saadetud|trimis|küldve|elküldve|gönderildi|gönderilme tarihi|tarih|"
    "enviada em|enviados|received|изпратено|送信日時|日付|发送时间|寄件日期|日期|보낸 날짜",
    Label.TO: "to|do|adresat|adresaci|an|komu|pro|кому|до|à|para|per|a|aan|till|til|vastaanottaja|kam|kellele|către|"
    "címzett|kime|alıcı|pour|pre|prima|destinatarul|adressaat|宛先|收件人|收件者|받는 사람",
    Label.COPY: "cc|dw|do wiadomości|kopia|bcc|udw|kopie|kópia|копія|копия|cci|kopija|kopi|kopio|másolatot kap|bilgi",
    Label.SUBJECT: "subject|temat|betreff|předmět|predmet|тема|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|"
    "tema|temats|teema|subiect|subiectul|tárgy|konu|sujet|naslov|относно|件名|主题|主旨|제목",
    Label.OTHER: "reply-to|reply to|odpowiedz do|odpowiedź do|antwort an|répondre à|"
    "responder a|antwoord aan|importance|ważność|wichtigkeit|priorität|"
    "priority|priorytet|attachments|załączniki|anlagen|anhang|přílohy|вкладення|вложения|organization|"
    "sensitivity|message-id|важность|важливість|důležitost",
}
# Label of a quoted header -> what it tells.
LABELS = {word: label for label, words in _LABELS.items() for word in words.split("|")}

# The last word of "... wrote:".
WROTE = words(
    "wrote|writes|said|sent|napisał(a)|nadesłał|nadesłał(a)|napisał/a|napisał|napisała|napisali|napisano|pisze|napisal(a)|napisal|napisala|napsal|"
    "napsala|napsal(a)|píše|napísal|napísala|napísal(a)|schrieb|geschrieben|написав|написала|написав(-ла)|"
    "написав(ла)|написал|написал(а)|написал(a)|пише|пишет|напісаў|écrit|escribió|escribio|escreveu|"
    "scritto|scrisse|skrev|följande|følgende|kirjoitti|rašė|parašė|rakstīja|kirjutas|scris|írta|yazdı|schreef|geschreven|viết|написа|έγραψε"
)
# The verb in the middle: "Am Fr., 20. Nov. 2026 um 10:12 Uhr schrieb Jan Kowalski:".
WROTE_INSIDE = (
    " napisał(a) ",
    " wrote on ",
    " ezt írta ",
    " schrieb ",
    " schreef ",
    " skrev ",
    " kirjoitti ",
    " kirjutas ",
    " napsal ",
    " napsal(a) ",
    " написал ",
    " scrisse ",
)
# Languages that write without blanks, or put a word behind the verb.
WROTE_GLUED = ("写道", "寫道", "のメール", "작성", "napisao je", "napisala je")

# How the line begins, when it does not begin with the date itself.
OPENERS = (
    "on ",
    "w dniu ",
    "dnia ",
    "am ",
    "dne ",
    "dňa ",
    "le ",
    "el ",
    "il ",
    "op ",
    "em ",
    "den ",
    "på ",
    "pe ",
    "în ",
    "at ",
    "no dia ",
    "in data ",
    "vào ",
    "на ",
    "в ",
    "στις ",
)
# Likewise, with the name first.
NAME_OPENERS = ("wiadomość napisana przez ", "użytkownik ", "sent from samsung mobile")
# Days of the week, short and long, before the date.
DAYS = words(
    "mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
    "pon|wt|śr|czw|pt|sob|niedz|nd|poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela|"
    "пн|вт|ср|чт|пт|сб|нд|вс|понеділок|вівторок|середа|четвер|п'ятниця|субота|неділя|"
    "понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|"
    "mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|"
    "po|út|st|čt|pá|ne|pondělí|úterý|středa|čtvrtek|pátek|neděle"
)
# Words between the date and the name.
BEFORE_NAME = words(
    "am|pm|a.m.|p.m.|at|o|r.|r|г.|р.|uhr|user|użytkownik|odesílatel|používateľ|пользователь|користувач|cet|cest|utc|"
    "gmt|est|edt|pst|pdt|msk|eet|schrieb|um|a|ha|hat|har|heeft|het|volgende|je"
)
# Of those, what programs write before the name of a person and people do not.
USER = words("user|użytkownik|odesílatel|používateľ|пользователь|користувач|utilizator|lietotājs")
# Particles of names that stand in lower case.
PARTICLES = frozenset(
    {"you", "von", "van", "de", "der", "den", "da", "di", "du", "la", "le", "via", "z", "zu", "of", "from"}
)

# Between rules: "-----Original Message-----". Everything below was written before.
ORIGINAL = words(
    "original message|original mail|original e-mail|original appointment|reply message|wiadomość oryginalna|"
    "oryginalna wiadomość|wiadomosc oryginalna|oryginalna wiadomosc|wiadomość pierwotna|pierwotna wiadomość|"
    "oryginalny e-mail|oryginalny mail|treść oryginalnej wiadomości|poprzednia wiadomość|treść wiadomości|"
    "oryginalne spotkanie|ursprüngliche nachricht|ursprungliche nachricht|originalnachricht|original-nachricht|"
    "antwort nachricht|původní zpráva|původní e-mail|puvodni zprava|pôvodná správa|оригінальне повідомлення|"
    "початкове повідомлення|вихідне повідомлення|оригінальний лист|исходное сообщение|оригинальное сообщение|"
    "исходное письмо|message d'origine|message d’origine|message original|mensaje original|mensagem original|"
    "messaggio originale|oorspronkelijk bericht|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|"
    "alkuperäinen viesti|pradinis laiškas|originalus laiškas|sākotnējais ziņojums|algne kiri|mesajul original|"
    "eredeti üzenet|orijinal mesaj|original besked|oprindelig besked|origineel bericht|"
    "mesaj original|mesajul inițial|orijinal i̇leti|izvorna poruka|原始邮件|原始郵件|元のメッセージ|원본 메시지"
)
# Likewise, above a mail that was passed on.
FORWARDED = words(
    "forwarded message|forwarded mail|forwarded by|begin forwarded message|wiadomość przekazana|przekazana wiadomość|"
    "wiadomosc przekazana|przekazana wiadomosc|treść przekazanej wiadomości|wiadomość przesłana dalej|"
    "przesłana wiadomość|przekazywana wiadomość|początek przekazywanej wiadomości|"
    "początek przekazanej wiadomości|weitergeleitete nachricht|anfang der weitergeleiteten nachricht|"
    "weitergeleitete mail|přeposlaná zpráva|přeposlaný e-mail|začátek přeposílané zprávy|preposlaná správa|"
    "переслане повідомлення|переадресоване повідомлення|початок переадресованого повідомлення|"
    "початок переадресованого листа|пересланный лист|пересылаемое сообщение|пересланное сообщение|"
    "перенаправленное сообщение|начало переадресованного сообщения|конец пересылаемого сообщения|"
    "message transféré|début du message réexpédié|mensaje reenviado|messaggio inoltrato|inizio messaggio inoltrato|"
    "doorgestuurd bericht|vidarebefordrat meddelande|videresendt meddelelse|persiųstas laiškas|továbbított üzenet|"
    "mesaj redirecționat|începe mesajul redirecționat|start på videresendt besked|anfang der weitergeleiteten e-mail|"
    "inicio del mensaje reenviado|välitetty viesti alkaa|välitetty viesti|edelleenlähetetty viesti|"
    "début du message transféré|message transmis|započni proslijeđenu poruku|proslijeđena poruka|"
    "továbbított levél kezdete|begin doorgestuurd bericht|videresendt melding|videresendt besked|"
    "início da mensagem reencaminhada|início da mensagem encaminhada|mensagem reencaminhada|mensagem encaminhada|"
    "začiatok preposlanej správy|vidarebefordrat mejl|i̇leti başlangıcı|ileti başlangıcı|i̇letilmiş mesaj|i̇letilen i̇leti|"
    "початок листа, що пересилається|перенаправлене повідомлення|wiadomość przekazana dalej|"
    "przekazana dalej wiadomość|treść przekazanej dalej wiadomości|转发的邮件|転送メッセージ"
)
# Lotus: "----- Forwarded by Jan Kowalski/FIRMA/PL on 20.11.2026 10:12 -----".
FORWARDED_BY = ("forwarded by ", "przekazane przez ", "przesłane przez ", "weitergeleitet von ", "przesłał dalej ")
# "##- Please type your reply above this line -##": everything below was written before.
REPLY_ABOVE = (
    "reply above this line",
    "powyżej tej linii",
    "oberhalb dieser zeile",
    "über dieser linie",
    "над цим рядком",
    "над этой строкой",
    "powyżej tego wiersza",
)

# Prefixes of the subject of an answer, and of a mail that was passed on.
ANSWERED = words("re|odp|ad|aw|antw|sv|vs|ref|відп|відповідь|ha|на|ответ|отв|vá|ynt|r|rif|res|atb|回复|回覆|답장")
PASSED_ON = words("fw|fwd|pd|przek|przekaż|wg|wl|tr|rv|enc|i|doorst|vb|vl|пер|пересл|перенапр|továbbítás|转发")
