"""What customers write in other languages than English, a sentence a line; made up. Short ones too: a detector may say
nothing about those, but must not call an English one foreign."""

SENTENCES = {
    "de": """
Ich möchte mein Abo zum Monatsende kündigen und hätte gerne eine Bestätigung per Mail.
Können wir für unser Team noch zehn weitere Lizenzen bestellen?
Seit dem letzten Update funktioniert der Export nach Excel leider nicht mehr.
Wir überlegen zu einem anderen Anbieter zu wechseln, weil der Preis zu hoch ist.
Gibt es eine Möglichkeit die Rechnung auf ein anderes Konto umzuschreiben?
Vielen Dank für die schnelle Hilfe, jetzt läuft alles wieder.
Warum wurde mir diesen Monat der doppelte Betrag abgebucht?
Die App stürzt jedes Mal ab, wenn ich ein Bild hochladen will.
Es wäre toll, wenn man mehrere Dateien gleichzeitig löschen könnte.
Ich warte schon seit drei Wochen auf eine Antwort von Ihnen.
Welcher Tarif passt zu einer Firma mit fünfzig Mitarbeitern?
Bitte rufen Sie mich morgen Vormittag unter der bekannten Nummer zurück.
Der Link in der Mail führt nur zu einer leeren Seite.
Ihr habt den besten Kundendienst, den ich je erlebt habe.
Ich kann mich nicht anmelden, obwohl das Passwort richtig ist.
Unser Vertrag läuft im März aus, was kostet eine Verlängerung?
Leider ist das Paket beschädigt angekommen und niemand meldet sich.
Wo finde ich die Einstellungen für die Benachrichtigungen?
hallo ich komme nicht in mein konto rein was soll ich machen
Könnt ihr mir sagen ob das auch mit dem kleinen Paket geht?
Das klappt nicht.
Danke, alles gut.
""",
    "fr": """
Je voudrais résilier mon abonnement à la fin du mois, comment faire ?
Pouvons-nous ajouter dix utilisateurs de plus à notre compte ?
Depuis la dernière mise à jour, l'export ne fonctionne plus du tout.
Nous pensons partir chez un concurrent parce que le prix est trop élevé.
Est-il possible de recevoir la facture à une autre adresse ?
Merci beaucoup pour votre aide rapide, tout fonctionne maintenant.
Pourquoi ai-je été débité deux fois ce mois-ci ?
L'application se ferme chaque fois que je veux envoyer une photo.
Ce serait bien de pouvoir supprimer plusieurs fichiers en même temps.
J'attends une réponse de votre part depuis trois semaines.
Quelle offre convient à une entreprise de cinquante personnes ?
Merci de me rappeler demain matin au numéro que vous avez.
Le lien dans le courriel mène vers une page vide.
Vous avez le meilleur service client que je connaisse.
Je n'arrive pas à me connecter alors que le mot de passe est bon.
Notre contrat se termine en mars, combien coûte le renouvellement ?
Le colis est arrivé abîmé et personne ne me répond.
Où se trouvent les réglages des notifications dans le menu ?
bonjour je ne peux plus ouvrir mon compte que dois je faire
Pouvez-vous me dire si cela marche aussi avec la petite formule ?
Ça ne marche pas.
Merci, tout va bien.
""",
    "es": """
Quiero cancelar mi suscripción a final de mes y necesito una confirmación.
¿Podemos añadir diez usuarios más a nuestra cuenta?
Desde la última actualización la exportación a Excel ya no funciona.
Estamos pensando en cambiar de proveedor porque el precio es muy alto.
¿Es posible enviar la factura a otra dirección de correo?
Muchas gracias por la ayuda, ahora todo funciona bien.
¿Por qué me han cobrado dos veces este mes?
La aplicación se cierra cada vez que quiero subir una foto.
Sería genial poder borrar varios archivos a la vez.
Llevo tres semanas esperando una respuesta de su parte.
¿Qué plan es mejor para una empresa de cincuenta personas?
Por favor llámeme mañana por la mañana al número de siempre.
El enlace del correo lleva a una página en blanco.
Tienen el mejor servicio al cliente que he visto nunca.
No puedo entrar en mi cuenta aunque la contraseña es correcta.
Nuestro contrato termina en marzo, ¿cuánto cuesta renovarlo?
El paquete llegó roto y nadie me contesta.
¿Dónde están los ajustes de las notificaciones en el menú?
hola no puedo entrar a mi cuenta que tengo que hacer
¿Me pueden decir si también funciona con el plan pequeño?
No funciona nada.
Gracias por todo.
""",
    "it": """
Vorrei disdire il mio abbonamento alla fine del mese, come posso fare?
Possiamo aggiungere altri dieci utenti al nostro account?
Dopo l'ultimo aggiornamento l'esportazione non funziona più.
Stiamo pensando di cambiare fornitore perché il prezzo è troppo alto.
È possibile ricevere la fattura a un altro indirizzo?
Grazie mille per l'aiuto, adesso funziona tutto.
Perché questo mese mi avete addebitato due volte l'importo?
L'applicazione si chiude ogni volta che voglio caricare una foto.
Sarebbe bello poter cancellare più file nello stesso momento.
Aspetto una vostra risposta da tre settimane.
Quale piano è adatto a un'azienda con cinquanta dipendenti?
Per favore richiamatemi domani mattina al solito numero.
Il collegamento nella mail porta a una pagina vuota.
Avete il miglior servizio clienti che abbia mai visto.
Non riesco ad accedere anche se la password è giusta.
Il nostro contratto scade a marzo, quanto costa il rinnovo?
Il pacco è arrivato rotto e nessuno mi risponde.
Dove si trovano le impostazioni delle notifiche?
ciao non riesco a entrare nel mio account che cosa devo fare
Mi potete dire se funziona anche con il piano più piccolo?
Non funziona niente.
Grazie di tutto.
""",
    "pt": """
Quero cancelar a minha assinatura no final do mês, como faço?
Podemos adicionar mais dez usuários à nossa conta?
Desde a última atualização a exportação não funciona mais.
Estamos pensando em mudar de fornecedor porque o preço está muito alto.
É possível enviar a fatura para outro endereço?
Muito obrigado pela ajuda, agora está tudo funcionando.
Por que fui cobrado duas vezes neste mês?
O aplicativo fecha toda vez que tento enviar uma foto.
Seria ótimo poder apagar vários arquivos ao mesmo tempo.
Estou esperando uma resposta de vocês há três semanas.
Qual plano é o melhor para uma empresa com cinquenta pessoas?
Por favor me liguem amanhã de manhã no mesmo número.
O link do e-mail leva a uma página em branco.
Vocês têm o melhor atendimento que eu já vi.
Não consigo entrar na minha conta embora a senha esteja certa.
O nosso contrato termina em março, quanto custa renovar?
A encomenda chegou partida e ninguém me responde.
Onde ficam as configurações das notificações no menu?
oi não consigo entrar na minha conta o que eu faço
Podem me dizer se isso também funciona no plano pequeno?
Não funciona nada.
Obrigado por tudo.
""",
    "nl": """
Ik wil mijn abonnement aan het einde van de maand opzeggen.
Kunnen we nog tien gebruikers aan ons account toevoegen?
Sinds de laatste update werkt het exporteren niet meer.
We denken erover om over te stappen omdat de prijs te hoog is.
Is het mogelijk om de factuur naar een ander adres te sturen?
Hartelijk dank voor de snelle hulp, alles werkt nu weer.
Waarom is er deze maand twee keer geld afgeschreven?
De app sluit af elke keer als ik een foto wil uploaden.
Het zou fijn zijn als je meer bestanden tegelijk kon verwijderen.
Ik wacht al drie weken op een antwoord van jullie.
Welk pakket past bij een bedrijf met vijftig medewerkers?
Bel me alstublieft morgenochtend terug op het bekende nummer.
De link in de mail gaat naar een lege pagina.
Jullie hebben de beste klantenservice die ik ken.
Ik kan niet inloggen hoewel het wachtwoord goed is.
Ons contract loopt in maart af, wat kost een verlenging?
Het pakket is kapot aangekomen en niemand reageert.
Waar vind ik de instellingen voor meldingen in het menu?
hoi ik kom niet in mijn account wat moet ik doen
Kunt u mij vertellen of dit ook met het kleine pakket kan?
Het werkt niet.
Bedankt voor alles.
""",
    "sv": """
Jag vill säga upp mitt abonnemang i slutet av månaden.
Kan vi lägga till tio användare till på vårt konto?
Sedan den senaste uppdateringen fungerar inte exporten längre.
Vi funderar på att byta leverantör eftersom priset är för högt.
Går det att skicka fakturan till en annan adress?
Tack så mycket för den snabba hjälpen, nu fungerar allt.
Varför har ni dragit pengar två gånger den här månaden?
Appen stängs varje gång jag försöker ladda upp en bild.
Det vore bra om man kunde ta bort flera filer samtidigt.
Jag har väntat på ett svar från er i tre veckor.
Vilket paket passar ett företag med femtio anställda?
Ring mig gärna i morgon förmiddag på samma nummer.
Länken i mejlet leder bara till en tom sida.
Ni har den bästa kundtjänsten som jag har sett.
Jag kan inte logga in fast lösenordet är rätt.
Vårt avtal går ut i mars, vad kostar det att förlänga?
Paketet kom fram trasigt och ingen svarar mig.
Var hittar jag inställningarna för aviseringar?
hej jag kommer inte in på mitt konto vad ska jag göra
Kan ni säga om det också går med det lilla paketet?
Det fungerar inte.
Tack för allt.
""",
    "da": """
Jeg vil gerne opsige mit abonnement ved udgangen af måneden.
Kan vi tilføje ti brugere mere til vores konto?
Siden den sidste opdatering virker eksporten ikke længere.
Vi overvejer at skifte leverandør, fordi prisen er for høj.
Er det muligt at sende fakturaen til en anden adresse?
Mange tak for den hurtige hjælp, nu virker det hele.
Hvorfor har I trukket penge to gange i denne måned?
Appen lukker hver gang jeg vil lægge et billede op.
Det ville være rart at kunne slette flere filer på en gang.
Jeg har ventet på et svar fra jer i tre uger.
Hvilken pakke passer til en virksomhed med halvtreds ansatte?
Ring venligst til mig i morgen formiddag på det kendte nummer.
Linket i mailen fører til en tom side.
I har den bedste kundeservice, som jeg kender.
Jeg kan ikke logge ind, selv om adgangskoden er rigtig.
Vores aftale udløber i marts, hvad koster det at forlænge?
Pakken kom frem i stykker, og ingen svarer mig.
Hvor finder jeg indstillingerne for beskeder i menuen?
hej jeg kan ikke komme ind på min konto hvad skal jeg gøre
Kan I sige mig om det også går med den lille pakke?
Det virker ikke.
Tak for alt.
""",
    "nb": """
Jeg vil si opp abonnementet mitt ved slutten av måneden.
Kan vi legge til ti brukere til på kontoen vår?
Siden den siste oppdateringen virker ikke eksporten lenger.
Vi vurderer å bytte leverandør fordi prisen er for høy.
Er det mulig å sende fakturaen til en annen adresse?
Tusen takk for den raske hjelpen, nå virker alt.
Hvorfor har dere trukket penger to ganger denne måneden?
Appen lukker seg hver gang jeg vil laste opp et bilde.
Det hadde vært fint å kunne slette flere filer samtidig.
Jeg har ventet på svar fra dere i tre uker.
Hvilken pakke passer for en bedrift med femti ansatte?
Vær så snill å ringe meg i morgen formiddag.
Lenken i e-posten fører til en tom side.
Dere har den beste kundeservicen jeg vet om.
Jeg får ikke logget inn selv om passordet er riktig.
Avtalen vår går ut i mars, hva koster det å forlenge?
Pakken kom frem ødelagt, og ingen svarer meg.
Hvor finner jeg innstillingene for varsler i menyen?
hei jeg kommer ikke inn på kontoen min hva skal jeg gjøre
Kan dere si meg om det også går med den lille pakken?
Det virker ikke.
Takk for alt.
""",
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
    "pl": """
Chcę zrezygnować z abonamentu na koniec miesiąca, jak to zrobić?
Czy możemy dodać jeszcze dziesięciu użytkowników do naszego konta?
Od ostatniej aktualizacji eksport do pliku już nie działa.
Myślimy o zmianie dostawcy, bo cena jest za wysoka.
Czy można wysłać fakturę na inny adres?
Bardzo dziękuję za szybką pomoc, teraz wszystko działa.
Dlaczego w tym miesiącu pobrano opłatę dwa razy?
Aplikacja zamyka się za każdym razem, gdy chcę wysłać zdjęcie.
Byłoby dobrze, gdyby można było usunąć kilka plików naraz.
Czekam na odpowiedź od was już trzy tygodnie.
Który pakiet jest najlepszy dla firmy, która ma pięćdziesiąt osób?
Proszę do mnie zadzwonić jutro rano na ten sam numer.
Link w wiadomości prowadzi do pustej strony.
Macie najlepszą obsługę klienta, jaką znam.
Nie mogę się zalogować, chociaż hasło jest dobre.
Nasza umowa kończy się w marcu, ile kosztuje przedłużenie?
Paczka przyszła uszkodzona i nikt mi nie odpowiada.
Gdzie są ustawienia powiadomień w menu?
hej nie moge wejsc na swoje konto co mam zrobic
Czy to działa także w małym pakiecie?
To nie działa.
Dziękuję za wszystko.
""",
    "cs": """
Chtěl bych zrušit své předplatné ke konci měsíce, jak na to?
Můžeme přidat dalších deset uživatelů do našeho účtu?
Od poslední aktualizace export do souboru už nefunguje.
Uvažujeme o změně dodavatele, protože cena je příliš vysoká.
Je možné poslat fakturu na jinou adresu?
Moc děkuji za rychlou pomoc, teď už všechno funguje.
Proč mi byla tento měsíc dvakrát stržena platba?
Aplikace se zavře pokaždé, když chci nahrát obrázek.
Bylo by dobré, kdyby šlo smazat více souborů najednou.
Čekám na vaši odpověď už tři týdny.
Který tarif se hodí pro firmu, která má padesát lidí?
Prosím zavolejte mi zítra ráno na stejné číslo.
Odkaz v e-mailu vede na prázdnou stránku.
Máte nejlepší zákaznický servis, jaký znám.
Nemůžu se přihlásit, i když je heslo správné.
Naše smlouva končí v březnu, kolik stojí prodloužení?
Balík přišel poškozený a nikdo mi neodpovídá.
Kde najdu nastavení oznámení v nabídce?
ahoj nemuzu se dostat do sveho uctu co mam delat
Můžete mi říct, jestli to jde i s malým balíčkem?
To nefunguje.
Děkuji za všechno.
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
    "ru": """
Я хочу отменить подписку в конце месяца, как это сделать?
Можем ли мы добавить ещё десять пользователей?
После последнего обновления экспорт больше не работает.
Мы думаем перейти к другому поставщику, потому что цена слишком высокая.
Можно ли отправить счёт на другой адрес?
Большое спасибо за быструю помощь, теперь всё работает.
Почему в этом месяце деньги сняли два раза?
Приложение закрывается каждый раз, когда я загружаю фото.
Было бы хорошо удалять сразу несколько файлов.
Я жду от вас ответа уже три недели.
Какой тариф подойдёт компании, где работает пятьдесят человек?
Пожалуйста, позвоните мне завтра утром по тому же номеру.
Ссылка в письме ведёт на пустую страницу.
У вас лучшая поддержка, которую я знаю.
Не могу войти, хотя пароль правильный.
Наш договор заканчивается в марте, сколько стоит продление?
Посылка пришла разбитая, и никто не отвечает.
Где находятся настройки уведомлений?
привет не могу войти в свой аккаунт что делать
Скажите, это работает и с маленьким пакетом?
Не работает.
Спасибо за всё.
""",
    "uk": """
Я хочу скасувати підписку наприкінці місяця, як це зробити?
Чи можемо ми додати ще десять користувачів?
Після останнього оновлення експорт більше не працює.
Ми думаємо перейти до іншого постачальника, бо ціна зависока.
Чи можна надіслати рахунок на іншу адресу?
Дуже дякую за швидку допомогу, тепер усе працює.
Чому цього місяця гроші зняли двічі?
Застосунок закривається щоразу, коли я завантажую фото.
Було б добре видаляти одразу кілька файлів.
Я чекаю від вас відповіді вже три тижні.
Який тариф підійде компанії, де працює п'ятдесят людей?
Будь ласка, зателефонуйте мені завтра вранці.
Посилання в листі веде на порожню сторінку.
У вас найкраща підтримка, яку я знаю.
Не можу увійти, хоча пароль правильний.
Наш договір закінчується в березні, скільки коштує продовження?
Посилка прийшла розбита, і ніхто не відповідає.
Де знаходяться налаштування сповіщень?
привіт не можу увійти у свій акаунт що робити
Скажіть, це працює і з малим пакетом?
Не працює.
Дякую за все.
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
