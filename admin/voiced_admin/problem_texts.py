"""What is wrong with an operator's files, in French: the English that voiced tells, and what it is in French.

`%(name)s` stands for what a sentence names. A test sees that each has its French.
"""

from __future__ import annotations

_YAML = {
    "a ':' stands where none can": "un « : » est là où il ne peut pas être",
    "put text that contains ': ' in quotes, or indent rightly": (
        "mettez entre guillemets un texte qui contient « : », ou corrigez le retrait"
    ),
    "this character cannot stand here": "ce caractère ne peut pas être ici",
    "put the text in quotes": "mettez le texte entre guillemets",
    "a ':' is missing after this key": "il manque « : » après cette clé",
    "write 'key: value'": "écrivez « clé: valeur »",
    "this line's indentation fits nothing above it": "le retrait de cette ligne ne correspond à rien au-dessus",
    "align it with its neighbours": "alignez-la sur ses voisines",
    "the text after '|' or '>' begins on the next line": (
        "le texte qui suit « | » ou « > » commence à la ligne suivante"
    ),
    "break the line here": "passez à la ligne ici",
    "a list goes on here without '-'": "une liste continue ici sans « - »",
    "align it with the '-' lines above, or end the list": (
        "alignez sur les lignes « - » au-dessus, ou terminez la liste"
    ),
    "a quote is opened and never closed": "un guillemet est ouvert et jamais fermé",
    "close it": "fermez-le",
    "a list in [...] is not closed, or a ',' is missing": "une liste entre [...] n’est pas fermée, ou il manque « , »",
    "close it with ']'": "fermez-la par « ] »",
    "a mapping in {...} is not closed, or a ',' is missing": (
        "un groupe de clés entre {...} n’est pas fermé, ou il manque « , »"
    ),
    "close it with '}'": "fermez-le par « } »",
    "a list in [...] or a mapping in {...} is not closed": (
        "une liste entre [...] ou un groupe de clés entre {...} n’est pas fermé"
    ),
    "close it with ']' or '}'": "fermez par « ] » ou « } »",
    "a '\\' in double quotes means something special": "entre guillemets doubles, « \\ » a un sens particulier",
    "use single quotes": "utilisez des guillemets simples",
    "'&' and '*' cannot begin a text": "un texte ne peut pas commencer par « & » ou « * »",
    "save the file as UTF-8": "enregistrez le fichier en UTF-8",
    "a control character stands here": "un caractère de contrôle se trouve ici",
    "delete it": "supprimez-le",
    "a tab stands where only spaces may": "une tabulation se trouve là où seules des espaces le peuvent",
    "indent with spaces": "faites le retrait avec des espaces",
    "the value ends before this": "la valeur finit avant ceci",
    "put the whole text in quotes; a ' inside '...' is written ''": (
        "mettez tout le texte entre guillemets ; dans '...', un ' s’écrit ''"
    ),
    "this is not YAML: %(said)s": "ce n’est pas du YAML : %(said)s",
    "this is nested more than %(most)s levels deep": "il y a plus de %(most)s niveaux l’un dans l’autre",
    "'*%(name)s' is an alias, which is not supported": "'*%(name)s' est un alias, ce qui n’est pas permis",
    "write the value out": "écrivez la valeur en entier",
    "'%(name)s' is a tag, which is not supported": "'%(name)s' est un type explicite, ce qui n’est pas permis",
    "a list or mapping cannot be a key": "une liste ou un groupe de clés ne peut pas être une clé",
    "put the key in quotes if it is a text": "mettez la clé entre guillemets si c’est un texte",
    "this number is too large": "ce nombre est trop grand",
    "put it in quotes if it is a text": "mettez-le entre guillemets si c’est un texte",
    "the file is larger than 1 MB": "le fichier dépasse 1 Mo",
    "a second document begins here": "un second document commence ici",
    "keep one document in a file, without '---'": "gardez un document par fichier, sans « --- »",
    "'&%(name)s' is an anchor, which is not supported": "'&%(name)s' est une ancre, ce qui n’est pas permis",
    "the key '%(key)s' stands twice (first in line %(line)s)": (
        "la clé '%(key)s' est écrite deux fois (d’abord ligne %(line)s)"
    ),
    "delete one of them": "supprimez l’une des deux",
    "the file cannot be read: %(why)s": "le fichier ne peut pas être lu : %(why)s",
    "this is not UTF-8 text": "ce n’est pas du texte en UTF-8",
}
_VALUES = {
    "a mapping": "un groupe de clés",
    "a list": "une liste",
    "a text": "un texte",
    "a whole number": "un nombre entier",
    "a number": "un nombre",
    "true or false": "true ou false",
    "nothing": "rien",
    "this value": "cette valeur",
    "this mapping": "ce groupe de clés",
    "this list": "cette liste",
    "another value": "une autre valeur",
    "the text %(text)s": "le texte %(text)s",
    "the number %(number)s": "le nombre %(number)s",
    "expected %(expected)s, found %(found)s": "%(expected)s attendu, pas %(found)s",
    "%(shown)s is not one of the possible values": "%(shown)s n’est pas l’une des valeurs possibles",
    "did you mean %(name)s?": "vouliez-vous dire %(name)s ?",
    "possible: %(names)s": "possible : %(names)s",
    "there is %(names)s": "il y a %(names)s",
    "unknown key '%(key)s'": "clé inconnue : '%(key)s'",
    "the key '%(key)s' is missing": "la clé '%(key)s' manque",
    "add '%(key)s: ...'": "ajoutez '%(key)s: ...'",
    "the key %(key)s is not allowed": "la clé %(key)s n’est pas permise",
    "%(shown)s is not allowed here": "%(shown)s n’est pas permis ici",
    "write %(word)s without quotes": "écrivez %(word)s sans guillemets",
    "put it in quotes: '%(text)s'": "mettez entre guillemets : '%(text)s'",
    "write it as a list: %(list)s": "écrivez une liste : %(list)s",
    "write the number without quotes, leading zeros or '+'": (
        "écrivez le nombre sans guillemets, sans zéros au début ni « + »"
    ),
    "for example %(example)s": "par exemple %(example)s",
    "leave it out for the default, %(default)s": "sans cette ligne, la valeur par défaut est %(default)s",
    "%(shown)s is too small: at least %(limit)s": "%(shown)s est trop petit : au moins %(limit)s",
    "%(shown)s is too large: at most %(limit)s": "%(shown)s est trop grand : au plus %(limit)s",
    "%(shown)s is too small: it must be more than %(limit)s": "%(shown)s est trop petit : il faut plus de %(limit)s",
    "%(shown)s is too large: it must be less than %(limit)s": "%(shown)s est trop grand : il faut moins de %(limit)s",
    "%(shown)s is not a multiple of %(limit)s": "%(shown)s n’est pas un multiple de %(limit)s",
    "the text is empty": "le texte est vide",
    "%(shown)s is too short: at least %(limit)s characters": "%(shown)s est trop court : au moins %(limit)s caractères",
    "%(shown)s is too long: at most %(limit)s characters": "%(shown)s est trop long : au plus %(limit)s caractères",
    "%(shown)s does not have the expected form (%(limit)s)": "%(shown)s n’a pas la forme attendue (%(limit)s)",
    "the list is too short: at least %(limit)s": "la liste est trop courte : au moins %(limit)s",
    "the list is too long: at most %(limit)s": "la liste est trop longue : au plus %(limit)s",
    "the list holds the same value twice": "la liste contient deux fois la même valeur",
    "the mapping has too few keys: at least %(limit)s": "il y a trop peu de clés : au moins %(limit)s",
    "the mapping has too many keys: at most %(limit)s": "il y a trop de clés : au plus %(limit)s",
    "the list lacks a value that it must hold": "il manque à la liste une valeur obligatoire",
    "%(shown)s fits several forms, and only one may fit": (
        "%(shown)s correspond à plusieurs formes, une seule est permise"
    ),
    "%(shown)s is excluded here": "%(shown)s est exclu ici",
    "the mapping holds a key that is not known here": "une clé n’est pas connue ici",
}
_ENVIRONMENT = {
    "%(name)s is not set": "%(name)s n’est pas défini",
    "set %(name)s in the environment or in .env": "définissez %(name)s dans l’environnement ou dans .env",
    "${%(name)s:-...} has a default": "${%(name)s:-...} a une valeur par défaut",
    "write ${%(name)s}, or ${%(same)s:-} if it may be unset": "écrivez ${%(name)s}, ou ${%(same)s:-} s’il peut manquer",
    "a secret may not be written into this file": "un secret ne peut pas être écrit dans ce fichier",
    "put it into .env or the environment, and write ${ITS_NAME} here": (
        "mettez-le dans .env ou dans l’environnement, et écrivez ici ${SON_NOM}"
    ),
    "a variable must be the whole value": "une variable doit être toute la valeur",
    "write it as ${NAME}, with nothing around it": "écrivez ${NOM}, sans rien autour",
    "a password may not be written into this file": "un mot de passe ne peut pas être écrit dans ce fichier",
    "put the whole address into .env or the environment, and write ${ITS_NAME} here": (
        "mettez l’adresse entière dans .env ou dans l’environnement, et écrivez ici ${SON_NOM}"
    ),
    "is not a line of the form NAME=value": "ce n’est pas une ligne de la forme NOM=valeur",
    "is larger than 64 KB": "le fichier dépasse 64 Ko",
    "cannot be read: %(why)s": "ne peut pas être lu : %(why)s",
    "is not UTF-8 text": "ce n’est pas du texte en UTF-8",
    "write true or false": "écrivez true ou false",
    "write a whole number from %(least)s to %(most)s": "écrivez un nombre entier de %(least)s à %(most)s",
    "decides over %(setting)s, so the file's value would change nothing": (
        "décide de %(setting)s : la valeur du fichier ne changerait rien"
    ),
    "unset it": "retirez-la",
}
_SETTINGS = {
    "the file is empty": "le fichier est vide",
    "the file is not a mapping of settings": "le fichier n’est pas un groupe de réglages",
    "`voiced init` writes one to start from": "`voiced init` en écrit un pour commencer",
    "`voiced init FOLDER` writes one to start from; `--config FILE` names another": (
        "`voiced init DOSSIER` en écrit un pour commencer ; `--config FICHIER` en nomme un autre"
    ),
    "there is no such file": "ce fichier n’existe pas",
    "the files change while they are read": "les fichiers changent pendant leur lecture",
    "try again in a moment": "réessayez dans un instant",
    "someone else has changed this file in the meantime": "quelqu’un d’autre a changé ce fichier entre-temps",
    "look at what it says now, and change that": "regardez ce qu’il contient maintenant, et changez cela",
    "version %(version)s has no %(file)s": "la version %(version)s n’a pas de %(file)s",
    "%(url)s is not an address": "%(url)s n’est pas une adresse",
    "write it as %(url)s": "écrivez-le sous la forme %(url)s",
    "%(url)s has a path; voiced adds its own": "%(url)s contient un chemin ; voiced ajoute le sien",
    "write %(scheme)s://%(host)s": "écrivez %(scheme)s://%(host)s",
    "%(url)s is not https: callers' voices would travel in the clear": (
        "%(url)s n’est pas en https : la voix des appelants circulerait en clair"
    ),
    "use https": "utilisez https",
    "plugin %(name)s cannot be used: %(why)s": "le module %(name)s ne peut pas être utilisé : %(why)s",
    "%(name)s provides %(kinds)s, not %(kind)s": "%(name)s fournit %(kinds)s, pas %(kind)s",
    "%(name)s provides %(one)s and %(other)s, not %(kind)s": "%(name)s fournit %(one)s et %(other)s, pas %(kind)s",
    "there is no %(kind)s provider %(name)s": "il n’y a pas de fournisseur %(name)s pour %(kind)s",
    "no %(kind)s provider %(name)s": "pas de fournisseur %(name)s pour %(kind)s",
    "see `voiced plugins`": "voyez `voiced plugins`",
    "see `voiced plugins`; update it, or remove it": "voyez `voiced plugins` ; mettez-le à jour, ou retirez-le",
    "%(kind)s %(name)s of plugin %(plugin)s cannot be built: %(why)s": (
        "%(kind)s %(name)s du module %(plugin)s ne peut pas être construit : %(why)s"
    ),
    "%(name)s stands twice among the stand-ins": "%(name)s est deux fois parmi les remplaçants",
    "%(name)s is the active provider: it gets the calls that the others leave": (
        "%(name)s est le fournisseur actif : il reçoit les appels que les autres laissent"
    ),
    "delete it here": "supprimez-le ici",
    "the shares sum to %(sum)s percent": "la somme des parts est de %(sum)s pour cent",
    "leave the active provider something: 100 at most": "laissez quelque chose au fournisseur actif : 100 au plus",
    "%(name)s is only a vad: nothing is asked of it that could be counted": (
        "%(name)s n’est qu’une détection de voix : rien ne lui est demandé qui puisse être compté"
    ),
    "%(name)s is no provider: nothing is asked of it that could be counted": (
        "%(name)s n’est pas un fournisseur : rien ne lui est demandé qui puisse être compté"
    ),
    "there is no tool %(name)s": "il n’y a pas d’outil %(name)s",
    "no number has a flow": "aucun numéro n’a de parcours",
    "add `default: {flow: NAME}` under numbers:": "ajoutez `default: {flow: NOM}` sous numbers:",
    "%(key)s is not a number": "%(key)s n’est pas un numéro",
    'write "default", or a number such as "+33123456789"': 'écrivez "default", ou un numéro comme "+33123456789"',
    "there is no flow %(name)s in %(folder)s": "il n’y a pas de parcours %(name)s dans %(folder)s",
    "there is no flow %(name)s here": "il n’y a pas de parcours %(name)s ici",
    "%(folder)s is not a folder": "%(folder)s n’est pas un dossier",
    "there is no folder %(folder)s": "le dossier %(folder)s n’existe pas",
    "name the folder that holds the flows, relative to this file": (
        "nommez le dossier des parcours, par rapport à ce fichier"
    ),
    "name a folder; it is made when needed": "nommez un dossier ; il est créé au besoin",
    "write sqlite:///data/voiced.db or postgresql://user@host/name": (
        "écrivez sqlite:///data/voiced.db ou postgresql://user@host/name"
    ),
    "%(kind)s is not a kind of database that voiced knows": "%(kind)s n’est pas une base de données que voiced connaît",
    "this SQLite address names no file": "cette adresse SQLite ne nomme aucun fichier",
    "privacy.eu_only is true, and %(plugin)s sends what callers say%(where)s": (
        "privacy.eu_only vaut true, et %(plugin)s envoie ce que disent les appelants %(where)s"
    ),
    " to %(company)s, %(where)s": "à %(company)s, %(where)s",
    " to the United States": "aux États-Unis",
    "to the United States": "aux États-Unis",
    " nobody knows where": "on ne sait où",
    "nobody knows where": "on ne sait où",
    "state `%(setting)s` if your contract says so": "indiquez `%(setting)s` si votre contrat le dit",
    "%(name)s stands twice": "%(name)s est écrit deux fois",
    "delete one": "supprimez l’un des deux",
    "there is no such day": "ce jour n’existe pas",
    "data goes to %(region)s without a ground for that": "des données vont vers %(region)s sans fondement pour cela",
    "name the adequacy, dpf or scc it rests on": "nommez ce qui le permet : adequacy, dpf ou scc",
    "%(version)s is the beginning of several versions": "%(version)s est le début de plusieurs versions",
    "there is no version %(version)s": "il n’y a pas de version %(version)s",
    "`voiced config history` lists them": "`voiced config history` les montre",
    "the files (version %(version)s) never took effect, and nothing else keeps them": (
        "les fichiers (version %(version)s) n’ont jamais pris effet, et rien d’autre ne les garde"
    ),
    "`voiced config status` says why; keep a copy of them, then write over them with --force": (
        "`voiced config status` dit pourquoi ; gardez-en une copie, puis remplacez-les avec --force"
    ),
    "the models that this change needs do not come up": "les modèles que ce changement demande ne démarrent pas",
    "see the log, and `voiced check`": "voyez le journal, et `voiced check`",
}
_FLOWS = {
    "no flow is in this folder": "ce dossier ne contient aucun parcours",
    "add one, such as accueil.yaml": "ajoutez-en un, comme accueil.yaml",
    "the flow calls itself %(flow)s, its file %(file)s": "le parcours s’appelle %(flow)s, son fichier %(file)s",
    "write `flow: %(name)s`": "écrivez `flow: %(name)s`",
    "step %(name)s does nothing": "l’étape %(name)s ne fait rien",
    "give it one of %(kinds)s": "donnez-lui l’un de %(kinds)s",
    "`%(key)s` does not go with `%(kind)s`": "`%(key)s` ne va pas avec `%(kind)s`",
    "with `%(kind)s` go %(allowed)s": "avec `%(kind)s` vont %(allowed)s",
    "nothing goes with `%(kind)s`": "rien ne va avec `%(kind)s`",
    "a `%(kind)s` step needs `%(key)s`": "une étape `%(kind)s` demande `%(key)s`",
    "add `%(what)s`": "ajoutez `%(what)s`",
    "an `ask` step needs `routes` or `facts`": "une étape `ask` demande `routes` ou `facts`",
    "else nobody can answer it": "sinon personne ne peut y répondre",
    "there is no step %(name)s": "il n’y a pas d’étape %(name)s",
    "nothing takes this route": "rien ne mène à cette route",
    "give it `intent`, `examples`, `yes`, `no` or `dtmf`": "donnez-lui `intent`, `examples`, `yes`, `no` ou `dtmf`",
    "a route with examples needs a name": "une route avec des exemples doit avoir un nom",
    "this route leads nowhere": "cette route ne mène nulle part",
    "add `to: <step>` or `do: repeat|wait|forget`": "ajoutez `to: <étape>` ou `do: repeat|wait|forget`",
    "there is no intent %(name)s in the library": "il n’y a pas d’intention %(name)s dans la bibliothèque",
    "the key %(key)s is given twice": "la touche %(key)s est donnée deux fois",
    "there is no kind of value %(kind)s": "il n’y a pas de sorte de valeur %(kind)s",
    "the kind `choice` needs `choices`": "la sorte `choice` demande `choices`",
    "add what may be chosen": "ajoutez ce qui peut être choisi",
    "the key %(key)s means yes and no": "la touche %(key)s veut dire oui et non",
    "give two keys": "donnez deux touches",
    "switch on the plugin that has it (`voiced plugins`)": "activez le module qui l’apporte (`voiced plugins`)",
    "nothing gives a value to {%(name)s}": "rien ne donne de valeur à {%(name)s}",
    "%(name)s is a variable and a slot": "%(name)s est à la fois une variable et une valeur demandée",
    "a value that callers give needs a name of its own": (
        "une valeur que donnent les appelants doit avoir son propre nom"
    ),
    "%(time)s is no time of the day": "%(time)s n’est pas une heure du jour",
    "%(span)s ends before it begins": "%(span)s finit avant de commencer",
    "%(span)s begins before the span before it has ended": "%(span)s commence avant la fin de la plage précédente",
    "%(day)s is no date": "%(day)s n’est pas une date",
    "nothing leads to step %(name)s": "rien ne mène à l’étape %(name)s",
    "lead there, or remove it": "menez-y, ou retirez-la",
    "step %(name)s comes back to itself without ever listening": (
        "l’étape %(name)s revient à elle-même sans jamais écouter"
    ),
    "let one of the steps between ask": "que l’une des étapes entre les deux pose une question",
    "this sentence is not the same in every call": "cette phrase n’est pas la même à chaque appel",
    "it must be ready without a voice: no slots": "elle doit être prête sans voix : pas de valeurs demandées",
    "a value of the kind %(kind)s cannot be keyed in": "une valeur de la sorte %(kind)s ne peut pas être tapée",
    "only %(kinds)s can": "seules peuvent l’être : %(kinds)s",
    "no key leads on from this step": "aucune touche ne mène plus loin depuis cette étape",
    "give `dtmf` to its routes": "donnez `dtmf` à ses routes",
    "it tells the key %(key)s, which leads nowhere": "elle annonce la touche %(key)s, qui ne mène nulle part",
    "the keys are %(keys)s": "les touches sont %(keys)s",
}

FRENCH = {**_YAML, **_VALUES, **_ENVIRONMENT, **_SETTINGS, **_FLOWS}
