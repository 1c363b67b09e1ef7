"""The words by which people choose, in Polish and English, and in Ukrainian, Russian, German and Czech.

All are folded (`core.words.fold`): Cyrillic stands in Latin letters, "друга" is "druha". A word that means something
else between other words (`try` is English and three in Ukrainian) is left out; it is written as a digit beforehand.
"""

import re


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NUMBERS = {
    1: """1 jeden jedna jedno jedynka jedynke jedynki pierwsza pierwszy pierwsze pierwszej pierwszego pierwszym
        one first 1st eins erste ersten erster erstes prvni jednicka odyn odna odne odnu persha pershyi pershe pershu
        pershoi pervaia pervyi pervoe pervuiu pervoi""",
    2: """2 ii dwa dwie dwojka dwojke dwojki druga drugi drugie drugiej drugiego drugim two second 2nd zwei zweite
        zweiten zweiter zweites dva dve druha druhy druhe druhou druheho dvojka dvi druhyi druhu druhoi vtoraia vtoroi
        vtoroe vtoruiu""",
    3: """3 iii trzy trojka trojke trojki trzeci trzecia trzecie trzeciej trzeciego three third 3rd drei dritte dritten
        dritter drittes tri treti tretiho trojku tretia tretii tretyi tretie tretiu tretiei""",
    4: "4 cztery czworka czworke czwarta czwarty czwarte czwartej four fourth vier vierte ctyri ctvrta chetverta",
    5: "5 piec piatka piatke piata piaty piate piatej five fifth funf funfte pet pata piata",
}
# Number words, folded -> what they count.
NUMBERS = {word: number for number, words in _NUMBERS.items() for word in words.split()}
LAST = _set_of(
    """
    last letzte letzten letzter letztes ostannia ostannie ostannii ostanniu ostatni ostatnia ostatnie ostatniego
    ostatniej poslednee posledni posledniaia poslednii
    """
)
# Two or more of them at once.
SEVERAL = _set_of(
    """
    all alle beide both oba obe obie obydva obydvi obydwa obydwie vse vsi wszystkie
    """
)
# Also said by Cyrillic letters: "три" is folded like the English "try".
CYRILLIC_THREE = re.compile(r"\bтри\b", re.IGNORECASE)

# What stands beside a number or ordinal and says that something is chosen.
THINGS = re.compile(
    r"(?:opcj|uslug|pozycj|wariant|wybor|mozliwos|propozycj|punkt|option|choice|service|item|variant|dienst|auswahl"
    r"|moznost|sluzb|polozk|volb|posluh|varyant|opts|usluh)[a-z]*"
)
# Verbs of choosing; what follows them is chosen.
VERBS = re.compile(
    r"wybieram(?:y)?|wybral[a-z]*|wybor|chodzi|chodzilo|dotyczy|dotyczyla|dotyczylo|poprosze|zaznaczam|wskazuje"
    r"|choose|chose|pick|picked|select|selected|meant|mean|concerns|waehle|wahle|wahlen|meine|betrifft"
    r"|volim|vybiram|jde|obyraiu|vybyraiu|idetsia|ydet|kasaietsia"
)
# Words that say nothing of their own in an answer: greetings, thanks, and what stands around a choice.
FILLERS = _set_of(
    """
    actually ad afternoon ale also am ano answer answers asi auf aus be bedzie bei believe best betrifft bitte bo
    bud bude budlaska by byc bych bye byl byla bylo ce chce chcialabym chcialbym cheers chodzi chodzilo choice
    choose chose chyba ci cia cislo concerns czesc czy czyli das dear dekuji dem den der diakuiu diakuyu die diekuje
    diese dieser dieses dla dnia dnya do dobra dobre dobroho dobry dobryden dobryi doch dokladnie dotyczy dotyczyla
    dotyczylo dzieki dziekuje dziekujemy dzien dziendobry es est eto for from ga gi gie go good gruss grusse guess
    guten hallo hello hi ich idetsia im in is it item iz ja jak jako jde je jednak jego jej jest jestem kasaietsia
    kind kindly konkretnie laska liscie list lista listy lub m madam mail mean meant meine meni message mfg mi
    mialam mialem mit mnie mnoho moim moj moja moje mojego mojej morning moze mozliwosc mozna moznost my mysle mysli
    na nado nam nd need new no nomer nr num number numer numerem nummer nuzhno o obyraiu oczywiscie od odp
    odpowiadam odpowiedz of ok okay on one opcja opcje opcji opcjo option oto pan pani panstwa panstwo pick picked
    pid pkt please po pod podana podanych poprosze posylam powyzsza powyzszej powyzszych poz pozdr pozdrawiam
    pozhaluista pozycja pozycje pozycji pro propozycja prosbe prosim prosze pryvit punkcie punkt punktu pytanie
    question questions raczej rather rd re rech regards sa sadze sehr select selected service services sie sir
    skontaktowac so spasibo spasybo spravne sprawa sprawie sprawy st strony super sza szy ta tag tak tam te tego tej
    ten th thank thanks that the these think this those to tse tutaj tuto tylko tym typ tzn und us uslug usluga
    uslugaa usluge uslugi uwazam vam variant variantu vas volim vy vyberaiu vybiram vybyraiu w waehle wahle wahlen
    wariant warm was we what which wiadomosc wiadomosci witaj witam with wlasnie wskazuje wybieram wybieramy wybor
    wybrac wybralam wybralem wybrana wydaje ya ydet yes you your yz z za zaznaczam zdravstvuite ze zgadza zgadzam
    zgloszenie zpravy zu
    """
)
YES = _set_of(
    """
    ano correct da dokladnie ja jawohl ok okay richtig right tak wlasnie yeah yep yes zgadza
    """
)
# Written under a line of our list by whoever answers in its midst.
POINTING = _set_of(
    """
    <- ano chodzi da diese dieser eto here hier it ja o ok one poprosze prosze ta ta_usluga tak te ten this to tse
    tu tutaj v wlasnie wybieram x yes
    """
)
# None of those offered.
_NONE_WORD = r"(?:zad(?:na|en|ne|nej|nego|na)|zadn[a-z]*|none|neither|keine[rsnm]?|kein|zhodn[a-z]*|zhoden|niiak[a-z]*)"
NONE = re.compile(
    rf"{_NONE_WORD} (?:z|ze|of|fits?|from|der|von|davon|iz|yz|nie|ne|nich|service|usluga|opcja)\b"
    r"|ny odn[a-z]*|nykak[a-z]*|nothing (?:of|from|fits)|nic z (?:tego|tych)|to zaden z"
    r"|ne (?:pasuje|odpovida|pidkhodyt)|nie pasuje|doesn t fit|does not fit|not (?:listed|on the list|in the list)"
    r"|nie ma (?:jej |go |tego |mojej )?(?:na liscie|wsrod|tu)"
)
# Alone, these mean the same.
NONE_ALONE = _set_of(
    """
    andere anders another brak druhoe inna inne innej inny insha inshe jina kein keine keiner keines neither nic
    nichts none nothing other zaden zadna zadne zadnego zadnej zhoden zhodna zhodne zhodnoi
    """
)
NOT = _set_of(
    """
    ani bez kein keine ne never nicht nie no nor not ny
    """
)
INSTEAD = _set_of(
    """
    a ale but jenom just lecz nybrz only sondern tylko
    """
)
