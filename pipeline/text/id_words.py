"""What people call the numbers that a state gives them, and how each is written.

The forms are those that https://www.oecd.org/tax/automatic-exchange/crs-implementation-and-assistance/tax-identification-numbers/
and python-stdnum's documentation (https://arthurdejong.org/python-stdnum/doc/) describe. A word of these names a number
that stands within sixteen characters of it; capitals count only where it is said.
"""

_ELEVEN = r"[0-9](?:[ .-]?[0-9]){10}"
_TEN = r"[0-9]{10}"
# Letters and digits in one piece, four digits at least, no date; or letters, a space and digits.
_DOCUMENT = (
    r"(?!(?:19|20)[0-9]{2}[-./]|[0-9]{1,2}[-./][0-9]{1,2}[-./](?:19|20)?[0-9]{2}\b)"
    r"(?:[A-Z]{1,3} [0-9]{5,9}|[0-9]{2,4} [0-9]{6}|[0-9]{8} [0-9] [A-Z]{2}[0-9]"
    r"|(?=(?:[A-Z.-]{0,4}[0-9]){4})[A-Z0-9][A-Z0-9.-]{4,18}[A-Z0-9])"
)

NAMED = (
    (r"ssn|ss#|social security(?: number| no)?|soc sec|itin", r"[0-9]{3}[ .-]?[0-9]{2}[ .-]?[0-9]{4}"),
    (
        r"nino|n\.?i\.?n?(?: number| no)?|national insurance(?: number| no)?",
        r"[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]",
    ),
    (r"nhs(?: number| no)?", r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}"),
    (r"social insurance(?: number| no)?|(?-i:SIN|NAS)", r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}"),
    (r"tfn|tax file(?: number| no)?", r"[0-9]{3} ?[0-9]{3} ?[0-9]{2,3}"),
    (
        r"bsn|burgerservicenummer|contribuinte|(?-i:NIF|AFM|IRD)|αφμ|teudat zehut|ת\"ז",
        r"[0-9](?:[ .-]?[0-9]){7,8}(?![0-9A-Z-])",
    ),
    (r"steuer-?id(?:nr)?|steueridentifikationsnummer|idnr|tax id", r"[0-9]{2,3}[ -]?[0-9 ]{6,10}[0-9]"),
    (
        r"rentenversicherungsnummer|sozialversicherungsnummer|sv-?(?:nummer|nr)",
        r"[0-9]{2} ?[0-9]{6} ?[A-Z] ?[0-9]{3}|[0-9]{4} ?[0-9]{6}",
    ),
    (r"ahv|avs", r"756[. ]?[0-9]{4}[. ]?[0-9]{4}[. ]?[0-9]{2}"),
    (
        r"sécurité sociale|sécu|nir|carte vitale",
        r"[12] ?[0-9]{2} ?[0-9]{2} ?[0-9AB]{2} ?[0-9]{3} ?[0-9]{3}(?: ?[0-9]{2})?",
    ),
    (r"numéro fiscal", r"[0-9](?:[ ]?[0-9]){12}"),
    (r"dni|nie|nif", r"[XYZ]?-?[0-9]{7,8}-?[A-Z]|[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}(?:-?[A-Z])?"),
    (r"(?-i:DNI)|cédula|cedula", r"[0-9]{7,10}|[0-9]{1,2}(?:\.[0-9]{3}){2,3}"),
    (r"seguridad social|nuss", r"[0-9]{2}[ /-]?[0-9]{8}[ /-]?[0-9]{2}"),
    (
        r"c\.?f\.?|cod(?:ice|\.) fisc(?:ale|\.)",
        r"[A-Z]{3} ?[A-Z]{3} ?[0-9]{2}[A-Z][0-9]{2} ?[A-Z][0-9]{3} ?[A-Z]",
    ),
    (
        r"pesel|isikukood|asmens kodas|oib|kimlik|fødselsnummer|personnummer|rijksregisternummer|registre national|niss"
        r"|(?-i:NIN|BVN)",
        _ELEVEN,
    ),
    (
        r"personnummer|samordningsnummer|pnr|personal identity number",
        r"(?:[0-9]{2})?[0-9]{6}[-+]?[0-9]{4}",
    ),
    (r"cpr", r"[0-9]{6}[- ]?[0-9]{4}"),
    (r"hetu|henkilötunnu[ks](?:eni)?", r"[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]"),
    (r"rodné číslo|rodne cislo|rč|r\. ?č\.", r"[0-9]{6}/?[0-9]{3,4}"),
    (r"cnp", r"[0-9]{13}"),
    (r"егн|іпн|iqama|utr", _TEN),
    (r"инн", r"[0-9]{10}(?:[0-9]{2})?"),
    (r"снилс", r"[0-9]{3}-?[0-9]{3}-?[0-9]{3}[ -]?[0-9]{2}"),
    (r"cpf", r"[0-9]{3}[. ]?[0-9]{3}[. ]?[0-9]{3}[- ]?[0-9]{2}"),
    (r"(?-i:RG)", r"[0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3}-?[0-9X]"),
    (r"rfc", r"[A-ZÑ&]{4}[0-9]{6}[A-Z0-9]{3}"),
    (r"curp", r"[A-Z]{4}[0-9]{6}[HM][A-Z]{5}[0-9A-Z][0-9]"),
    (r"rut", r"[0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3}-[0-9K]"),
    (r"cui[tl]", r"[0-9]{2}-?[0-9]{8}-?[0-9]"),
    (r"aadhaar|aadhar|マイナンバー|個人番号", r"[0-9]{4} ?[0-9]{4} ?[0-9]{4}"),
    (r"pan(?: card| number| no|:)", r"[A-Z]{5}[0-9]{4}[A-Z]"),
    (r"ppsn?", r"[0-9]{7}[A-W][A-IW]?"),
    (r"id number|identity number", r"[0-9]{6} ?[0-9]{4} ?[0-9]{3}"),
    (r"nric|fin", r"[STFGM][0-9]{7}[A-Z]"),
    (r"hkid", r"[A-Z]{1,2}[0-9]{6}\(?[0-9A]\)?"),
    (r"身分證(?:字號)?", r"[A-Z][12][0-9]{8}"),
    (r"주민등록번호|resident registration(?: number| no)?", r"[0-9]{6}-?[1-8][0-9]{6}"),
    (r"mykad", r"[0-9]{6}-?[0-9]{2}-?[0-9]{4}"),
    (r"(?-i:NIK|KTP)", r"[0-9]{16}"),
    (r"philhealth|(?-i:SSS)", r"[0-9]{2}-?[0-9]{7}-?[0-9]|[0-9]{2}-?[0-9]{9}-?[0-9]"),
    (
        r"medicare",
        r"[0-9][A-Z][A-Z0-9][0-9]-?[A-Z][A-Z0-9][0-9]-?[A-Z]{2}[0-9]{2}|[0-9]{4} ?[0-9]{5} ?[0-9](?:[ /]?[0-9])?",
    ),
    (r"ohip|health card", r"[0-9]{4}[ -]?[0-9]{3}[ -]?[0-9]{3}(?:[ -]?[A-Z]{2})?"),
    (r"a-number|alien number|uscis", r"A?-?[0-9]{8,9}"),
    (
        r"passport(?: number| no)?|reisepass(?:nummer)?|passeport|pasaporte|passaporto|paspoort|paszport|паспорт"
        r"|driver'?s? licen[sc]e(?: number| no)?|driving licen[sc]e(?: number| no)?|dl number|führerschein|voter id"
        r"|national id(?: card| number| no)*|id card(?: number| no)?|identity card(?: number| no)?|personalausweis"
        r"|carte d['’]identité|carta d['’]identità|cartão de cidadão|dowód osobisty",
        _DOCUMENT,
    ),
)
"""(words, form), as patterns without regard to capitals."""
