"""What machines say, in the languages that reach the desk.

Each cue has patterns for the subject, for the text, or for both: RE2 without case, one alternative to a line or several
with "|" between them. A letter with a diacritic stands also for the bare one, "…" for anything up to the end of the
sentence, "⋯" for anything up to the end of the paragraph, "START " for the beginning, behind a tag. They are
tables and nothing else: what a cue proves is decided elsewhere.
"""

from enum import Enum, auto


class Cue(Enum):
    """What a phrase speaks for."""

    # Subject: shapes that only responders write. Text: "this is an automatic reply".
    AUTO_REPLY = auto()
    # Somebody is away. In a subject that proves nothing.
    AWAY = auto()
    # What absent people add: who stands in for them in urgent matters.
    STAND_IN = auto()
    # Likewise: that they will answer when they are back.
    BACK = auto()
    # A letter could not be delivered.
    BOUNCE = auto()
    # Not delivered yet.
    DELAY = auto()
    # It will never be: unknown, refused, closed.
    FOR_GOOD = auto()
    # A letter was read, shown or deleted.
    READ = auto()
    # An invitation was answered.
    INVITATION = auto()
    # A help desk has taken a mail in, and says so to whoever wrote it.
    RECEIVED = auto()
    # Likewise, in words that people use as well.
    REGISTERED = auto()
    # Prove that you are human.
    CHALLENGE = auto()
    # Written by a programme.
    GENERATED = auto()
    # Answers are not read.
    NO_ANSWER = auto()
    # How to leave a mailing list.
    UNSUBSCRIBE = auto()
    # Reports of programmes to administrators.
    REPORT = auto()


