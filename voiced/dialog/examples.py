"""A small example of each kind of step, for the reference page. Each is a flow's `steps`; a test reads them all."""

from __future__ import annotations

from voiced.dialog.flow import Kind

EXAMPLES: dict[Kind, str] = {
    "say": """\
bonjour:
  say: Bonjour, ici l'assistant vocal de {company}.
  interruptible: false
  next: fin
""",
    "ask": """\
demande:
  ask: Que puis-je faire pour vous ?
  routes:
    - { intent: horaires, dtmf: "1", to: horaires } # from the library
    - intent: devis                                 # your own
      about: L'appelant veut un devis.
      examples: [je voudrais un devis, combien ça coûterait]
      to: fin
    - { dtmf: "0", to: fin }
  keypad: Tapez 1 pour nos horaires, 0 pour raccrocher.   # said when callers cannot be understood
horaires:
  say: Nous sommes ouverts {hours}.
  next: demande
""",
    "collect": """\
telephone:
  collect:
    slot: telephone
    kind: telephone
    ask: À quel numéro pouvons-nous vous rappeler ?
    again: Et la suite du numéro ?
    confirm: Je récapitule, le {telephone}. C'est bien ça ?
  next: fin
""",
    "branch": """\
accueil:
  branch:
    - when: { open: true }
      to: ouvert
    - when: { slot: caller, is: "+33199000009" }
      to: ouvert
  else: fin
ouvert: { say: Nous sommes ouverts., next: fin }
""",
    "tool": """\
noter:
  tool: take_message
  say: Un instant, je note.
  with: { name: "Client", telephone: "{caller}", message: "Rappeler" }
  save: recu
  next: fin
  failed: fin
""",
    "llm": """\
conseil:
  llm:
    prompt: Aide l'appelant à choisir un livre, une question à la fois.
    tools: []
  ask: Quel genre de livre cherchez-vous ?
  facts: ["Les nouveautés arrivent le jeudi."]
  routes:
    - { intent: au_revoir, to: fin }
""",
    "consent": """\
consentement:
  consent:
    ask: Acceptez-vous que nous gardions le texte de cet appel pendant {retention} ? Dites oui ou non.
    again: Dites oui ou tapez 1, dites non ou tapez 2.
  granted: fin
  refused: fin
""",
    "transfer": """\
humain:
  transfer:
    to: "+33199000001"
    say: Je vous mets en relation.
    timeout: 25
  failed: fin
""",
    "hangup": """\
au_revoir:
  hangup: Merci de votre appel, au revoir.
""",
    "echo": """\
essai:
  say: Parlez, vous allez vous entendre.
  echo: 10
  next: fin
""",
}

FRAME = """\
flow: exemple
title: Un exemple
start: {start}
vars: {{ company: Essai, retention: 90 jours }}
hours: {{ monday: ["09:00-12:00"] }}
steps:
{steps}"""
"""What stands around an example when it is read."""


def whole(kind: Kind) -> str:
    """Return the example of `kind` as a whole flow file."""
    example = EXAMPLES[kind]
    end = "" if kind == "hangup" else "fin: { hangup: Au revoir. }\n"
    steps = "".join(f"  {line}\n" for line in (example + end).splitlines())
    return FRAME.format(start=example.partition(":")[0], steps=steps)
