"""Yes or no. A contradiction ("oui mais non") and doubt ("je ne sais pas") are neither."""

from __future__ import annotations

from voiced.text.collect.contract import Collected, Collector, Context
from voiced.text.endings import unfinished as words_dangle
from voiced.text.normalise import folded_bare
from voiced.text.pattern import lazy

_UNSURE = (
    r"je (?:ne )?sais pas(?: trop)?|je sais pas|peut etre|ca depend|je (?:n')?ai pas (?:bien )?(?:compris|entendu)|"
    r"j'hesite|aucune idee|pas sure?|je (?:ne )?suis pas sure?|pourquoi(?! pas)|comment(?: ca)?$|oui et non|"
    r"je vais reflechir|"
    r"je (?:ne )?refuse pas|oui ou non|ni oui ni non"
)
_NO = (
    r"bien sur que non|mais non|(?:je (?:ne )?suis )?pas d'accord|pas (?:du tout|vraiment|maintenant|question|"
    r"possible|interessee?|exactement|tout a fait)|"
    r"surtout pas|absolument pas|certainement pas|en aucun cas|hors de question|jamais(?: de la vie)?|"
    r"sans facon|negatif|nan|"
    r"je (?:ne )?(?:prefere|prefererais|veux|souhaite|suis|peux|pense|crois|desire|confirme|accepte) (?:pas|rien|plus)|"
    r"je prefere (?:pas|ne pas|eviter)|je (?:n')?(?:accepte|ai) pas|j'accepte pas|ce (?:n'est|n'etait) pas|c'est pas|"
    r"c'est (?:faux|incorrect|inexact|non|une erreur)|ca (?:ne )?(?:va|marche|me va|me convient|convient) pas|"
    r"je (?:le )?refuse|refuse|ca ira|rien du tout|aucunement|pas ca|pas bon|pas correct|je crois pas|"
    r"je (?:ne )?(?:le )?(?:veux|souhaite) pas|merci non|non(?: non)* merci|moi non plus|non plus|que non|non|no"
)
_YES = (
    r"(?:il n'y a |y a )?pas de (?:probleme|souci)s?|aucun (?:probleme|souci)|sans (?:probleme|souci|hesiter)|"
    r"pourquoi pas|"
    r"ca (?:ne )?me (?:derange|gene) pas|je dis pas non|je ne dis pas non|si vous voulez|si ca vous va|"
    r"(?:mais )?si si|mais si|"
    r"oui|ouais|ouai|ouep|mouais|yes|yep|ok|okay|d'accord|d'ac|dac|bien sur(?: que oui)?|bien entendu|"
    r"evidemment|naturellement|"
    r"certainement|absolument|exactement|exact|tout a fait|parfait|parfaitement|effectivement|affirmatif|volontiers|"
    r"avec (?:grand )?plaisir|carrement|j'accepte|je (?:l')?accepte|je (?:le )?(?:confirme|veux bien|valide|"
    r"souhaite|veux)|"
    r"ca marche|ca (?:me )?(?:va|convient)|c'est (?:bien )?(?:ca|cela|bon|exact|correct|juste|moi|parfait|vrai|"
    r"note|entendu)|"
    r"entendu|tres bien|allez y|allons y|vas y|faites|faites donc|je suis d'accord|je pense(?: que oui)?|"
    r"je crois(?: que oui)?|"
    r"voila|correct|super|impeccable|nickel|c'est le cas|je prends"
)
_VERDICTS = lazy(rf"(?<![\w'])(?:(?P<unsure>{_UNSURE})|(?P<no>{_NO})|(?P<yes>{_YES}))(?![\w'])")
_HOLD = lazy(r"\b(?:attendez|attends|une seconde|un instant|une minute)\b")
_ONLY_SI = lazy(r"si(?: si)*(?: bien sur)?")
_CLEAR = lazy(
    r"(?:euh |ah |ben |bah |eh bien |alors |bon )*(?:oui|ouais|non|ok|okay|d'accord|tout a fait|volontiers)\b"
)
_HESITANT = lazy(r"\bmouais\b|\bpourquoi pas\b|\bsi vous voulez\b|\bje (?:pense|crois)\b|\bbof\b")


def _verdicts(said: str) -> set[str]:
    return {match.lastgroup or "" for match in _VERDICTS.finditer(said)}


def _confidence(said: str) -> float:
    if _HESITANT.search(said) or _HOLD.search(said):
        return 0.6
    if _CLEAR.match(said):
        return 1.0 if len(said.split()) <= 8 else 0.85
    return 0.9 if len(said.split()) <= 6 else 0.6


def collect_yes_no(text: str, context: Context) -> Collected | None:  # noqa: ARG001 - the signature of Collect
    """Return True or False; None for silence on the matter, doubt, or a contradiction."""
    said = folded_bare(text)
    if _ONLY_SI.fullmatch(said):
        return Collected(True, "oui")
    verdicts = _verdicts(said)
    if verdicts not in ({"yes"}, {"no"}):
        return None
    answer = verdicts == {"yes"}
    return Collected(answer, "oui" if answer else "non", not _HOLD.search(said), _confidence(said))


def _unfinished(text: str, so_far: str) -> bool:  # noqa: ARG001 - the signature of Unfinished
    said = folded_bare(text)
    return not _ONLY_SI.fullmatch(said) and (words_dangle(text) or bool(_HOLD.search(said)))


YES_NO = Collector("yes_no", collect_yes_no, _unfinished)
