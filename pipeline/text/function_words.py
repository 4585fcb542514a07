"""The commonest small words of languages in Latin letters, by ISO 639-1 code: what no sentence does without.

Written for `language`, of words that every grammar lists first: articles, pronouns, prepositions, conjunctions,
auxiliaries, question words, thanks and greetings. What English writes as well ("die", "in", "was") counts as English
there, so it may stand here. spaCy's stop words tell languages apart as well, but take 4 s to import.
"""

from pipeline.text.word_lists import word_set

ENGLISH = word_set(
    "a about after again all also am an and any anyone are aren't as ask at back be because been before being but by"
    " call can can't cannot cant could couldn't did didn't do does doesn't doing don't dont down each else even ever"
    " every few first for from get give go going gonna good got had has hasn't have haven't he hello help her here"
    " hers hey hi him his how i i'd i'll i'm i've if im in into is isn't it it's its just keep know last let let's"
    " like lol long look made make man many may me men might more most much must my need never new next no none nor"
    " not now of off ok okay old on one only or other our out over own per please pls put really right said same saw"
    " say see seems send sent she should since so some son soon still such sure take tell than thank thanks that"
    " that's the their them then there there's these they they're thing think this those though through time to"
    " today told too tried try two u under until up ur us use very via want was wasn't way we we'll we're we've well"
    " went were what what's when where which while who why will win with won't work would wouldn't yeah yes yet you"
    " you'd you'll you're you've your yours air bad band bin case dare data den die fare far fast hat kind mail"
    " mobile mine mere net note pack par pas phone plan plane plus port post sin sky tale ten tire tow van war wait"
    " tag mass tour total grand land hand rate ride sale sole come side"
)

