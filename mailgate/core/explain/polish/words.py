"""Single words, as they stand inside a sentence."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, str] = MappingProxyType(
    {
        # Outcomes.
        "ticket": "zgłoszenie (ticket)",
        "append": "dopisanie do zgłoszenia (append)",
        "clarify": "pytanie do nadawcy (clarify)",
        "reject": "odmowa (reject)",
        "hold": "wstrzymanie do decyzji operatora (hold)",
        "ignore": "pominięcie (ignore)",
        # Trust.
        "forged": "sfałszowany",
        "claimed": "nieudowodniony",
        "proven": "udowodniony",
        # What a subject names.
        "service": "usługa",
        "system": "system",
        "several": "kilka usług",
        "nothing": "nic",
        # What spoke for a candidate.
        "title": "tytuł",
        "part": "część tytułu",
        "name": "nazwa",
        "form": "symbol formularza",
        "code": "symbol",
        "message": "symbol komunikatu",
        "body": "treść",
        "hint": "wskazówka",
        "chosen": "wybór nadawcy",
        # Kinds, environments, priorities.
        "incident": "awaria lub błąd",
        "information": "pytanie",
        "service_request": "wniosek o usługę",
        "production": "środowisko produkcyjne",
        "test": "środowisko testowe",
        "low": "niski",
        "normal": "zwykły",
        "high": "wysoki",
        # States.
        "open": "otwarte",
        "closed": "zamknięte",
        "held": "wstrzymane",
        "settled": "rozstrzygnięte",
        "expired": "przeterminowane",
        # Machines.
        "auto_reply": "autoodpowiedź",
        "bounce": "zwrot niedoręczonej wiadomości",
        "list": "lista dyskusyjna",
        "notification": "powiadomienie z systemu",
        "receipt": "potwierdzenie odczytu",
        # Scanners and relays.
        "clean": "nic nie znaleziono",
        "infected": "znaleziono zagrożenie",
        "too_large": "za duża do sprawdzenia",
        "heard": "jest",
        "missing": "brak",
        "silent": "brak, jak ostatnio w każdej wiadomości",
        "not asked for": "nie jest wymagany",
        # Places.
        "the subject": "temat",
        "the body": "treść",
        "its author": "nadawcy",
        "someone else": "kogoś innego",
        "yes": "tak",
        "no ": "nie",
        # Choices.
        "none": "żadna z usług",
        "unclear": "niejasne",
        # Reports of mail servers.
        "failed": "niedoręczona",
        "delayed": "opóźniona",
        "delivered": "doręczona",
    }
)
