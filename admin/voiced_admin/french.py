"""What settings are, in French; the schema says it in English. A test holds the two together."""

from __future__ import annotations

from voiced_admin.language import language

ABOUT = {
    "Speech to text.": "Transcrit ce que dit l’appelant.",
    "Stand-ins for speech to text.": "Prennent le relais, dans cet ordre, quand la reconnaissance est en panne.",
    "The model that understands and answers.": "Comprend la demande et répond.",
    "Stand-ins for the model.": "Prennent le relais, dans cet ordre, quand le modèle est en panne.",
    "Text to speech.": "La voix de l’agent.",
    "Stand-ins for text to speech.": "Prennent le relais, dans cet ordre, quand la voix est en panne.",
    "Carrier.": "Par qui les appels arrivent.",
    "Name of the company, as the agent says it when it asks for consent.": "Le nom que l’agent dit en se présentant "
    "et en demandant le consentement.",
    "Address of the page that tells callers about their data.": "L’adresse de la page qui informe les appelants sur "
    "leurs données.",
    "Days after which a call's data is erased.": "Passé ce délai, les données d’un appel sont effacées.",
    "Id of a voice of the account": "L’identifiant d’une voix du compte.",
    "Model, by its name": "Le modèle, par son nom.",
    "Model, by its name or alias": "Le modèle, par son nom ou son alias.",
    "Whether calls of consenting callers are recorded.": "Le son des appels est gardé, pour les appelants qui "
    "l’acceptent.",
}


def about(description: str) -> str:
    """Return what a setting is, in the reader's language; `description` is the schema's."""
    return description if language() == "en" else ABOUT.get(description, description)
