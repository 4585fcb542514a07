"""The words that make a sentence's frame: those that say what is done with a thing, not which thing it is.

Articles, pronouns, question words, conjunctions, prepositions, negations, forms of be, have and do, modal verbs, and
the words in which people wish, ask, propose and judge. "It would be great if you could add dark mode" and "… add
offline maps" have one frame. What is contracted stands as typed, as `hashing.word_tokens` leaves it.
"""

from __future__ import annotations

FRAME_WORDS = frozenset(
    "a an the this that these those it its it's it'd there that'd there'd here"
    " i i'd i'm i've i'll my me we we'd we're we've we'll our us you you'd you're you'll u your yours"
    " they them their he she his her who what which when where why how whether"
    " if unless until while because since so than then as and or but nor"
    " at by for from in into of on onto off over out up down to with without within about after before between through"
    " not no n't don't doesn't didn't can't cannot couldn't won't wouldn't shouldn't isn't aren't wasn't haven't hasn't"
    " can could should would will shall may might must would've should've"
    " be is are was were been being am have has had having do does did done doing get gets got let lets let's"
    " please pls plz hey hi thanks thank maybe perhaps instead rather also too just only even still already yet again"
    " ever never always very really much many more most less least some any every each all both either neither"
    " other another such same own one else why way"
    " need needs needed want wants wanted wish wishes hope like love prefer suggest suggestion suggestions suggesting"
    " recommend request imagine feature option ability possibility possible able"
    " allow allows allowed allowing enable enabled make makes making add added adding adds give provide support include"
    " consider implement change remove fix bring keep use using used work works worked working help helps"
    " nice great good better best cool awesome helpful useful easier easy handy perfect fantastic wonderful"
    " idea ideal ideally solution problem issue bug lack lacks lacking missing miss think believe feel know see say"
    " ok yes ? !".split()
)
