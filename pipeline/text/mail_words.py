"""The words that mail programs and helpdesks put around what is answered or forwarded, by language.

No standard names them. They are what the programs write: Gmail, Apple Mail, Outlook, Thunderbird and Yahoo as recorded
in the tables of crisp-oss/email-forward-parser, crisp-oss/email-reply-parser, discourse/email_reply_trimmer and
alfonsrv/mail-parser-reply, Thunderbird's also in its composeMsgs.properties; the lines of Gmail in Greek, Turkish,
Korean, Japanese and Traditional Chinese as they stand in the archives of the kernel's mailing lists. Arabic and Hebrew
follow Gmail's and Outlook's own words, for which fewer witnesses were found.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class MailWords:
    """One language's words, each field alternatives of a pattern apart by "|", matched without case.

    `opens` is how the line above a quotation begins, `wrote` its verb; `speech` are words that make such a line a
    sentence of the writer's own ("on Monday your colleague wrote:"). `sender`, `sent`, `to` and `subject` are headers,
    `original`, `forwarded` and `above` the headings of an answered, a forwarded and a helpdesk's message.
    """

    language: str
    wrote: str
    sender: str
    sent: str
    to: str
    subject: str
    original: str
    forwarded: str
    above: str
    speech: str
    opens: str = ""


LANGUAGES = (
    MailWords(
        "en",
        opens="on|at", wrote="wrote|writes", sender="from", sent="sent|date", to="to", subject="subject|re",
        original="original (?:message|appointment|e?-?mail)|reply message",
        forwarded="begin forwarded message|forwarded (?:message|by zendesk)",
        above="(?:type|write|enter|add) your (?:reply|response|answer) above this line|(?:reply|respond"
        "|write) above this"
        " line|in replies all text above this line",
        speech="i|we|you|he|she|they|it|your|my|our|his|her|their|me|us|who|somebody|someone|agent|colleague|team",
    ),
    MailWords(
        "de",
        opens="am|um", wrote="schrieb(?:en sie)?|geschrieben", sender="von", sent="gesendet|datum", to="an",
        subject="betreff",
        original="(?:ursprüngliche|urspruengliche) (?:nachricht|mail|mitteilung)|original-?nachricht|antwort nachricht",
        forwarded="(?:anfang der )?weitergeleitete(?:n)? (?:nachricht|e-?mail|mail)",
        above="(?:ihre |deine )?antwort(?:en sie)? (?:bitte )?(?:über|oberhalb) dieser (?:zeile|linie)"
        "|(?:über|oberhalb) dieser (?:zeile|linie) antworten",
        speech="ich|wir|sie|du|ihr|ihre|ihrer|ihren|dein|deine|euer|eure|mein|meine|unser|unsere|mir|uns|jemand"
        "|kollege|kollegin|mitarbeiter|mitarbeiterin|team",
    ),
    MailWords(
        "fr",
        opens="le|il y a", wrote="a (?:é|e)crit|écrivait", sender="de|expéditeur", sent="envoyé(?: le)?|date",
        to="à|pour|destinataire", subject="objet|sujet",
        original="message (?:d['’]origine|original|initial)",
        forwarded="(?:début du )?message (?:transféré|réexpédié|transmis)",
        above="(?:répondez|répondre|répondrez|écrivez(?: votre réponse)?|(?:saisissez|entrez|tapez) votre réponse)"
        " (?:ici )?au[ -]dessus de cette ligne",
        speech="je|j['’]ai|nous|vous|tu|il|elle|ils|votre|vos|notre|nos|mon|ma|mes|me|m['’]a|on|quelqu['’]un|collègue"
        "|conseiller|conseillère|équipe",
    ),
    MailWords(
        "es",
        opens="el", wrote="escribi(?:ó|o)|ha escrito", sender="de|remitente", sent="enviado(?: el)?|fecha", to="para|a",
        subject="asunto",
        original="mensaje original",
        forwarded="(?:inicio del )?mensaje reenviado",
        above="(?:escrib[ae]|responda?|ingrese)(?: (?:su|tu) respuesta)? (?:por )?encima de esta línea",
        speech="yo|nosotros|usted|ustedes|él|ella|su|sus|tu|tus|mi|mis|nuestro|nuestra|me|nos|alguien|agente|compañero"
        "|compañera|equipo",
    ),
    MailWords(
        "it",
        opens="il(?: giorno)?|in data", wrote="ha scritto|scrive", sender="da|mittente", sent="inviato(?: il)?|data",
        to="a|destinatario", subject="oggetto",
        original="messaggio originale",
        forwarded="(?:inizio )?messaggio inoltrato",
        above="(?:scriv(?:i|ere|a)|rispond(?:i|ere|a)|digit(?:a|are))(?: la (?:tua |sua )?risposta)? (?:al di )?sopra"
        " (?:a )?quest[ae] (?:riga|linea)",
        speech="io|noi|lei|voi|lui|loro|vostro|vostra|suo|sua|tuo|tua|mio|mia|nostro|nostra|mi|ci|qualcuno|collega"
        "|operatore|operatrice|squadra",
    ),
    MailWords(
        "pt",
        opens="em|no dia|a|às", wrote="escreveu|escrito por", sender="de|remetente", sent="enviad[oa](?: em)?|data",
        to="para", subject="assunto",
        original="mensagem original",
        forwarded="(?:início da )?mensagem (?:encaminhada|reencaminhada)",
        above="(?:escreva|digite|responda|introduza)(?: a)?(?: sua)?(?: resposta)? acima d(?:esta|essa) linha",
        speech="eu|nós|você|vocês|ele|ela|seu|sua|seus|suas|meu|minha|vosso|vossa|nosso|nossa|me|nos|alguém|atendente"
        "|colega|equipe|equipa",
    ),
    MailWords(
        "nl",
        opens="op", wrote="schreef|geschreven", sender="van", sent="verzonden|datum", to="aan", subject="onderwerp",
        original="oorspronkelijk bericht|origineel bericht",
        forwarded="(?:begin )?doorgestuurd bericht",
        above="(?:typ|type|schrijf|plaats)?\\s?(?:uw |je )?(?:antwoord|reactie|reageer|reageren|antwoorden) boven deze"
        " (?:regel|lijn)",
        speech="ik|wij|we|u|uw|jij|je|jullie|hij|zij|ze|mijn|ons|onze|mij|iemand|collega|medewerker|team",
    ),
    MailWords(
        "sv",
        opens="den|på|(?:mån|tis|ons|tors?|fre|lör|sön)\\.?", wrote="skrev", sender="från", sent="skickat|datum",
        to="till", subject="ämne",
        original="ursprungligt meddelande|originalmeddelande",
        forwarded="vidarebefordrat (?:meddelande|mejl|brev)",
        above="(?:skriv|svara)(?: ditt svar)? (?:ovanför|över) (?:den här|denna) (?:raden|linjen|rad)",
        speech="jag|vi|du|ni|han|hon|de|din|ditt|er|ert|era|min|mitt|vår|vårt|mig|oss|någon|kollega|medarbetare|team",
    ),
    MailWords(
        "da",
        opens="den|d\\.|(?:man|tirs?|ons|tors?|fre|lør|søn)\\.?", wrote="skrev", sender="fra", sent="sendt|dato",
        to="til", subject="emne",
        original="oprindelig (?:meddelelse|besked)|original meddelelse",
        forwarded="videresendt (?:meddelelse|besked)|start på videresendt besked",
        above="(?:skriv|svar)(?: venligst)?(?: dit svar)? (?:over|ovenfor) denne linje",
        speech="jeg|vi|du|i|han|hun|de|din|dit|jeres|deres|min|mit|vores|mig|os|nogen|kollega|medarbejder|team",
    ),
    MailWords(
        "nb",
        opens="den|på|(?:man|tirs?|ons|tors?|fre|lør|søn)\\.?", wrote="skrev(?: følgende)?|skreiv", sender="fra",
        sent="sendt|dato", to="til", subject="emne",
        original="opprinnelig melding|opphavleg melding",
        forwarded="videresendt (?:melding|e-?post)",
        above="(?:skriv|svar)(?: svaret ditt)? over denne linjen",
        speech="jeg|vi|du|dere|han|hun|de|din|ditt|deres|min|mitt|vår|vårt|meg|oss|noen|kollega|medarbeider|team",
    ),
    MailWords(
        "fi",
        opens="(?:ma|ti|ke|to|pe|la|su)", wrote="kirjoitti", sender="lähettäjä", sent="lähetetty|päivämäärä|päiväys",
        to="vastaanottaja", subject="aihe",
        original="alkuperäinen viesti(?: / orig\\.msg\\.)?",
        forwarded="välitetty viesti(?: alkaa| / fwd\\.msg)?|edelleenlähetetty viesti",
        above="(?:kirjoita|vastaa)(?: vastauksesi)? tämän rivin yläpuolelle",
        speech="minä|me|sinä|te|hän|he|minun|meidän|teidän|sinun|joku|kollega|asiakaspalvelija|tiimi"
        "|asiakaspalvelijanne|työntekijänne",
    ),
    MailWords(
        "pl",
        opens="w dniu|dnia|(?:pon|wt|śr|czw|pt|sob|niedz)\\.",
        wrote="napisał(?:\\(a\\)|a)?|pisze|nadesłał|wiadomość napisana przez",
        sender="od|nadawca", sent="wysłano|data", to="do|adresat", subject="temat",
        original="treść oryginalnej wiadomości|oryginalna wiadomość|wiadomość oryginalna",
        forwarded="(?:początek )?przekazywane?j? wiadomo(?:ść|ści)|przekazana wiadomość|treść przekazanej wiadomości",
        above="(?:wpisz|napisz|odpowiedz)(?: (?:swoją )?odpowiedź)? (?:powyżej|nad) (?:tej linii|tego wiersza"
        "|tą linią)",
        speech="ja|my|pan|pani|państwa|państwo|on|ona|wasz|wasza|mój|moja|nasz|nasza|mi|nam|ktoś|konsultant"
        "|konsultantka|zespół",
    ),
    MailWords(
        "cs",
        opens="dne|(?:po|út|st|čt|pá|so|ne)", wrote="napsal(?:\\(a\\)|a)?|píše", sender="od", sent="odesláno|datum",
        to="komu", subject="předmět",
        original="původní (?:zpráva|e-?mail)",
        forwarded="přeposlaná zpráva|začátek přeposílané zprávy",
        above="(?:napište|pište|odpovězte|zadejte)(?: (?:prosím )?(?:svou )?odpověď)? nad t(?:ento řádek|outo čárou"
        "|ímto"
        " řádkem)",
        speech="já|my|vy|on|ona|váš|vaše|můj|moje|náš|naše|mi|nám|někdo|kolega|kolegyně|operátor|operátorka|tým",
    ),
    MailWords(
        "tr",
        wrote="(?:şunu |şunları )?yazdı",
        sender="kimden|gönderen", sent="gönderildi|gönderilen|gönderme tarihi|tarih", to="kime|alıcı", subject="konu",
        original="(?:orijinal|özgün) (?:mesaj|ileti)",
        forwarded="iletilen (?:ileti|mesaj)|iletilmiş mesaj|yönlendirilmiş ileti|i̇?leti başlangıcı",
        above="(?:lütfen )?(?:yanıtınızı|cevabınızı) bu satırın üst(?:üne|ünde) yaz(?:ın|ınız)",
        speech="ben|biz|siz|sen|o|onlar|bana|bize|size|temsilciniz|çalışanınız|ekibiniz|biri|arkadaşınız|temsilci",
    ),
    MailWords(
        "ru",
        wrote="написал(?:а|\\(а\\))?|пишет|писал(?:а)?",
        sender="от|отправитель|от кого", sent="отправлено|дата", to="кому", subject="тема",
        original="исходное (?:сообщение|письмо)|оригинальное сообщение",
        forwarded="(?:начало )?(?:переадресованно|пересылаемо|перенаправленно|пересланно)(?:е|го) (?:сообщени"
        "|письм)[еяоа]",
        above="(?:пожалуйста, )?(?:введите|напишите|пишите)(?: ваш| свой)? ответ(?:ьте)? (?:над"
        "|выше) этой (?:строкой|строки"
        "|линией|чертой)",
        speech="я|мы|вы|ты|он|она|они|ваш|ваша|ваши|мой|моя|наш|наша|мне|нам|вам|кто-то|сотрудник|сотрудница|коллега"
        "|оператор|менеджер",
    ),
    MailWords(
        "uk",
        wrote="пише|написав|написала|написав\\(ла\\)",
        sender="від|від кого", sent="надіслано|відправлено|дата", to="кому", subject="тема",
        original="(?:початкове|оригінальне|вихідне) повідомлення",
        forwarded="(?:переслане|перенаправлене) повідомлення|початок листа, що пересилається",
        above="(?:будь ласка, )?(?:введіть|напишіть|пишіть)(?: вашу| свою)? відповідь (?:над|вище) ц(?:им рядком"
        "|ього рядка"
        "|ією лінією)",
        speech="я|ми|ви|ти|він|вона|вони|ваш|ваша|ваші|мій|моя|наш|наша|мені|нам|вам|хтось|працівник|колега|оператор"
        "|менеджер",
    ),
    MailWords(
        "el",
        opens="στις|την|το", wrote="έγραψε", sender="από|αποστολέας", sent="στάλθηκε|απεστάλη|εστάλη|ημερομηνία",
        to="προς", subject="θέμα",
        original="αρχικό μήνυμα",
        forwarded="προωθημένο μήνυμα|έναρξη προωθημένου μηνύματος",
        above="(?:πληκτρολογήστε|γράψτε|απαντήστε)(?: την απάντησή σας)? πάνω από αυτή(?:ν)? τη(?:ν)? γραμμή",
        speech="εγώ|εμείς|εσείς|εσύ|αυτός|αυτή|σας|μου|μας|του|της|κάποιος|συνάδελφος|υπάλληλος|υπάλληλός|ομάδα",
    ),
    MailWords(
        "ja",
        wrote="さん(?:は|が)(?:書|お書)きました|のメ(?:ッセージ|ール)|さんからのメール",
        sender="差出人|送信者", sent="送信日時|日時|日付", to="宛先", subject="件名",
        original="元のメッセージ|オリジナルメッセージ|original message",
        forwarded="転送(?:された)?メッセージ",
        above="(?:この|こちらの)(?:行|線)(?:より|の)上(?:に|へ)(?:ご)?(?:返信|返答|回答)[^\n]{0,30}",
        speech="私|弊社|御社|貴社|担当者|担当の方|スタッフ",
    ),
    MailWords(
        "zh",
        opens="在", wrote="写道|寫道|写于", sender="发件人|寄件者|寄件人",
        sent="发送时间|发件时间|日期|寄件日期|傳送時間|傳送日期|发送日期",
        to="收件人|收件者",
        subject="主题|主旨|主題",
        original="原始(?:邮件|郵件|消息|訊息|信件)|原邮件",
        forwarded="(?:已?转发的?|轉寄的?|轉寄)(?:邮件|郵件|信件|消息|訊息)",
        above="请?請?在(?:此行|本行|這行|这行)(?:的)?上方(?:输入|輸入|回复|回覆|键入|鍵入)[^\n]{0,20}",
        speech="我|我们|我們|你|您|你们|您们|他|她|客服|贵公司|貴公司|同事",
    ),
    MailWords(
        "ko",
        wrote="님이 (?:다음을 )?작성(?:하였습니다|함)?|작성|이\\(가\\) [^\n]{0,80}쓴 글|님이 쓴 글|쓴 글",
        sender="보낸\\s?사람", sent="보낸\\s?날짜|날짜|보낸\\s?시간", to="받는\\s?사람", subject="제목",
        original="원본 (?:메시지|메일)",
        forwarded="전달된 (?:메시지|메일)",
        above="이 (?:줄|선) 위에 (?:답장|회신|답변)[^\n]{0,20}",
        speech="저는|제가|저희|우리|귀사|상담원|직원|담당자",
    ),
    MailWords(
        "ar",
        opens="في|على|بتاريخ", wrote="كتب(?:ت)?|تمت كتابة ما يلي بواسطة", sender="من|المرسل",
        sent="تاريخ الإرسال|تم الإرسال|أُرسلت|التاريخ", to="إلى", subject="الموضوع",
        original="الرسالة الأصلي[َّ]{0,2}ة",
        forwarded="(?:بداية )?(?:ال)?رسالة (?:ال)?(?:معاد توجيهها|مُعاد توجيهها|محو[َّ]{0,2}لة|ممر[َّ]{0,2}رة|الموجهة)",
        above="(?:يرجى |الرجاء )?(?:كتابة|اكتب|الرد)(?: ردك)? (?:أعلى|فوق) هذا (?:السطر|الخط)",
        speech="أنا|نحن|أنت|أنتم|هو|هي|لي|لنا|موظفكم|موظف|موظفة|زميلكم|زميلك|فريقكم",
    ),
    MailWords(
        "he",
        opens="בתאריך|ב-", wrote="כתב(?:ה|/ה|ו)?|מאת", sender="מאת", sent="נשלח|תאריך", to="אל", subject="נושא",
        original="ההודעה המקורית|הודעה מקורית",
        forwarded="הודעה שהועברה|תחילת ההודעה שהועברה",
        above="(?:נא )?(?:הקלד|הקלידו|כתבו|להשיב|השב)(?: את)?(?: תשובתך| תשובתכם)? מעל (?:ה)?שורה זו|מעל שורה זו",
        speech="אני|אנחנו|אתה|אתם|הוא|היא|הם|לי|לנו|שלכם|שלך|שלי|הנציג|הנציגה|נציג|נציגה|העובד",
    ),
)  # fmt: skip


UNSPACED = frozenset(("ja", "zh", "ko"))
"""Languages whose words have no boundary that a pattern could ask for."""

POLITE = (
    "please|kindly|bitte|merci de|veuillez|por favor|per favore|si prega di|gelieve|alstublieft|vänligen|venligst"
    "|vennligst"
    "|proszę|prosím|lütfen|пожалуйста,?|будь ласка,?|παρακαλώ|يرجى|נא|请|請"
)
"""What may stand before a heading that asks for something."""


def words_of(field: str) -> str:
    """That field's alternatives of all languages as one pattern source, each once."""
    return "|".join(dict.fromkeys(getattr(language, field) for language in LANGUAGES if getattr(language, field)))


def whole_words(language: MailWords, field: str) -> str:
    """That field's alternatives as a pattern source that matches no part of a longer word."""
    source = getattr(language, field)
    return f"(?:{source})" if language.language in UNSPACED else rf"(?<!\w)(?:{source})(?!\w)"
