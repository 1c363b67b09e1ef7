"""What people and programs write at the end of a mail: closings, the lines of apps, legal notices. Tables only.

Each pattern is tried at the beginning of a line; `*_FIRST` holds the words with which such a line can begin, so that
nearly all lines need no pattern.
"""

import re

from mailgate.core.thread.clients import words

APP_STARTS = (
    "sent from ", "sent via ", "sent with ", "sent by ", "sent on ", "from my ", "get outlook for",
    "get bluemail for", "wysłane z ", "wysłane ze ", "wysłano z ", "wysłano ze ", "wysłana z ", "wysłane przez ",
    "wysłano przez ", "wysłane za pomocą ", "wysłane za pośrednictwem ", "wysłane przy użyciu ",
    "wiadomość wysłana z ", "wiadomość została wysłana z ", "wyslane z ", "wyslano z ", "pobierz aplikację outlook",
    "pobierz program outlook", "uzyskaj aplikację outlook", "von meinem ", "von meiner ", "gesendet mit ",
    "gesendet von ", "gesendet über ", "diese nachricht wurde von meinem ", "holen sie sich outlook", "outlook für ",
    "outlook for ", "odesláno z ", "odoslané z ", "získejte outlook", "надіслано з ", "надіслано зі ",
    "надіслано із ", "відправлено з ", "надіслано за допомогою ", "отримати outlook", "отримайте outlook",
    "отправлено с ", "отправлено из ", "отправлено от ", "отправлено через ", "скачать outlook", "скачайте outlook",
    "получить outlook", "envoyé de", "envoyé à partir ", "télécharger outlook", "provenance : courrier ",
    "obtenir outlook", "enviado desde ", "enviado do ", "inviato da", "scarica outlook", "verzonden vanaf ",
    "verzonden met ", "verstuurd vanaf ", "skickat från ", "hämta outlook", "sendt fra ", "hent outlook",
    "lähetetty ", "hanki outlook", "išsiųsta iš ", "nosūtīts no ", "telefonomról küldve",
)  # fmt: skip
APP_FIRST = frozenset(start.partition(" ")[0] for start in APP_STARTS)
APP_NAME = re.compile(
    r"\b(?:i?phone|iphon\w*|ipad\w*|ipod\w*|ios|android\w*|samsung\w*|galaxy|huawei|xiaomi|redmi|poco|oppo|motorola|"
    r"nokia|lumia|blackberry\w*|bluemail|telefon\w*|smartfon\w*|smartphone|phone|cell|handy|mobil\w*|tablet\w*|"
    r"urządzeni\w+|device|outlook\w*|poczt\w+|mail\w*|airmail|yahoo|gmail\w*|proton\w*|onet\w*|interi\w+|wp|o2|"
    r"windows\w*|nine|spark|thunderbird|htc|sony|xperia|lg|pixel|oneplus|honor|kindle|inbox|смартфон\w*|телефон\w*|"
    r"устройств\w*|пристро\w+|"
    r"почт\w+|пошт\w+|mobilu|aplikac\w+|app|acompli)\b",
    re.IGNORECASE,
)
MY = re.compile(r"\b(?:my|mojego|mojej|meinem|meiner|mon|meu|mi|mijn|min|mého)\b", re.IGNORECASE)
# The second sentence of an app's line: "Proszę wybaczyć moją zwięzłość."
APOLOGY = re.compile(
    r"excuse|pardon|brevity|typo|wybacz|zwięzł|literówk|entschuldig|kürze|tippfehler|stručn|omluv|вибач|лаконічн|"
    r"извин|краткост",
    re.IGNORECASE,
)

