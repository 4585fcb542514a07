"""The line that a telephone or a mail app adds: "Sent from my iPhone", "Get Outlook for Android", by language.

The whole line has to be one: "Sent from my phone but no answer" goes on, and is its writer's. The forms are Apple
Mail's, Outlook's, Samsung's and Gmail's default signatures as discourse/email_reply_trimmer (signature_matcher.rb) and
alfonsrv/mail-parser-reply collect them.
"""

import re

_DEVICE = (
    "(?:iphone|iphonu|ipad|ipod|android|samsung|galaxy|huawei|xiaomi|pixel|nokia|motorola|blackberry"
    r"|windows phone|outlook|yahoo"
    " mail|gmail|aol|proton ?mail|mail for windows|mail|smartphone|mobile(?: phone| device)?|phone|handy|tablet|mobil"
    r"|айфона?)(?:['’]?[^\W\d_]{0,8})"
)
_SENT = (
    "sent (?:from|via|with|by|using)|composed (?:on|with)|gesendet (?:von|mit|über)|von meinem|envoyé (?:de"
    r"|depuis|à partir de)"
    "|enviado (?:desde|do|de|a partir do|pelo|por)|inviato (?:da|dal|con)|verzonden (?:vanaf|van|vanuit|met)"
    "|verstuurd (?:vanaf|met)|skickat från|sendt fra|lähetetty|wysłane? z|odesláno z|отправлено (?:с|из)|надіслано з"
    "|στάλθηκε από|εστάλη από|נשלח מ|(?:أُ?رسلت|نُشرت|تم الإرسال) من|从我的|從我的|发自我的|寄自我的|나의|내"
)
_BETWEEN = (
    r"(?:[\s-]{0,2}(?:my|the|a|an|meinem|meiner|mon|ma|mi|mio|meu|mijn|min|mitt|mého|mojego|моего|мого|το|שלי|ה-?"
    r"|new|samsung|apple|google|huawei|mobile|work|t-mobile|verizon|at&t|wireless|4g|5g|lte)){0,4}[\s-]{0,2}"
)
_AFTER = (
    r"(?:から送信|发送|發送|傳送|에서 보냄|[\s,]{1,2}(?:smartphone|device|phone|handy|mobiltelefon|telefon|tablet"
    r"|galaxy|pro|max|plus|mini|ultra|note|on|for|via|für|til|till|för|pour|para|per|voor|dla|для|για"
    r"|with|my|the|secure|e?-?mail|app|android|ios|windows|mac|iphone|ipad|[a-z]?\d{1,3}[a-z]?|gesendet|gönderildi"
    r"|发送|發送|傳送|שלי|μου|please|pardon|excuse|forgive|any|typos?|errors|brevity|and|the)){0,8}"
)
_TAIL = r"\s?(?:[<(\[]{0,2}(?:https?://[^\s<>]{1,300}|LINK\])[>)\]]{0,2})?[.!\])>]{0,3}\s{0,3}$"
_OUTLOOK = (
    r"(?:get|hent|hämta|skaffa|télécharge[rz]|obtene[rz]|obtenez|obtenha|obter|ottieni|scarica|download|pobierz"
    r"|stáhnout"
    r"|stáhněte|загрузите|получить|lataa|hanki|κατεβάστε) outlook (?:for|til|till|för|pour|para|per|voor|dla|pro"
    r"|для|για|на)"
    r" (?:ios|android|mac|windows|desktop)"
    r"|outlook (?:für|for|voor) (?:ios|android|mac|windows)['’]?[^\W\d_]{0,3} (?:beziehen|herunterladen|holen"
    r"|downloaden"
    r"|edinin|alın)"
)
_LINE = re.compile(
    rf"\s{{0,3}}[\[(<]{{0,2}}(?:(?:{_SENT}){_BETWEEN}{_DEVICE}{_AFTER}|{_OUTLOOK}"
    rf"|{_DEVICE}(?:から送信| gönderildi| lähetetty)){_TAIL}",
    re.IGNORECASE,
)


def is_device_line(text: str) -> bool:
    """ "Sent from my iPhone" and its kin: a line that the device wrote."""
    return len(text) <= 320 and _LINE.match(text) is not None
