"""The words with which a letter ends: `names` looks for a name after them, `signatures` for a signature."""

from pipeline.text.word_lists import word_tuple

FORMAL = (
    r"(?:(?:with |my |our )?(?:very )?(?:best|kind|kindest|warm|warmest|many|sincere)(?: (?:and|&) (?:best"
    r"|kind|warm))?"
    r" (?:regards|wishes)|regards|(?:yours )?(?:sincerely|faithfully|truly|respectfully)(?: yours)?|yours"
    r"|respectfully|warmly|warm regards|fondly|gratefully"
    r"|(?:all the )?best|rgds|mit (?:freundlichen|besten|herzlichen) grüßen|(?:freundliche|beste|viele|liebe"
    r"|herzliche)"
    r" grüße|mfg|lg|vg|cordialement|bien cordialement|bien à vous|sincères salutations|saludos(?: cordiales)?"
    r"|un (?:cordial )?saludo|atentamente|cordiali saluti|distinti saluti|saluti|met vriendelijke groet(?:en)?"
    r"|groetjes"
    r"|groeten|(?:met )?hartelijke groet(?:en)?|mvg|atenciosamente|(?:com os )?(?:melhores )?cumprimentos|abraços"
    r"|(?:med )?(?:vänliga |bästa )?hälsningar|mvh|(?:med )?(?:venlig|vennlig|bedste|beste) hilsen|(?:mange )?hilsen"
    r"|hochachtungsvoll|(?:ystävällisin |parhain )?terveisin|z poważaniem|pozdrawiam(?: serdecznie)?|s pozdravem"
    r"|s úctou|saygılarım(?:ız)?la|с уважением|з повагою|με εκτίμηση)"
)
THANKS = (
    r"(?:(?:many |kind )?thanks(?: (?:again|in advance|so much|a lot|a bunch|and (?:best |kind )?regards"
    r"|very much))?"
    r"|thank you(?: (?:again|in advance|so much|very much|and (?:best |kind )?regards))?|cheers|thx|tks|danke"
    r"|vielen dank|merci(?: d'avance| beaucoup)?|gracias|grazie|bedankt|obrigad[oa]|take care|have a (?:good"
    r"|great|nice)"
    r" (?:day|one|weekend|evening))"
)
CLOSING = rf"(?:{FORMAL}|{THANKS})"

HINTS = (
    *word_tuple(
        "regards wishes sincerely faithfully truly respectfully yours best rgds grüße mfg lg vg warm fondly gratefully"
        " cordialement salutations saludo atentamente saluti groet mvg atenciosamente cumprimentos"
        " abraços hälsningar mvh hilsen hochachtungsvoll terveisin poważaniem pozdrawiam pozdravem úctou saygılarım"
        " уважением повагою εκτίμηση thank cheers thx tks dank merci gracias grazie obrigad"
    ),
    *("bien à vous", "take care", "have a"),
)
"""Lower case; every closing contains one of them."""