CLOSING_FIRST = words(
    "z|łączę|łącze|łączymy|pozdrawiam|pozdrawiamy|pozdrowienia|serdecznie|serdeczne|serdeczności|gorąco|ciepło|dziękuję|"
    "dziękuje|dziękujemy|dziekuje|dziekuję|zpoważaniem|pozdro|pozdr|pzdr|życzę|życzymy|miłego|br|rgds|ukłony|ściskam|best|all|kind|kindest|warm|"
    "regards|sincerely|yours|cheers|many|with|mit|mfg|lg|vg|freundliche|freundlicher|viele|beste|besten|liebe|"
    "herzliche|schöne|gruß|grüße|hochachtungsvoll|з|із|с|щиро|хорошого|гарного|наилучшими|всего|s|se|hezký|pěkný|"
    "děkuji|zdravím|pagarbiai|su|ar|cordialement|bien|salutations|saludos|un|atentamente|cordiali|distinti|met|"
    "vriendelijke|hartelijke|med|venlig|vennlig|bedste|bästa|vänliga|hälsningar|mvh|hilsen|terveisin|ystävällisin|parhain|"
    "üdvözlettel|tisztelettel|cu|z-poważaniem|thanks|thank|respectfully|podpisano"
)
CLOSING = re.compile(
    r"(?:z (?:po[wv]a[zż]aniem|wyrazami|pow(?:a[zż])?\.|uszanowaniem|ukłonami|"
    r"(?:najlepszymi |serdecznymi |koleżeńskim )?(?:pozdrowieni\w+|[zż]yczeniami)|szacunkiem|"
    r"g[óo]ry (?:dzi[eę]kuj\w+) i pozdrawiam\w*)|"
    r"[łl][aą]cz[eęy]\w* (?:wyrazy|pozdrowienia)|(?:serdecznie |serdeczne |gorąco |ciepło )?(?:pozdrawiam\w*|"
    r"pozdrowienia)|serdeczno[sś]ci|podpisano|pozdro|po?zdr\b\.?|"
    r"(?:życz(?:ę|ymy) )?(?:miłego|dobrego) (?:dnia|weekendu)|"
    r"ukłony|ściskam|"
    r"dzi[eę]kuj\w+ i (?:serdecznie )?pozdrawiam\w*|zpoważaniem|z-poważaniem|"
    r"(?:(?:with )?(?:best|kind|kindest|warm|many thanks and (?:best|kind))(?: \w+)? )?regards|best wishes|"
    r"all the best|(?:best|br|rgds)(?=[,.!]?$)|(?:thanks|thank you)(?: and| &|,)? (?:best |kind )?regards|"
    r"yours (?:sincerely|faithfully|truly)|(?:sincerely|respectfully)(?: yours)?|cheers|"
    r"mit (?:freundliche[nm]|besten|herzlichen|vielen|lieben|bestem) gr[uü](?:ß|ss)e?n?|mfg|[lv]g(?=[,.!]?$)|"
    r"(?:freundliche[r]?|viele|beste|besten|liebe|herzliche|sch[öo]ne) gr[uü](?:ß|ss)e?|gr[uü](?:ß|ss)e?|"
    r"hochachtungsvoll|(?:з|із) (?:повагою|найкращими(?: побажаннями)?|вдячністю)|щиро ваш\w*|(?:гарного|хорошого) дня|"
    r"с уважением|с наилучшими(?: пожеланиями)?|с благодарностью|всего (?:доброго|хорошего)|наилучшими пожеланиями|"
    r"s (?:pozdravem|pozdravom|[úu]ctou|přátelským pozdravem|přáním)|d[ěe]kuji a s pozdravem|zdravím|hezký den|"
    r"pagarbiai|su pagarba|ar cieņu|cordialement|bien (?:cordialement|à vous)|salutations|saludos|un saludo|"
    r"atentamente|cordiali saluti|distinti saluti|met vriendelijke groet\w*|(?:vriendelijke|hartelijke) groet\w*|"
    r"med (?:vänliga?|vennlig|venlig) \w+|(?:bästa |vänliga )?hälsningar|bedste hilsner|mvh|(?:venn?lig )?hilsen|"
    r"(?:ystävällisin |parhain )?terveisin|üdvözlettel|tisztelettel|cu stimă)(?!\w)",
    re.IGNORECASE,
)
# Words that a closing may go on with.
IN_CLOSING = words(
    "serdecznie|gorąco|ciepło|i|oraz|życzę|życzymy|miłego|dobrego|dnia|weekendu|w|imieniu|from|the|team|all|z|szacunku|"
    "szacunkiem|poważania|wyrazami|głębokiego|dużego|wielkim|prawdziwego|und|aus|and"
)

