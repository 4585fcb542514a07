"""Sentences of customers in German, Dutch, Swedish, Danish and Norwegian."""

GERMANIC = {
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
}
