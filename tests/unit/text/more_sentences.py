"""Sentences of customers in languages of no family with others here: Finnish, Turkish, Greek, Japanese, Chinese,
Korean, Arabic, Hebrew."""

MORE = {
    "fi": """
Haluan irtisanoa tilaukseni kuukauden lopussa, miten se tehdään?
Voimmeko lisätä kymmenen käyttäjää lisää meidän tilillemme?
Viimeisen päivityksen jälkeen vienti ei enää toimi ollenkaan.
Harkitsemme toimittajan vaihtamista, koska hinta on liian korkea.
Onko mahdollista lähettää lasku toiseen osoitteeseen?
Kiitos paljon nopeasta avusta, nyt kaikki toimii taas.
Miksi minulta on veloitettu kaksi kertaa tässä kuussa?
Sovellus sulkeutuu aina, kun yritän ladata kuvan.
Olisi hienoa, jos voisi poistaa monta tiedostoa yhdellä kertaa.
Olen odottanut vastausta teiltä jo kolme viikkoa.
Mikä paketti sopii yritykselle, jossa on viisikymmentä työntekijää?
Soittakaa minulle huomenna aamupäivällä samaan numeroon, kiitos.
Sähköpostin linkki vie vain tyhjälle sivulle.
Teillä on paras asiakaspalvelu, jonka minä tiedän.
En pääse kirjautumaan, vaikka salasana on oikein.
Sopimuksemme päättyy maaliskuussa, mitä jatko maksaa?
Paketti tuli perille rikki eikä kukaan vastaa minulle.
Mistä löydän ilmoitusten asetukset valikosta?
hei en pääse tilille mitä minun pitää tehdä
Voitteko kertoa, toimiiko se myös pienellä paketilla?
Se ei toimi.
Kiitos kaikesta.
""",
    "tr": """
Aboneliğimi ay sonunda iptal etmek istiyorum, nasıl yapabilirim?
Hesabımıza on kullanıcı daha ekleyebilir miyiz acaba?
Son güncellemeden beri dışa aktarma artık çalışmıyor.
Fiyat çok yüksek olduğu için başka bir firmaya geçmeyi düşünüyoruz.
Faturayı başka bir adrese göndermek mümkün mü?
Hızlı yardımınız için çok teşekkür ederim, şimdi her şey çalışıyor.
Bu ay neden iki kez ücret alındı?
Ne zaman bir resim yüklemek istesem uygulama kapanıyor.
Birden fazla dosyayı aynı anda silebilmek çok güzel olurdu.
Üç haftadır sizden bir cevap bekliyorum.
Elli kişilik bir şirket için hangi paket daha uygun?
Lütfen beni yarın sabah aynı numaradan arayın.
E-postadaki bağlantı boş bir sayfaya gidiyor.
Gördüğüm en iyi müşteri hizmeti sizde.
Şifre doğru olmasına rağmen giriş yapamıyorum.
Sözleşmemiz mart ayında bitiyor, yenilemek ne kadar?
Paket kırık geldi ve kimse bana cevap vermiyor.
Bildirim ayarları menüde nerede bulunuyor?
merhaba hesabima giremiyorum ne yapmam gerekiyor
Bunun küçük paketle de olup olmadığını söyler misiniz?
Hiç çalışmıyor.
Her şey için teşekkürler.
""",
    "el": """
Θέλω να ακυρώσω τη συνδρομή μου στο τέλος του μήνα.
Μπορούμε να προσθέσουμε ακόμη δέκα χρήστες;
Μετά την τελευταία ενημέρωση η εξαγωγή δεν λειτουργεί.
Γιατί με χρεώσατε δύο φορές αυτόν τον μήνα;
Ευχαριστώ πολύ για τη βοήθεια.
""",
    "ja": """
月末で契約を解約したいのですが、どうすればよいですか。
アカウントにあと十人追加できますか。
アップデートの後、エクスポートが動かなくなりました。
今月二回請求されているのはなぜですか。
""",
    "zh": """
我想在月底取消订阅，应该怎么操作？
我們可以再增加十個使用者嗎？
上次更新以后导出功能就不能用了。
為什麼這個月扣了兩次錢？
""",
    "ko": """
이번 달 말에 구독을 해지하고 싶은데 어떻게 하나요?
우리 계정에 사용자 열 명을 더 추가할 수 있나요?
지난 업데이트 이후로 내보내기가 되지 않습니다.
이번 달에 왜 두 번 결제되었나요?
""",
    "ar": """
أريد إلغاء اشتراكي في نهاية الشهر، كيف أفعل ذلك؟
هل يمكننا إضافة عشرة مستخدمين آخرين إلى حسابنا؟
منذ التحديث الأخير لم يعد التصدير يعمل.
لماذا تم خصم المبلغ مرتين هذا الشهر؟
""",
    "he": """
אני רוצה לבטל את המנוי שלי בסוף החודש, איך עושים את זה?
האם אפשר להוסיף עוד עשרה משתמשים לחשבון שלנו?
מאז העדכון האחרון הייצוא לא עובד.
למה חייבתם אותי פעמיים החודש?
""",
}
