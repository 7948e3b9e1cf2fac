"""The pages in English: what each French text of them is. A test holds this to the texts that there are."""

from __future__ import annotations

_EVERYWHERE = {
    "Aller au contenu": "Skip to the content",
    "Pages": "Pages",
    "Quitter": "Sign out",
    "Annuler": "Cancel",
    "Aux appels": "To the calls",
    "Connexion": "Sign in",
    "Bienvenue": "Welcome",
    "Personne ne peut encore se connecter. Sur le serveur, tapez :": "Nobody may sign in yet. On the server, type:",
    "La commande montre un mot de passe, une seule fois. Ouvrez ensuite cette page à nouveau.": (
        "The command shows a password, once. Then open this page again."
    ),
    "C’est fait": "Done",
    "Nom": "Name",
    "Mot de passe": "Password",
    "Se connecter": "Sign in",
    "Ce nom et ce mot de passe ne vont pas ensemble.": "This name and this password do not go together.",
    "Demande refusée": "Request refused",
    "Cette page est restée ouverte trop longtemps, ou la demande n’est pas complète.": (
        "This page was open for too long, or the request is not complete."
    ),
    "Pas pour vous": "Not for you",
    "Cette page demande le rôle d’administrateur.": "This page needs the role of an administrator.",
    "Introuvable": "Not found",
    "Cette page n’existe pas, ou l’appel a été effacé.": "There is no such page, or the call was erased.",
    "Cette adresse ne s’ouvre pas de cette façon.": "This address is not opened this way.",
    "Trop long": "Too long",
    "Ce qui a été envoyé est trop long.": "What was sent is too long.",
    "Trop d’essais": "Too many tries",
    "Attendez quelques minutes avant de réessayer.": "Wait some minutes before you try again.",
    "Erreur": "Error",
    "Quelque chose a échoué ici ; le journal du processus dit quoi. Les appels continuent.": (
        "Something failed here; the log of the process says what. Calls go on."
    ),
}
_ALERTS = {
    "La configuration sur le disque est refusée.": "The configuration on the disk is refused.",
    "Les appels continuent avec la dernière version acceptée.": "Calls go on with the last version that was accepted.",
    "Aucun processus d’appels ne tourne.": "No call worker runs.",
    "Aucun appel n’est pris. Sur le serveur : voiced run.": "No call is answered. On the server: voiced run.",
    "Il manque des processus d’appels : {there} sur {wanted}.": "Call workers are missing: {there} of {wanted} run.",
    "Le processus d’appels {number} ne répond pas.": "Call worker {number} does not answer.",
    "Des réglages attendent un redémarrage : {names}.": "Settings wait for a restart: {names}.",
    "Le processus des travaux ne tourne pas.": "The process of the jobs does not run.",
    "Les résumés et l’effacement des vieilles données attendent.": "Summaries and the erasure of old data wait.",
}
_CALLS = {
    "Appels": "Calls",
    "Appel": "Call",
    "Appel du {moment}": "Call of {moment}",
    "appel en cours": "call in progress",
    "appels en cours": "calls in progress",
    "Aucun appel en cours": "No call in progress",
    "Filtre": "Filter",
    "Tous": "All",
    "Ouverts": "Open",
    "Terminés": "Completed",
    "Échoués": "Failed",
    "Début": "Began",
    "État": "State",
    "Appelant": "Caller",
    "Numéro appelé": "Called number",
    "Parcours": "Flow",
    "Durée": "Duration",
    "Réponse": "Response",
    "Consentement": "Consent",
    "Aucun appel ici pour l’instant.": "No call here for now.",
    "Dès que quelqu’un appelle, la conversation apparaît ici. Sans téléphone : voiced call.": (
        "As soon as somebody calls, the conversation appears here. Without a telephone: voiced call."
    ),
    "Plus récents": "Newer",
    "Plus anciens": "Older",
    "Page {number}": "Page {number}",
    "En cours": "In progress",
    "Fin inconnue": "End unknown",
    "Terminé": "Completed",
    "Transféré": "Transferred",
    "Abandonné": "Abandoned",
    "Interrompu": "Stopped",
    "Échoué": "Failed",
    "Accordé": "Granted",
    "Refusé": "Refused",
    "Retiré": "Withdrawn",
    "Non demandé": "Not asked",
    "l’appelant": "the caller",
    "l’agent": "the agent",
    "un transfert": "a transfer",
    "la durée maximale": "the longest duration",
    "une coupure": "a lost line",
    "une erreur": "an error",
    "un opérateur": "an operator",
}
_CALL = {
    "Résumé": "Summary",
    "Conversation": "Conversation",
    "coupé": "cut off",
    "L’appelant a coupé la parole à l’agent.": "The caller interrupted the agent.",
    "Rien n’a encore été dit depuis le consentement.": "Nothing was said since the consent.",
    "Le texte de cet appel n’est pas gardé.": "The text of this call is not kept.",
    "Il ne l’est qu’avec l’accord de l’appelant. Consentement : {decision}.": (
        "It is only with the caller’s consent. Consent: {decision}."
    ),
    "Actions": "Actions",
    "Aucune action.": "No action.",
    "À": "At",
    "Action": "Action",
    "Résultat": "Outcome",
    "Détails": "Details",
    "Réussi": "Done",
    "Inconnu": "Unknown",
    "Faits": "Facts",
    "Étape": "Step",
    "Terminé par": "Ended by",
    "Opérateur": "Carrier",
    "Configuration": "Configuration",
    "Outil": "Tool",
    "Opérateur : suite d’un appel": "Carrier: what a call does next",
    "Opérateur : fin d’un appel": "Carrier: end of a call",
    "Opérateur : rappel": "Carrier: call placed",
    "Opérateur : enregistrements": "Carrier: recordings",
    "Opérateur : effacement": "Carrier: erasure",
    "Reconnaissance": "Recogniser",
    "Modèle": "Model",
    "Voix": "Voice",
    "Détection de voix": "Voice detection",
    "choisi pour ce numéro": "chosen for this number",
    "choisi pour ce parcours": "chosen for this flow",
    "à l’essai": "on trial",
    "Délai de chaque réponse": "Delay of each answer",
    "Écoute": "Listening",
    "Réflexion": "Thinking",
    "Ligne": "Line",
    "Aucune mesure.": "Nothing measured.",
    "De la fin de la parole de l’appelant au premier son de l’agent ; la largeur entière vaut {widest} ms.": (
        "From the end of the caller’s speech to the agent’s first sound; the full width is {widest} ms."
    ),
}
_HEALTH = {
    "Appels en cours": "Calls in progress",
    "Processus d’appels": "Call workers",
    "Processus d’appels prêts": "Call workers ready",
    "Travaux en attente": "Jobs waiting",
    "Travaux écartés": "Jobs parked",
    "Numéro": "Number",
    "Depuis": "Up for",
    "Prêt": "Ready",
    "Se prépare": "Getting ready",
    "S’arrête": "Draining",
    "Ne répond pas": "Does not answer",
    "autre que sur le disque": "not what is on the disk",
    "Fournisseurs": "Providers",
    "Fournisseur": "Provider",
    "Processus": "Worker",
    "Sorte": "Kind",
    "En service": "In use",
    "Écarté après des échecs": "Set aside after failures",
    "À l’essai": "On trial",
    "Ménagé, à sa demande": "Left alone, as it asked",
    "demandé à nouveau dans {seconds} s": "asked again in {seconds} s",
    "Échecs": "Failures",
    "Échecs : sur les demandes des trente dernières secondes.": "Failures: of the requests of the last thirty seconds.",
    "Rien à signaler : aucun appel n’a encore eu besoin d’un fournisseur.": (
        "Nothing to tell: no call has needed a provider yet."
    ),
    "Travaux": "Jobs",
    "Travail": "Job",
    "Prévu": "Due",
    "Essais": "Tries",
    "Dernière erreur": "Last error",
    "Écarté": "Parked",
    "En attente": "Waiting",
    "Un travail écarté a échoué trop souvent. Sur le serveur : voiced jobs.": (
        "A parked job failed too often. On the server: voiced jobs."
    ),
    "Aucun travail n’attend.": "No job waits.",
    "Configuration sur le disque": "Configuration on the disk",
    "Refusée": "Refused",
    "Valide": "Valid",
}
_SETTINGS = {
    "Réglages": "Settings",
    "Version": "Version",
    "Les fichiers sur le disque sont refusés : ils ne peuvent pas être modifiés ici avant d’être corrigés.": (
        "The files on the disk are refused: they cannot be changed here before they are mended."
    ),
    "Corrigez-les à l’endroit indiqué plus haut, ou revenez à une version de l’historique.": (
        "Mend them at the place named above, or go back to a version of the history."
    ),
    "Ces valeurs ne peuvent pas être prises :": "These values cannot be taken:",
    "Prend effet au prochain démarrage.": "Takes effect at the next start.",
    "aucun": "none",
    "activé": "on",
    "Décidé par la variable": "Decided by the variable",
    "Question du consentement": "Question for consent",
    "Parcours {flow}, étape {step}": "Flow {flow}, step {step}",
    "La question, telle que l’agent la dit.": "The question, as the agent says it.",
    "La même question, quand la réponse n’était pas claire.": "The same question, when the answer was not clear.",
    "{company} et {retention} sont remplacés. Votre délégué à la protection des données doit l’approuver.": (
        "{company} and {retention} are filled in. Your data protection officer must approve it."
    ),
    "Voir les changements": "Show the changes",
    "Rien n’est encore enregistré à cette étape.": "Nothing is saved yet at this step.",
    "Rien n’a été changé.": "Nothing was changed.",
    "Voici ce qui va changer": "This is what will change",
    "Les fichiers ont changé entre-temps. Voici ce que vos changements y feraient maintenant.": (
        "The files have changed in the meantime. This is what your changes would do to them now."
    ),
    "Différences": "Differences",
    "Raison": "Reason",
    "Elle reste dans l’historique, avec votre nom.": "It stays in the history, with your name.",
    "Enregistrer": "Save",
    "Enregistré": "Saved",
    "Les fichiers ont encore changé depuis.": "The files have changed again since.",
    "Ce qu’il en a fait": "What it did with it",
    "Prise : les prochains appels l’utilisent": "Taken: the next calls use it",
    "Attendent un redémarrage : {names}.": "Waiting for a restart: {names}.",
    "Les appels en cours finissent avec la configuration qu’ils ont ; les suivants prennent la nouvelle.": (
        "Calls in progress end with the configuration that they have; the next ones take the new one."
    ),
    "Aucun processus d’appels ne tourne : la configuration sera prise au prochain démarrage.": (
        "No call worker runs: the configuration will be taken at the next start."
    ),
    "Aux réglages": "To the settings",
    "Reconnaissance de la parole": "Speech recognition",
    "Remplaçants pour la reconnaissance": "Stand-ins for the recogniser",
    "Remplaçants pour le modèle": "Stand-ins for the model",
    "Remplaçants pour la voix": "Stand-ins for the voice",
    "Opérateur téléphonique": "Telephone carrier",
    "Entreprise et données": "Company and data",
    "Entreprise": "Company",
    "Page sur les données": "Page about data",
    "Durée de conservation, en jours": "Retention, in days",
    "Enregistrement des appels": "Recording of calls",
}
_HISTORY = {
    "Historique": "History",
    "Les configurations qui ont pris effet, la plus récente d’abord.": (
        "The configurations that took effect, the newest first."
    ),
    "Date": "Date",
    "Auteur": "Author",
    "sur le disque": "on the disk",
    "Y revenir": "Go back to it",
    "Aucune configuration n’a encore pris effet : l’historique commence au premier démarrage.": (
        "No configuration has taken effect yet: the history begins with the first start."
    ),
    "Changement du {moment}": "Change of {moment}",
    "{moment}, par {author}.": "{moment}, by {author}.",
    "Ce que cette version a changé :": "What this version changed:",
    "La première version, en entier :": "The first version, whole:",
    "Rien n’est différent.": "Nothing is different.",
    "Revenir à cette version": "Go back to this version",
    "Revenir à la version {version}": "Go back to version {version}",
    "Cette version ne peut plus être prise telle quelle :": "This version cannot be taken as it is any more:",
    "Les fichiers actuels n’ont jamais été pris et ne sont gardés nulle part ailleurs : ils seront perdus.": (
        "The files that are there never took effect and are kept nowhere else: they will be lost."
    ),
    "Les remplacer quand même": "Replace them nevertheless",
}
_OFFERS = {
    "Voix et modèles": "Voices and models",
    "Voix d’ElevenLabs": "ElevenLabs’ voice",
    "Modèle d’ElevenLabs": "ElevenLabs’ model",
    "Modèle de Mistral": "Mistral’s model",
    "Liste du fournisseur": "The provider’s list",
    "La liste est demandée…": "The list is being asked for…",
    "Ce que {vendor} propose à votre compte.": "What {vendor} offers your account.",
    "{vendor} ne propose rien à ce compte.": "{vendor} offers this account nothing.",
    "Aucune clé n’est réglée pour {vendor} : sa liste ne peut pas être demandée.": (
        "No key is set for {vendor}: its list cannot be asked for."
    ),
    "La bibliothèque de {vendor} n’est pas installée. Sur le serveur : pip install 'voiced[vendors]'": (
        "{vendor}’s library is not installed. On the server: pip install 'voiced[vendors]'"
    ),
    "{vendor} refuse la clé, ou ne la laisse pas lire cette liste.": (
        "{vendor} refuses the key, or does not let it read this list."
    ),
    "{vendor} n’a pas répondu en {seconds} s. Réessayez.": "{vendor} did not answer within {seconds} s. Try again.",
    "{vendor} n’a pas donné sa liste ; le journal du processus dit pourquoi.": (
        "{vendor} did not give its list; the log of the process says why."
    ),
}

ENGLISH = {**_EVERYWHERE, **_ALERTS, **_CALLS, **_CALL, **_HEALTH, **_SETTINGS, **_OFFERS, **_HISTORY}