SUBJECT: dict[Cue, str] = {
    Cue.AUTO_REPLY: r"""
        START auto: ⋯(office|leave|away|vacation|nieobecn|urlop|biur|abwesen|reply|response)
        START [\[(]?(
            odpowiedź automatyczna|automatyczna odpowiedź|auto-?odpowiedź|odpowiedź autorespondera|autoresponder
            automatic reply|auto[ -]?reply|automated (reply|response)|auto[ -]?respon[sd]er?
            out of (the )?office (auto[ -]?reply|reply|response)|automatische antwort|automatisierte antwort
            abwesenheitsnotiz|abwesenheitsbenachrichtigung|abwesenheitsmeldung|abwesenheitsassistent
            automatická odpověď|automatická odpoveď|автоматична відповідь|автовідповідь|автоответ
            автоматический ответ|réponse automatique|respuesta automática|risposta automatica|resposta automática
            automatisch antwoord|autosvar|automatiskt svar|automatisk svar|automaattinen vastaus
            automatinis atsakymas|automātiskā atbilde|automaatvastus|automatikus válasz|răspuns automat
            otomatik yanıt|自動応答|自動返信|自动回复|자동 회신|vacation (reply|response|message)
            (powiadomienie|informacja) o nieobecności
            out of (the )?office|ooo
        )( ?[:\])(–—-]|\s*$| (from|od|von|de|від|от) | (re|odp|aw|fwd?) ?:)
    """,
    Cue.AWAY: r"""
        \b(
            nieobecn\w+|poza biurem|nie ma mnie|urlop\w*|zwolnieni\w lekarski\w+|out of (the )?office|ooo
            not in the office|on (annual |sick |maternity )?leave|on vacation|away from|abwesen\w+|nicht im (büro|haus)
            im urlaub|nepřítom\w+|mimo kancelář|na dovolené|absent|ausente|fuori (ufficio|sede)|afwezig\w*|frånvar\w+
            fravær\w*
        )\b
        відсутн|відпустк|поза офісом|отсутств|отпуск|вне офиса
    """,
    Cue.BOUNCE: r"""
        START (
            undeliver(able|ed)|mail (delivery|system) (fail\w*|error|problem|subsystem|warning)|mail error
            (e-?mail|mail|message) (could not|cannot|can't|couldn't) be delivered
            mail[ -]?delivery[ -]?(fail|status|notification)
            delivery (status )?(notification|fail\w+|report|problem)|failed (mail )?delivery|fail(ure|ed) notice
            failure delivery|returned (e-?)?mail|(e-?)?mail returned|non[ -]?delivery
            message (undeliver\w+|not delivered|delivery)|delivery has failed|warning: (could not|message)
            (delayed|undelivered) mail|delivery delayed|(message|mail) (delivery )?(is )?delayed|niedostarcz\w+
            nie dostarczono|nie można dostarczyć|wiadomość (nie została dostarczona|nie ?dostarczona)
            powiadomienie o (stanie|statusie|niedostarczeniu|opóźnieniu)|zwrot (wiadomości|poczty|e-?maila)
            (błąd|problem|opóźnienie|nieudane) (podczas |z |w )?(dostarcz|doręcz)\w+|raport (o|z) (nie)?dostarcz\w+
            unzustellbar|nicht zustellbar|(benachrichtigung|benachrichtung) zum übermittlungsstatus
            (mail)?zustellung|fehler bei der zustellung|nedoručiteln\w+|nedoručen\w+
            zpráva nebyla doručena|nedoručiteľn\w+|недоставлен\w+|не доставлен\w+|неможливо доставити
            не вдалося доставити|не удалось доставить|невозможно доставить|échec de|non remis|non distribu
            no se (puede|pudo|ha podido) entregar|no entregado|mancat[oa] (consegna|recapito)|impossibile recapitare
            onbestelbaar|kan inte levereras|olevererbar|kan ikke leveres|uleverbar|nepristatyt\w+|falha na entrega
            não entregue|kézbesíthetetlen
        )
        (無法投遞|退信|配信不能|配信できません)
    """,
    Cue.READ: r"""
        START (
            (nie ?)?przeczytan[oay]|(nie ?)?odczytan[oay]|usunięt[oay] bez (od|prze)czytania|(not )?read|gelesen
            (ungelesen|nicht gelesen)|(ne)?přečteno|(ne)?prečítané|(не ?)?прочитано|(не ?)?прочтено|(non )?lu
            (no )?leído|(non )?letto|gelezen|läst|lest|luettu|skaityta|citit|okundu|(return|read) receipt
            potwierdzenie (przeczytania|odczytu|odczytania|odbioru|wyświetlenia|otwarcia)|lesebestätigung
            potvrzení o přečtení|підтвердження прочитання|уведомление о прочтении|avis de lecture
            confirmación de lectura|ricevuta di ritorno
        )( \w+)? ?([:(–-]|$)
    """,
    Cue.INVITATION: r"""
        START (
            zaakceptowan[oae]|odrzucon[oae]|odmówion[oae]|wstępnie (zaakceptowan[oae]|przyjęt[oae])|niepewne
            przyjęto|nowa proponowana godzina|propozycja nowej godziny|accepted|declined|tentative(ly accepted)?
            new time proposed|zugesagt|abgelehnt|mit vorbehalt( angenommen)?|unter vorbehalt|angenommen|přijato
            odmítnuto|nezávazně|прийнято|відхилено|під питанням|принято|отклонено|под вопросом|accepté|refusé
            aceptado|rechazado|accettato|rifiutato|geaccepteerd|geweigerd
        )( [^:]{1,30})? ?:
    """,
    Cue.RECEIVED: r"""
        potwierdzenie (przyjęcia|otrzymania|rejestracji|zarejestrowania|utworzenia|wpływu) (
            zgłoszenia|wiadomości|sprawy|zapytania|korespondencji|e-?maila|reklamacji
        )
        (zgłoszenie|sprawa) (nr|numer|#) ?\S+ …(zarejestrowan|utworzon|przyjęt)
        \b(ticket|request|case|incident)\b…(received|created|opened|registered|logged|erstellt|eröffnet)
        received your|dziękujemy za (zgłoszenie|kontakt)|eingangsbestätigung
        (otrzymaliśmy|przyjęliśmy|zarejestrowaliśmy|przyjęto|zarejestrowano|wpłynęło) (\w+ ){0,2}(
            zgłoszenie|zapytanie|wiadomość|e-?mail|reklamacj[ęa]|wniosek|spraw[ęa]
        )
        (ihre|deine) (anfrage|nachricht|meldung) (ist|wurde|haben)|wir haben ihre (anfrage|nachricht|meldung)
        thank you for (contacting|your (request|e-?mail|message|enquiry|inquiry))
        \[(ticket|case|request|incident|sprawa|zgłoszenie|sr|inc|req) ?[#:]? ?[\w-]{2,20}\]|ticket ?#
    """,
    Cue.CHALLENGE: r"""
        (please )?(confirm|verify) your (e-?mail|message|address)|confirmation required|action required to deliver
        potwierdź (swoją wiadomość|nadawcę|wysłanie)|wymagane potwierdzenie nadawcy|sender verification
        your message (is|was) (held|quarantined)
    """,
    Cue.REPORT: r"""
        ^ ?report domain: |^\[?(cron|nagios|zabbix|icinga|prtg|monit|grafana|jenkins|gitlab)\b|^cron <
        \b(problem|recovery) (host|service) alert\b|^logwatch for
    """,
}

