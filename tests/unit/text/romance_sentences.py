"""Sentences of customers in French, Spanish, Italian and Portuguese."""

ROMANCE = {
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
}