FOREIGN = {
    "de": word_set(
        "aber alle alles als also am an auch auf aus bei beim bin bis bitte da damit dann das dass dem den der des"
        " deshalb die dies diese diesen dieser doch du durch ein eine einem einen einer eines er es euch euer für"
        " gibt habe haben habt hat hatte hätte hier ich ihm ihn ihnen ihr ihre ihrem ihren im immer in ist ja jede"
        " jeder jedes jetzt kann kein keine keinen können könnt könnte leider man mehr mein meine meinem meinen"
        " meiner mich mir mit möchte muss nach nicht nichts noch nur ob obwohl oder ohne schon sehr sein seit sich"
        " sie sind so soll sollte über um und uns unser unsere unter viel vielen vom von vor wann warum was weil"
        " welche welcher wenn wer werden wie wieder wir wird wo wurde würde zu zum zur danke hallo grüße überlegen"
        " wäre"
    ),
    "fr": word_set(
        "a ai aller alors après au aucun aussi autre aux avant avec avez avoir avons bien bonjour c'est ça car ce"
        " cela ces cet cette chez comme comment dans de depuis des deux dit dois donc du elle en encore est et était"
        " être eu fait faire il ils j'ai j'attends je jamais jour l'on la là le les leur lors lui ma mais même merci"
        " mes moi moins mois mon ne n'ai n'arrive n'est ni nos notre nous on ont ou où par parce pas pendant peu"
        " peut plus pour pourquoi pouvez pouvons puis qu'il qu'est quand que quel quelle qui rien sa sans se sera"
        " ses si son sont sous suis sur ta te toi toujours tout tous toute très trop un une vers voilà vos votre"
        " voudrais vous y bonne s'il jusqu'à plusieurs"
    ),
    "es": word_set(
        "a al algo alguien algún antes aquí así aún aunque bien cada como cómo con cual cuál cuando cuándo cuánto de"
        " del desde después días donde dónde dos el él ella ellos en entre era es esa ese eso esta está están"
        " estamos estar este esto estoy fue gracias ha hace hacer han has hasta hay he hola hoy la las le les llevo"
        " lo los más me mejor mes mi mis mucho muchas muchos muy nada nadie ni no nos nosotros nuestra nuestro nunca"
        " o otra otro para pero poder podemos por porque puede pueden puedo que qué quien quiero se sea ser sería si"
        " sí sin sobre solo son soy su sus también tan tengo tenemos tiene tienen todo todos tu tus un una uno usted"
        " ustedes va veces voy y ya yo favor necesito estaba"
    ),
    "it": word_set(
        "a abbiamo adesso ai al alla alle allo altri altro anche ancora avete aveva c'è che chi ci ciao come con"
        " così cosa cui da dal dalla dalle degli dei del della delle dello di dopo dove due è e ed era fare fatto"
        " fra già gli grazie ha hai hanno ho i il in io l'ho la le lei lo loro ma mai me mentre mi mia mie miei mio"
        " molto ne nei nel nella nessuno niente no noi non nostra nostro o ogni ora per perché però più poi possiamo"
        " posso potete prima può puoi qual quale quando quanto quella quello questa questo qui sarebbe se sei sempre"
        " senza si sì siamo siete solo sono sta stata stato stiamo su sua sul sulla suo te ti tra tutti tutto un"
        " un'altra una uno vi voi vorrei vostra vostro volta favore devo riesco mille bene"
    ),
    "pt": word_set(
        "a acho agora ainda algo alguém ao aos apenas aqui as até bem boa bom cada com como da das de dela dele"
        " depois desde deste do dois dos e é ela ele eles em entre era essa esse está estão estamos estar este eu"
        " faço faz foi fui há hoje isso isto já lá lhe lo mais mas me melhor mês mesmo meu meus minha muito muita na"
        " nada não nas nem neste ninguém no nos nós nossa nosso num numa nunca o obrigada obrigado oi olá onde os ou"
        " outra outro para pela pelo pode podem podemos por porque posso pra qual quando quanto que quem quer quero"
        " são se sem sempre ser seria seu seus sim só sobre sou sua suas também te tem têm tenho tudo toda todo"
        " todos tu um uma vez vezes vocês você vou favor consigo ficam três queria"
    ),
    "nl": word_set(
        "aan al alle alleen alles als altijd andere bedankt ben beste bij daar dan dank dat de denken deze die dit"
        " doe doen door dus een en er erg gaan gaat geen goed graag had hallo hartelijk heb hebben hebt heeft heel"
        " het hier hij hoe hoewel hoi ik in is ja jaar je jij jullie kan keer kom kon kunnen kunt maar maand mag"
        " meer met mij mijn moet moeten na naar niemand niet niets nog nooit nu of om omdat ons onze ook op over"
        " sinds te tegen toch toe tot twee u uit uw van vanaf veel voor vraag waar waarom wanneer want waren was wat"
        " we weer wel welk welke werd werkt wie wij wil wilde worden zal ze zeer zich zij zijn zo zonder zou elke"
    ),
    "sv": word_set(
        "alla allt alltid andra att av bara behöver blev bra de dem den denna det detta dig din ditt dom du då där"
        " efter eftersom ej eller en er era ett fast finns flera fram från får få för går göra ha hade han har hej"
        " hela hittar hjälp hon hos hur här i igen in inga ingen inget inte ja jag kan kom kommer kunde kunna lite"
        " man med mellan men mer mig min mina mitt mot mycket måste ni nu när nåt någon något några och också om oss"
        " på redan sedan sig sin ska skulle som så säga tack till tills två under upp ut utan vad var vara varför"
        " vart varje vi vid vill vilka vilken vilket vore vår vårt våra väldigt än är år åt över gärna månad månaden"
    ),
    "da": word_set(
        "af alle allerede alt altid andre at bare blev blevet bliver de dem den denne der deres det dette dig din"
        " dit du efter eller en end endnu er et fik finder flere for fordi fra frem få får før gang gerne gik gøre"
        " går ham han har havde hej hele helt her hos hun hvad hvem hver hvilken hvis hvor hvordan hvorfor hvornår i"
        " ikke ind ingen ja jeg jer jeres kan kom komme kun kunne lige længere mange med meget mellem men mens mere"
        " mig min mine mit må måned når nogen noget nogle nu ned også om op os på selv selvom siden sig sige skal"
        " skulle som stadig så tak til to tre ud uden under var ved venligst vi vil ville vores være været over"
        " måneden sidste"
    ),
    "nb": word_set(
        "alle allerede alltid alt andre at av bare ble blir blitt da de deg dem den denne der dere deres det dette"
        " din ditt du eller en enn er et etter fikk fint flere for fordi fra frem få får før gang gikk gjøre går ha"
        " hadde han har hei hele helt her hjelp hos hun hva hvem hver hvilken hvis hvor hvordan hvorfor i ikke inn"
        " ingen ja jeg kan kom kommer kun kunne lenger litt mange med meg meget mellom men mens mer min mitt mye må"
        " måned måneden noe noen nå når og også om opp oss på selv siden sin skal skulle slik som så takk til to tre"
        " tusen ut uten ved veldig vi vil ville vår våre vårt vært være vennlig finner si seg vet"
    ),
    "fi": word_set(
        "aina ei eikä eivät emme en enää ennen ensin eri että he hei hyvin hyvä hän ja jo joka jos jossa jotka"
        " jälkeen kaikesta kaikki kaksi kanssa kautta keneltä kertaa kiitos koko koska kuin kuinka kukaan kun kuten"
        " kyllä lisää luokse me mutta meidän meille meillä melko mihin mikä miksi milloin minkä minua minulla"
        " minulle minun minulta minä missä mistä miten mitä mukaan muu muut myös mä ne niin niitä nyt näin ole"
        " olemme olen olette oli olisi olivat olla olleet ollut on onko ovat paljon pitää pois sama samaan se sekä"
        " sen siitä sinä sinun sitten sitä tai te teidän teillä teiltä tämä tämän tässä tätä tuo vaan vaikka vain"
        " vielä viime voi voiko voimme voin voisi voit vuoksi yli yksi toiseen samalla jota"
    ),
    "pl": word_set(
        "a aby albo ale ani bardzo bez bo być był była było byłoby były bym chcę chociaż co coś czy czym dla"
        " dlaczego do dobrze dopiero dziękuję gdy gdyby gdzie go i ich ile im inny inne ja jak jaką jaki jako jakie"
        " jest jestem jesteśmy jeszcze jeśli już każdy każdym kiedy kilka kto która które którego który ma macie mam"
        " mamy mi mieć mnie mną mogę moge moja moje może można możemy mój mu musi my na nad nam nas nasz nasza"
        " naszego nawet nic nie niego niestety nikt nim niż o od oraz pan pani po pod ponieważ poza proszę przed"
        " przez przy raz razem są się sobie swoją swoje ta tak także tam te tego tej ten teraz też to tu tutaj tylko"
        " tym u w was wasz we więc wszystko wy z za ze żeby że zrobić dzień dobry"
    ),
    "cs": word_set(
        "a aby ale ani asi až bez bude budu by bych bylo byl byla být co což další dalších děkuji děkuju dnes do"
        " dobrý den ho i jak jako jaký je jeden jejich jen jenom ještě jestli jestliže ji jich jim jiné jinou jiný"
        " již jsem jsme jsou jste k kde kdo když kdyby ke kolik která které který ma má mají máme mám máte me mě"
        " mezi mi mít mně mnou moc moje moji mohl mohu můj může můžeme můžete můžu na nad nám nás náš naše našeho ne"
        " nebo nebyl nechce není než něco nic nikdo o od ode pak po pod podle pokud pokaždé potom pouze prave pro"
        " proč prosím protože před přes při s se si sice své svůj ta tady tak také taky tam tato te tedy ten tento"
        " teď to tohle toho tom tomu tu tuto ty u už v vám vás váš vaše vaši ve velmi však vše všechno všichni vy z"
        " za ze že ahoj chci chtěl chtěla jde mam delat"
    ),
    "tr": word_set(
        "acaba ama ancak artık aynı bana bazı belki ben beni benim beri bile bir biraz biri birkaç birlikte biz bize"
        " bizi bizim böyle bu buna bunda bundan bunu bunun burada çok çünkü da daha dan de değil diye dolayı en"
        " etmek fazla gibi göre hâlâ hangi hem hemen henüz hep hepsi her herkes hiç hiçbir için ile ilgili ise iyi"
        " kadar kere kez ki kim kimse lütfen madem merhaba mı mi mu mü mümkün nasıl ne neden nedeniyle nerede niçin"
        " niye o olan olarak oldu olduğu olmadığını olmasına olup olur on ona onlar onu onun orada oysa pek rağmen"
        " sadece sanki sen senin siz sizden size sizi sizin son sonra şey şimdi şu tarafından teşekkür teşekkürler"
        " tüm üzere var ve veya ya yani yapmam yapabilirim yeni yine yok zaman zaten istiyorum istesem ay gün içinde"
        " ederim"
    ),
    "ro": word_set(
        "acest această aceasta am ați au avem bine bună că când care ce cel cu cum da dar de deci din după este eu"
        " fără fi fost iar îmi în la le lui mai mea meu mi mult mulțumesc ne nici nimic noastră nostru nu o pe"
        " pentru poate pot prin sau să se și sunt te toate tot un una unde unei unui va vă vor vreau"
    ),
    "hu": word_set(
        "a az azt be csak de egy és ez ezt fel hanem hogy hogyan is itt kell ki köszönöm le már meg mert mi miért"
        " mint most nagyon ne nekem nem nincs olyan ön önök pedig szeretném szeretnék sem van vagy vagyok volt"
        " amikor ami után kérem lehet mikor"
    ),
    "id": word_set(
        "ada adalah agar akan akun anda apa apakah atau bagaimana bahwa banyak belum bisa dalam dan dari dengan di"
        " hanya harus ini itu jika juga kalau kami kapan karena kasih kita ke kenapa lagi lebih masih mereka mohon"
        " oleh pada saja sangat saya sebagai sebelum sudah terima tetapi tidak tolong untuk yang"
    ),
}  # fmt: skip