TEXT: dict[Cue, str] = {
    Cue.AUTO_REPLY: r"""
        (to jest|jest to|niniejsza) odpowiedź (automatyczna|wygenerowana automatycznie)
        to jest automatyczna odpowiedź|odpowiedź (automatyczna|autorespondera)\b…nie odpowiada
        this is an automat(ed|ic) (reply|response|acknowledg\w+|out of office)
        dies ist eine automatische (antwort|nachricht)|toto je automatická odpověď|це автоматична відповідь
        это автоматический ответ|réponse automatique
    """,
    Cue.AWAY: r"""
        \b(jestem|będę|przebywam|pozostaję|znajduję się) (obecnie |aktualnie |teraz )?(
            ((do|od|w) dni\w+|do|od) [\d .,–-]+(\w+ )?(r\. )?
        )?(
            nieobecn[ya]|na (\w+ )?(urlopie|zwolnieniu|szkoleniu|delegacji|konferencji|macierzyńskim|L4)
            w (delegacji|podróży)|poza (biurem|firmą|pracą|zasięgiem)
        )
        \bnie ma mnie w (biurze|pracy|firmie)|\b(mam|korzystam z) urlop|urlop do (dnia )?\d|wracam (do pracy )?\d
        będę (z powrotem|dostępn[ya]|ponownie|w biurze) (dopiero )?(od |w |po )?(dnia )?\d
        (biuro|sekretariat|firma|urząd|oddział|kancelaria) (jest|będzie|pozostaje) (nieczynn[aey]|zamknięt[aey])
        (i am|i'm|i will be|i'll be|we are|our office is|the office is) (currently |now |temporarily |presently )?(
            out of (the )?(office|town|country)|away|on (\w+ ){0,2}(leave|vacation|holiday|business trip)
            not in the office|closed|travell?ing|absent
        )
        \b(on (annual |sick )?leave|out of (the )?office|on vacation) (until|till|from|to)\b
        \bi have (limited|no|intermittent) access to (my )?e-?mail|(limited|no) access to (my )?e-?mails?
        (ich bin|bin ich|wir sind) ⋯(nicht (im (büro|haus)|erreichbar|anwesend)|abwesend|im urlaub|außer haus)
        (я|буду|перебуваю|знаходжуся|нахожусь|сейчас|зараз) ⋯(
            у відпустці|відсутн|в отпуске|отсутств|поза офісом|вне офиса|на лікарняному|на больничном
        )
        (jsem|budu|nejsem) ⋯(na dovolené|nepřítom|mimo kancelář|v kanceláři)|(som|budem) ⋯na dovolenke
        je suis (actuellement )?(absent|en congé)|estoy (fuera|de vacaciones)|sono (assente|fuori ufficio|in ferie)
        ik ben ⋯(afwezig|niet (aanwezig|op kantoor))|jag är ⋯(inte på kontoret|på semester)
        jeg er ⋯(ikke på kontoret|på ferie|fraværende)|esu (atostogose|išvyk\w+)|atrodos atvaļinājumā
    """,
    Cue.STAND_IN: r"""
        w (sprawach|sytuacjach|kwestiach|przypadkach|razie spraw|przypadku spraw) (bardzo )?(
            pilnych|nagłych|niecierpiących zwłoki
        )
        w (razie|przypadku) (pilnych|nagłych) spraw|zastępuje mnie|zastępstwo (pełni|za mnie)
        w (pilnych|nagłych|bieżących|ważnych|wszelkich|tym czasie) (sprawach|przypadkach|sytuacjach|proszę|prosimy)
        podczas mojej nieobecności|na czas mojej nieobecności
        wiadomoś\w+ nie (jest|są|będzie|będą|zostanie) (przekazywan|przekierowywan|czytan|odczytywan|przekazan)
        (in|for|with) (any )?(urgent|emergency|immediate) (
            cases?|matters?|issues?|questions?|requests?|enquiries|assistance
        )
        if (it is|this is|your (matter|request|message) is) urgent|in my absence|will not be forwarded
        in dringenden (fällen|angelegenheiten)|während meiner abwesenheit|wird nicht weitergeleitet|vertritt mich
        meine vertretung|у (термінових|невідкладних) (випадках|питаннях)|в срочных случаях|по срочным вопросам
        v (naléhavých|neodkladných|urgentních) (případech|záležitostech)|en cas d'urgence|en caso (de )?urgen
        in caso di urgenza|skubiais atvejais|bij dringende|vid brådskande
    """,
    Cue.BACK: r"""
        (po|zaraz po|niezwłocznie po) (moim )?powrocie|(odpowiem|odpiszę|odezwę się|skontaktuję się) (
            po|zaraz|najszybciej|niezwłocznie
        )
        on my return|when i (return|get back|am back)|nach meiner rückkehr|після повернення|po (mém )?návratu
        i will (be back|return|respond|reply) (on|to|as soon|when|after)|после (моего )?возвращения
    """,
    Cue.BOUNCE: r"""
        this is the mail system at host|this message was created automatically by mail delivery software
        a message that you (have )?sent (could not be|has not been|was not)|this is the qmail-send program
        i'm sorry to have to inform you that your message could not|wasn't able to deliver your message
        (delivery|mail) (to|of|for|from) ⋯(has )?(failed|was rejected|is delayed|been delayed)
        the following (recipients?|address(es)?|users?|mailbox(es)?)\b⋯(
            fail|error|could not|cannot|can't|not be|delayed|rejected|undeliver|invalid|unknown
        )
        your (e-?mail |mail |original )?message\b⋯(
            (could|can)(not|n't)|(was|has|is)( not|n't)|(could|can) not|did not|undeliver|rejected|failed|bounced
        )
        did not reach|failure reasons?|delivery of ⋯has been postponed|error was detected while processing
        encountered (delivery problems|an error)|invalid final delivery
        (was|is) undeliverable|(was|were) not delivered|delivery has failed to
        undeliver(able|ed) (message|mail|to)|the original message was received at
        transcript of session follows|(could not|cannot|unable to|failed to|couldn't) be (delivered|sent)
        (unable|not able|failed) to (deliver|send|relay)|could not (deliver|send)
        mail delivery (failed|failure|error|system)|delivery (failure|failed|status notification|incomplete|attempt)
        permanent (fatal )?(delivery )?(error|failure)
        (user|recipient|mailbox|account|address) (is )?(
            unknown|not found|unavailable|disabled|does(n't| not) exist|full|over quota|rejected|invalid|inactive
            suspended
        )
        (no such|unknown|invalid) (user|recipient|mailbox|address|local user)|wasn't delivered to|not listed in
        returned mail|the e-?mail account that you tried to reach|access denied
        message (blocked|rejected|refused|undeliverable|not delivered|expired|delayed)|will (be|keep) retr(ied|ying)
        wiadomoś\w+ ⋯nie (został\w?|mogł[ay]|może|udał\w+) ⋯(dostarczon|doręczon|wysłan|dostarczyć|doręczyć)
        nie (
            można|udało się|jest możliwe|mogliśmy|byliśmy w stanie
        ) (było )?(dostarczyć|doręczyć|dostarczenie|doręczenie)
        (dostarczenie|doręczenie) ⋯nie (powiodło|było|jest|udało)|niedostarcz(ona|alna|alne|enia|eniu)
        adres\w* ⋯(nie istnieje|jest nieprawidłowy|został odrzucony|nie został odnaleziony)|nie znaleziono adresu
        skrzynka ⋯(nie istnieje|jest pełna|jest przepełniona|przekroczył|została (zablokowana|usunięta))
        nieznany (użytkownik|odbiorca|adresat)|próba dostarczenia|kolejne próby (dostarczenia|doręczenia)
        jeszcze nie (została )?dostarczon
        (konnte|kann) ⋯nicht (zu(ge)?stellt|ausgeliefert|übermittelt)|unzustellbar
        (zustellung|übermittlung) ⋯fehlgeschlagen
        (empfänger|benutzer) ⋯(unbekannt|nicht gefunden)|(nebyla|nelze|nemohla) ⋯doruč|nedoručiteln
        не (вдалося|може бути|було|була|удалось|может быть|было|было бы возможно) ⋯достав|недоставлен
        impossible de remettre|n'a pas (pu être|été) (remis|délivré|distribué)
        échec de (la )?(remise|livraison)|adresse introuvable
        no (se (ha podido|pudo|puede)|ha sido posible) (entregar|enviar)|no se ha encontrado la dirección
        (non è stato possibile|impossibile) (recapitare|consegnare|inviare)
        non (è stato|può essere) (recapitat|consegnat)|(kon|kan) niet worden (bezorgd|afgeleverd|verzonden)
        niet bezorgd|(kunde|kan) inte levereras|kunne ikke leveres|não (pôde ser|foi possível|foi) (entreg|envia)
        nem (sikerült )?kézbesít|nepavyko pristatyti|teslim edilemedi
        配信できません|送信できません|無法傳遞|无法(投递|发送)|退信|전달할 수 없|배달할 수 없
    """,
    Cue.DELAY: r"""
        (delivery|message|mail) ⋯(delayed|deferred)|has not (yet )?been (delivered|collected) (yet|to|after)
        not yet (been )?delivered|(do not|don't) need to (resend|re-send)|no action is required on your part
        warning message only|will (be retried|continue (to try|trying)|keep trying|retry|try again)
        could not send message for past|temporary (failure|problem|error)|still (being )?(trying|tried)|opóźni\w+
        kolejn\w+ prób|nie (trzeba|musisz|ma potrzeby) ⋯ponownie|jeszcze nie (została )?dostarczon
        ponowi(my|ona|one)? prób|verzögert|weiterhin versuch|erneut versuch|zpožděn|další pokus|затрим|задерж
        повторн\w+ спроб|повторн\w+ попыт|retardé|retrasad|ritard
    """,
    Cue.FOR_GOOD: r"""
        permanent|fatal|giving up|user unknown|is unknown|brak (takiej |takiego )?(skrzynki|adresu|użytkownika|konta)
        unknown user|no such|does(n't| not) exist|not found|couldn't be found
        invalid (recipient|address|user|mailbox)|not listed in|disabled|unrouteable|unroutable|nie istnieje
        nie znaleziono|nieznany|nie został odnaleziony|unbekannt|nicht gefunden|existiert nicht|neexistuje|neznámý
        не існує|не существует|не знайдено|не найден|n'existe pas|introuvable|no existe|non esiste|bestaat niet
        finns inte|findes ikke|não existe|\b5\d\d[ -](\d|[A-Za-z<#\"])|\b5\.\d{1,3}\.\d{1,3}\b
    """,
    Cue.READ: r"""
        (został[ao]?|była) (prze|od)czytan[ayo]|została (wyświetlona|otwarta|usunięta bez (prze|od)czytania)
        (was|has been) (read|displayed|opened|deleted without being read) (on|at|by)|was deleted without being read
        this is a (return|read) receipt|return receipt\b
        this (return )?receipt (only )?(shows|acknowledges|verifies)
        to jest potwierdzenie (dla|odbioru|przeczytania|otrzymania|wyświetlenia)|niniejsze potwierdzenie
        (wurde|ist) ⋯(gelesen|angezeigt)|ungelesen gelöscht|dies ist eine (empfangs|lese)bestätigung
        byla ⋯(přečtena|zobrazena)|toto je potvrzení|було прочитано|прочитано ⋯\d|было прочитано|прочтено
        a été (lu|affiché)|(se ha|ha sido|fue) leído|è stato letto|(is|werd) gelezen|potwierdzenie odczytu
    """,
    Cue.RECEIVED: r"""
        (twoj[ea]|państwa|pan[ai]|pani/pana) (
            zgłoszenie|sprawa|zapytanie|wiadomość|e-?mail|reklamacja|wniosek
        )\b…(zarejestrowan|przyjęt|otrzyma|utworzon|wpłynę|trafił|przekazan)
        your (request|ticket|case|incident|enquiry|inquiry|issue|message|e-?mail|query)\b…(has been|was|is) (
            received|created|logged|registered|opened|submitted
        )
        (we have|we've) (received|registered|logged|opened) your
        (ihre|deine) (anfrage|nachricht|e-?mail|meldung)\b…(eingegangen|erhalten|registriert|erfasst)
        ваш[ае]? (звернення|заявк|запит|лист|обращени|запрос|письмо)\w*\b…(
            зареєстрован|прийнят|отриман|зарегистрирован|принят|получен
        )
        vá[šs] (požadavek|dotaz|email|e-mail)\b…(přijat|zaregistrov|zaevidov)
    """,
    Cue.REGISTERED: r"""
        (dziękujemy za|potwierdzamy|informujemy)…(
            zgłoszeni|wiadomoś|kontakt|przyjęci|otrzymani|zarejestrowan|wpły|przesłani
        )
        (zgłoszenie|sprawa|zgłoszeniu|sprawie)\b…(zostało|została|nadano|otrzymał\w?) …(
            zarejestrowan|utworzon|założon|przyjęt|numer|nr\b
        )
        nadaliśmy …numer|thank you for (contacting|your (request|e-?mail|message|enquiry|inquiry|mail))
        (the|a|new|support) (ticket|case|request|incident)\b…(has been|was) (created|opened|logged|registered)
        (vielen )?dank für ihre (nachricht|e-?mail|anfrage)|ticket(nummer)?\b…(erstellt|angelegt|eröffnet|lautet)
        děkujeme za (zprávu|e-?mail|vaši)|дякуємо за (лист|повідомлення|звернення)
        благодарим за (письмо|сообщение|обращение)
    """,
    Cue.CHALLENGE: r"""
        (click|follow|visit|use) ⋯(link|url|button) ⋯(deliver|confirm|verify|release|approve)
        (prove|verify|confirm|show) ⋯(
            you('re| are) (a )?(human|person|not a (robot|spammer|machine))|your (message|e-?mail|address)\b
        )
        your message ⋯(held|holding|quarantined|waiting|not be delivered until|pending)|spam ?arrest|boxbe|tmda
        challenge[/-]response|anti-?spam ⋯(confirm|verif|click)
        (potwierdź|potwierdzenie|klik\w+)⋯(
            wiadomość ⋯(dostarczon|doręczon)|nie jesteś (robotem|automatem|spamerem)|jesteś człowiekiem|nadawc
        )
        wiadomość ⋯(wstrzymana|zatrzymana|oczekuje na potwierdzenie)|bestätigen sie ⋯(link|nachricht|absender)
        (підтвердіть|подтвердите) ⋯(посиланням|ссылк|людина|человек)
    """,
    Cue.GENERATED: r"""
        (wiadomość|e-?mail|powiadomienie|komunikat) (ta |ten |to )?(został[ao]? |jest |była )?(
            wygenerowan|wysłan|utworzon
        )\w* (przez system |w sposób )?(automatyczn|przez (system|automat))\w*
        (wiadomość|e-?mail|powiadomienie|komunikat) wysła(liśmy|no) automatycznie
        (to jest|jest to) automatyczna wiadomość
        (automatycznie|systemowo) (wygenerowan|wysłan)\w+ (wiadomość|powiadomienie|e-?mail|komunikat)
        (this|the) (is an? )?(
            e-?mail|message|mail|notification|note
        ) (was|is|has been) ((automatically|auto-?) ?(generated|created|sent)|(generated|created|sent) automatically)
        this is an? (automated|automatic|system|computer)[ -](generated )?(message|e-?mail|notification)
        diese (e-?mail|nachricht) wurde automatisch|automatisch (generiert|erzeugt|erstellt)e
        (tento e-?mail|tato zpráva) byl\w? (vygenerov|odeslán)\w+ automaticky
        (це|это|цей|этот?) …автоматич\w+ (повідомлення|сообщение|лист|письмо|уведомление)
    """,
    Cue.NO_ANSWER: r"""
        (prosimy|proszę)( o)? na (nią|niego|nie|ten|tę|tą|niniejsz\w+) (\w+ ){0,2}nie ?odpowiada(ć|nie)
        (prosimy|proszę)( o)? nie ?odpowiada(ć|nie)( na|[.!]|$)
        nie odpowiadaj(cie)? na (tę|tą|ten|to|niniejsz\w+)|nie należy odpowiadać na
        do( not|n't) (reply|respond) (directly )?(to this|to the|via|by)|please do not reply
        un(monitored|attended) (mailbox|address|e-?mail)|bitte antworten sie nicht|neodpovídejte na
        не (відповідайте|отвечайте) на
    """,
    Cue.UNSUBSCRIBE: r"""
        \bunsubscribe\b|view (this (e-?mail|message) |it |)(in|on)(line| your| a)? ?browser
        (update|manage) (your )?(e-?mail )?(preferences|subscription)
        you (are|have) (receiv|subscrib|sign)\w+ …(because|to)|opt[ -]out|wypis(z|ać|ania|anie)( się)?
        (z?rezygn(ować|uj|acja|acji|acj[ęi])) …(subskrypcj|otrzymywani|newsletter|powiadomie)
        nie chcesz (już )?otrzymywać|(zobacz|wyświetl|otwórz) …w przeglądarce
        (tę|tą|ten) (wiadomość|mail|e-?mail) otrzymuj(esz|ą)
        abbestellen|abmelden|im browser (ansehen|anzeigen|öffnen)|відписатися|відмовитися від|отписаться
        отказаться от|odhlásit|se désabonner|désinscri|darse de baja|cancelar (la )?suscripción|annulla iscrizione
        disiscri|afmelden|avregistrera|afmeld|atsisakyti|dezabona
    """,
}