NOTICE_FIRST = words(
    "niniejsza|niniejszy|niniejsze|ta|tę|przesłana|powyższa|treść|zawartość|informacja|informacje|informujemy|ten|uwaga|"
    "jeżeli|jeśli|administratorem|klauzula|zanim|pomyśl|prosimy|proszę|dbaj|chroń|sąd|kapitał|spółka|wpisana|wpisany|"
    "bez|wolna|wiadomość|zastrzeżenie|ważne|nota|e-mail|nadawca|zgodnie|dane|wszelkie|this|the|any|if|email|confidentiality|disclaimer|legal|"
    "please|virus-free|caution|warning|important|privileged|confidential|diese|dieses|der|wichtiger|tento|tato|obsah|"
    "upozornění|це|цей|зміст|увага|это|данное|настоящее|внимание"
)
NOTICE = re.compile(
    r"[*_\s\"„(]{0,8}(?:(?:uwaga|ważne|nota prawna|zastrzeżenie)[:!.]?\s+)?(?:"
    r"(?:niniejsz[ayeą]{1,2}|t[aę]|przesłana|powyższa) (?:wiadomość|korespondencja|e-?mail)|"
    r"(?:treść|zawartość) (?:tej|niniejszej|tego) (?:wiadomości|korespondencji|e-?maila)|wiadomość ta |"
    r"e-?mail ten |informacj[ae] (?:zawart[ae]|przesłan[ae])? ?w (?:tej|niniejszej|tym)|ten e-?mail|"
    r"je(?:żeli|śli) (?:nie (?:jest|są)|otrzymal\w+|ta wiadomość|wiadomość ta)|"
    r"(?:informujemy, że )?administratorem (?:pani|państwa|danych)|zgodnie z (?:art\. 13|rozporządzeniem|rodo)|"
    r"dane osobowe (?:są )?przetwarzane|nadawca nie (?:ponosi|odpowiada)|wszelkie (?:informacje|opinie) zawarte|"
    r"klauzula (?:informacyjna|poufności)|zanim wydrukujesz|(?:pomyśl|prosimy pomyśleć|proszę pomyśleć|dbaj)\b|"
    r"prosimy o rozważenie|chroń środowisko|"
    r"sąd rejonowy|kapitał zakładowy|spółka (?:wpisana|zarejestrowana)|wpisan[ay] do (?:rejestru|krajowego)|"
    r"(?:bez|wolna od) wirusów|wiadomość (?:została )?(?:sprawdzona|przeskanowana)|"
    r"(?:this|the information in this|any|if you are not|if you have received|e-?mail) .{0,40}(?:e-?mail|message|"
    r"recipient|communication|transmission|privileged|confidential)|confidentiality|disclaimer|legal notice|"
    r"(?:privileged|confidential|important) (?:notice|note|information)|(?:caution|warning): |"
    r"please consider|virus-free|"
    r"(?:diese|dieses|der inhalt dieser) .{0,20}(?:e-?mail|nachricht|mitteilung)|wichtiger hinweis|"
    r"(?:tento|tato|obsah této) .{0,20}(?:e-?mail|zpráva|zprávy)|upozornění:|"
    r"(?:увага[:!]? )?(?:це|цей|зміст цього) .{0,30}(?:повідомлення|лист)|"
    r"(?:внимание[:!]? )?(?:это|данное|настоящее) .{0,30}(?:сообщение|письмо))",
    re.IGNORECASE,
)
# What mail servers put above a mail from outside.
BANNER = re.compile(
    r"[*_\s\[!⚠]{0,8}(?:caution|warning|attention|notice|uwaga|ostrzeżenie|ostrożnie|achtung|external|zewnętrzn[ay]|"
    r"увага|внимание|upozornění)\b(?=.{0,100}\b(?:e-?mail|message|sender|wiadomoś|nadawc|nachricht|absender|лист|"
    r"повідомлен|сообщен|письм|zpráv)).{0,100}\b(?:external|outside|extern\w*|zewnętrzn\w+|spoza|zewnątrz|außerhalb|"
    r"зовнішн\w+|внешн\w+|mimo)\b",
    re.IGNORECASE,
)
# Of a notice this may stand right under a signature.
ENVIRONMENT = re.compile(
    r"(?:prosimy o rozważenie|pomyśl|prosimy pomyśleć|proszę pomyśleć|dbaj|chroń środowisko|zanim wydrukujesz|"
    r"please consider)\b",
    re.IGNORECASE,
)
# What shows a block to be a card: a telephone, a site, a firm, a street.
CARD = re.compile(
    r"\b(?:tel|kom|mob|mobile|fax|faks|phone)\b|\bt: |\bm: |www\.|\+\d{2}[\d ()-]{7,20}|\bsp\. ?z ?o\.? ?o|\bs\.a\.|"
    r"\bgmbh\b|\bul\. |\bKRS\b|\bREGON\b",
    re.IGNORECASE,
)
# A notice holds one of these at least.
LEGAL = re.compile(
    r"poufn|adresat|tajemnic|wyłącznie|danych osobowych|RODO|2016/679|KRS|kapitał|wirus|virus|avast|drukuj|drukowan|"
    r"środowisk|confidential|privileged|intended|recipient|vertraulich|empfänger|důvěrn|adresát|určen|конфіденц|"
    r"конфиденц|адресат|print|environment|NIP",
    re.IGNORECASE,
)
REGISTRY = re.compile(
    r"\b(?:KRS|NIP|REGON|HRB|IČO?|ЄДРПОУ|sąd rejonowy|kapitał zakładowy|z siedzibą|amtsgericht)\b", re.IGNORECASE
)
# How a line of a signature begins that is neither a name nor a number.
CONTACT = re.compile(
    r"[\d@/]|^(?:tel|fax|faks|kom|mob|ul|al|os|www|e-?mail|dzia[łl]|w imieniu|z up|wz|biuro|i\. ?[av]|ppa|mgr|inż|"
    r"lic|dr|hab|prof|lek|adw|st|mł|p\.o|specjalist\w+|kierowni\w+|dyrektor\w*|prezes\w*|księgow\w+|główn\w+|agent\w*|"
    r"właściciel\w*|spedytor\w*|referent\w*|koordynator\w*|doradca|starsz\w+|młodsz\w+|via mobile)\b",
    re.IGNORECASE,
)
# Words of whoever asks or tells, and of what only a question brings; signatures have none of them.
ASKS = words(
    "proszę|prosze|prosimy|prosiłbym|prosiłabym|prosilbym|prosilabym|nie|czy|jak|kiedy|dlaczego|mam|mamy|chcę|chce|"
    "chcemy|chciałbym|chciałabym|chcialbym|chcialabym|czekam|czekamy|błąd|blad|problem|pesel|login|mrn|lrn|please|how|"
    "when|not|can|need|bitte|nicht|прошу|просимо|не|як|как|чому|почему|prosím|není|nelze"
)
TITLES = words("mgr|inż|dr|hab|prof|lek|adw|lic|st|mł|ing|bc|judr|phdr|dipl")
