"""What the explanation says itself. Both sides of a line have the same slots (a test sees to it)."""

from collections.abc import Mapping
from types import MappingProxyType

# Labels; at most nine letters.
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "": "",
        "From": "Od",
        "Subject": "Temat",
        "Says": "Treść",
        "Scanner": "Skaner",
        "Machine": "Automat",
        "Files": "Pliki",
        "Damage": "Usterki",
        "Answers": "Odpowiada",
        "Chooses": "Wybiera",
        "Becomes": "Wynik",
        "Why": "Dlaczego",
        "Saw": "Stwierdza",
        "Matter": "Sprawa",
        "Service": "Usługa",
        "System": "System",
        "Goes on": "Nawiązuje",
        "Desk": "Właściwy",
        "Labels": "Dalej",
        "Names": "W temacie",
        "Letter": "List",
        "Notice": "Komunikat",
        "Instead": "Inaczej",
        "Rules": "Reguły",
        "Cues": "Sygnały",
        "Text": "Tekst",
        "Then": "Wtedy",
    }
)

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "{authors}; {trust}: {evidence}": "{authors}; nadawca {trust}: {evidence}",
        "nobody": "nikt",
        "no PUESC login": "nie ma loginu PUESC",
        "PUESC login": "ma login PUESC",
        "PUESC login, blocked": "ma login PUESC, zablokowany",
        "CSD history": "korzystał już z CSD",
        "no CSD history": "nie korzystał jeszcze z CSD",
        "letter {id} to {recipient} came back": "list {id} do {recipient} wrócił",
        "answers {ticket}, {status}": "odpowiada na {ticket} ({status})",
        "(none)": "(brak)",
        "{machine}, by {evidence}": "{machine}; rozpoznano po: {evidence}",
        "no address named": "bez adresu",
        "for good": "na stałe",
        "and {count} more": "i jeszcze {count}",
        "{type}, looks like {looks}": "{type}, wygląda na {looks}",
        "{name} ({kind}, {size:,} bytes)": "{name} ({kind}, {size:,} B)",
        "our question about message {message} ({reason}), asked once, {state}": (
            "na nasze pytanie o wiadomość {message} ({reason}), zadane raz; {state}"
        ),
        "our question about message {message} ({reason}), asked {times} times, {state}": (
            "na nasze pytanie o wiadomość {message} ({reason}), zadane {times} razy; {state}"
        ),
        "nothing; the question was put to someone else": "nic; pytanie zadaliśmy komuś innemu",
        "{outcome}, by rule {rule} ({source})": "{outcome}; rozstrzygnęła reguła {rule} ({source})",
        "{outcome}, by {rule}": "{outcome}; powód: {rule}",
        "from {ticket}": "do {ticket}",
        "queue {queue}": "kolejka {queue}",
        "priority {priority}": "priorytet {priority}",
        "{named}; the best candidate leads by {margin:.2f}": "{named}; najlepsza prowadzi o {margin:.2f}",
        "{place}. {score:.2f} {what}, by {words}": "{place}. {score:.2f} {what}, bo: {words}",
        "system {system}": "system {system}",
        "{service} of {system}": "{service} w systemie {system}",
        '{template}, to {to}: "{subject}"': "{template}, do {to}: „{subject}”",
        "none; {silence}": "nie ma; {silence}",
        "the rule asks for none": "reguła żadnego nie przewiduje",
        "none": "nie ma",
        '{id}, about {about}, until {until} UTC: "{text}"': "{id}, dotyczy {about}, do {until} UTC: „{text}”",
        "{mark} {rule} ({source}): {saw}": "{mark} {rule} ({source}): {saw}",
        "{weight:+.1f} {speaks_for}{words} in the subject ({source})": (
            "{weight:+.1f} {speaks_for}{words} w temacie ({source})"
        ),
        "{weight:+.1f} {speaks_for}{words} in the body ({source})": (
            "{weight:+.1f} {speaks_for}{words} w treści ({source})"
        ),
        ' by "{words}"': ": „{words}”",
        # What if.
        "{became}, had {parts}": "{became}, gdyby {parts}",
        "and": "i",
        "no small change would have led elsewhere": "żadna drobna zmiana nie dałaby innego wyniku",
        "{count} more with --all": "z opcją --all jeszcze {count}",
        "the sender been proven": "nadawca był udowodniony",
        "the sender been claimed only": "nadawca nie był udowodniony",
        "the sender a PUESC login": "nadawca miał login PUESC",
        "the sender's account not been blocked": "konto nadawcy nie było zablokowane",
        "the sender a CSD history": "nadawca korzystał już z CSD",
        "the sender no CSD history": "nadawca nie korzystał jeszcze z CSD",
        "the sender no PUESC login": "nadawca nie miał loginu PUESC",
        "the subject held `{0}`": "w temacie było „{0}”",
        "the subject named a service or system, for example `{0}`": (
            "temat nazywał usługę albo system, na przykład „{0}”"
        ),
        "the subject named only `{0}`": "temat nazywał tylko „{0}”",
        "the subject not held `{0}`": "w temacie nie było „{0}”",
        "it not said `{0}`": "nie było słów „{0}”",
        "a person written it": "napisał to człowiek",
        "the scanner found nothing": "skaner niczego nie znalazł",
        "{0} been open": "zgłoszenie {0} było otwarte",
        "{0} been closed": "zgłoszenie {0} było zamknięte",
        "it not answered {0}": "nie była to odpowiedź na {0}",
        "it not answered our question about message {0}": "nie była to odpowiedź na nasze pytanie o wiadomość {0}",
        "rule {0} ({1}) stood before {2} ({3})": "reguła {0} ({1}) stała przed {2} ({3})",
        "{outcome} ({reason})": "{outcome}, powód {reason}",
        "{outcome} ({reason}), {where}": "{outcome}, powód {reason}; {where}",
        # As it was then.
        "recorded is {outcome} ({reason}), decided on {when} UTC by {who}": (
            "w rejestrze jest: {outcome}, powód {reason} (z {when} UTC, podjął: {who})"
        ),
    }
)
