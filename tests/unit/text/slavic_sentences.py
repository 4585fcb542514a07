"""Sentences of customers in Polish, Czech, Russian and Ukrainian."""

SLAVIC = {
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
}
