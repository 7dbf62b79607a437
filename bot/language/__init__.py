"""Language: what people type read as answers and intents, and texts given to them in their own language."""

from bot.language.catalogue import SPOKEN, Catalogue, CatalogueError, MissingTranslation
from bot.language.folding import fold
from bot.language.implied import implied, takes_back
from bot.language.intents import Intent, intent, intent_language, is_filler, says_only_an_intent
from bot.language.lexicon import LexiconError
from bot.language.recognising import recognise
from bot.language.segments import Segments, segments
from bot.language.sentence import Reading

__all__ = [
    "SPOKEN",
    "Catalogue",
    "CatalogueError",
    "Intent",
    "LexiconError",
    "MissingTranslation",
    "Reading",
    "Segments",
    "fold",
    "implied",
    "intent",
    "intent_language",
    "is_filler",
    "recognise",
    "says_only_an_intent",
    "segments",
    "takes_back",
]