# Cues that are looked for only where another one is.
ASKED_FOR = frozenset({Cue.DELAY, Cue.FOR_GOOD, Cue.READ})

# What a person asks for or tells. Not RE2: it needs a look ahead, and runs on short texts only.
ASKS = r"""
    \b(proszę|prosimy|prosił(bym|abym|byśmy)|poproszę)\b(?!
        ,? (uprzejmie |pilnie )?(
            o kontakt\w*|o cierpliwość|o wyrozumiałość|o kierowanie|o przesyłanie|o pisanie|o dzwonienie
            o nieodpowiadanie|o nie odpowiadanie|o ponowny kontakt|o telefon
            o (sms|e-?maila?|wiadomość)|na (nią|niego|nie|ten|tę|tą)
            nie odpowiad\w+|kontakt\w+|dzwoni\w+|kierować|pisać|zwracać|zwrócić|przesyłać|przesłać|wysyłać
            skontaktować|o zapoznanie|zapoznać|telefon\w+|zadzwonić
        )\b
    )
    \b(
        nie (
            mog\w+|możemy|działa\w*|da się|udaje|udało mi|wiem|wiemy|widzę|widzimy|dostał\w+
            przyszł\w+|otrzymał(em|am|iśmy)
        )
        mam[y]? (pytanie|problem|kłopot|błąd|wątpliwo)
        czy (
            mog\w+|moż\w+|jest|są|należy|trzeba|musz\w+|państwo|to|ja|da się|jako|firma|te|będ\w+
        )
        jak (
            mog\w+|moż(?!liw)\w+|to\b(?! możliwe| tylko)|mam|zrobi\w+|złoży\w+|wysła\w+|się\b(?! da)|długo|usun\w+
            doda\w+|odzyska\w+
        )
        dlaczego|błąd\b|błęd(em|u|zie)\b|pytam|zgłaszam|pomocy|o pomoc
    )
    \b(
        how (do|can|to|should|long)|why (is|do|does|are)|can(no|')t|(does|do)( not|n't) work|not working
        i (need|want|have a)|we (need|want|have a)|(could|can|would) you|help (me|us)|i get (an )?error
        please (help|check|advise|unlock|reset|explain|tell|send|let|suspend|fix)
    )\b
    \b(
        bitte (um|helfen|prüfen|teilen|senden|sagen)|wie (kann|können|lange)|funktioniert nicht|fehlermeldung
        ich (kann|brauche)|прошу|просимо|не (можу|можемо|працює|могу|можем|работает|приходит|приходить)|помилк\w+
        допоможіть|ошибк\w+|помогите|подскажите|як (мені|можна|зробити|змінити|правильно)
        как (мне|можно|сделать|изменить|правильно)|prosím (o|vás)|nemohu|nefunguje|jak (mám|mohu|lze|podat)
    )
"""

# Somebody speaks of what is theirs or of what they did; programmes do not.
OF_ONESELF = r"""
    \b(m[oó]j|moj[aeąi]\w*|mnie|mi|nasz\w*|me|my|our|us|mein\w*|unser\w*|мій|мо[яїєє]\w*|мой|мо[её]\w*|мен[еія]|мне|наш\w*|můj|moje|náš)\b
    \b\w+(ałem|ałam|iłem|iłam|yłem|yłam|ąłem|ęłam|aliśmy|iliśmy|yliśmy)\b
    \bi (have|had|got|sent|received|tried|am|was|did)\b
    \bwe (have|had|got|sent|received|tried|are|were|did)\b|\bich (habe|bin)\b|\bwir (haben|sind)\b
"""
