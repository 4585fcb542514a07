"""What customers write in other languages than English, a sentence a line; made up. Short ones too: a detector may say
nothing about those, but must not call an English one foreign."""

from germanic_sentences import GERMANIC
from more_sentences import MORE
from romance_sentences import ROMANCE
from slavic_sentences import SLAVIC

SENTENCES = GERMANIC | ROMANCE | SLAVIC | MORE
