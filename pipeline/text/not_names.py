"""What stands after a greeting or a closing without being a person's name."""

from pipeline.text.word_lists import word_set

NOT_NAMES = word_set(
    """
    a about account accounts admin again agent agents airline airlines all also an and another any anybody
    anyone are as at back been billing both bot but by can cannot can't chat colleague colleagues community
    company could couldn't crew customer customers day dear desk dev developer developers did didn't director
    do does doesn't don't each email engineering evening every everybody everyone excellent experts finance
    first flight folks following for forum friend friends from gentlemen girls good great guys happy has have
    having hello help helpdesk here hey hi hope hoping how however i i'd i'll i'm i've id if in info is isn't
    issue it it's its just ladies last legal let long look looking lovely madam maam ma'am management manager
    many marketing member members merry message might monday more morning ms mr mrs my need never new nice no
    nobody none not nothing now of office ok okay on once one only or order our out people please possible
    president product quick question questions reader reaching really reception regarding regards reply
    request sales saturday see seems service services should sir sirs so some somebody someone sorry still
    sunday super support supporters sure tech team teams thank thanks that that's the their them there these
    they this those thursday thx to today tomorrow trying tuesday two unfortunately up update upgrade us user
    users very vendor was wasn't we we'd we'll we're we've wednesday week weekend well were what what's when
    where which who why with won't wonderful wondering world would yeah yes yesterday yet you you'd you'll
    you're you've your yours damen herren herr frau kundenservice zusammen alle leute equipe équipe tous
    toutes messieurs mesdames equipo todos todas señores tutti signori allemaal iedereen heer mevrouw equipa
    senhores kunde kunden january february march july august september october november december friday
    correct wrong spelled spelt listed missing misspelled under registered included shown different nope wow
    ugh lol omg fyi asap faq pls plz u ur im ive idk btw thankyou amazing awesome perfect love got get getting
    oh ah aw awe aww hmm hm um umm uh uhm er erm eh oops whoops ooh phew whew yikes yay woohoo yippee ouch
    gosh goodness geez jeez gee nah yea yep yup ya haha ha congrats congratulations apologies anytime
    currently absolutely enjoy certainly regrettably regretfully sadly honestly actually apparently hopefully
    basically finally literally seriously truly clearly obviously additionally furthermore although meanwhile
    therefore otherwise instead sometimes nevermind understood alright right cool crazy shame better curious
    fantastic outstanding sorted gotcha like done plus wait maybe interesting funny brilliant remember boo
    bummer false firstly secondly lastly ultimately correction ditto disappointed disgusting rubbish nonsense
    afternoon frankly similarly personally technically unlikely besides since because while after before until
    unless whether whenever everything anything something neither windows twitter facebook dears greetings
    understandable ironically weirdly exactly totally definitely indeed true excuse welcome aloha whoa anyway
    anyways regardless worse worst best winning flying waiting booked bought missed lost tried called flights
    luggage bag bags dr prof mme sr sra sig dhr mevr mx
    """
)
"""In lower case. Never taken for a name, whatever follows."""

ALSO_WORDS = word_set(
    """
    april art bill chase christian dawn dean drew duke earl faith frank gene grace grant guy harmony heath
    hunter ivy jack jean jewel joy june justice king lance lane lily mark may melody miles nick olive page pat
    patience pearl peg penny pierce prince ray reed rich river rob robin rod rose ruby rusty sage sandy skip
    sky sterling stone storm sue summer sunny ted trace trinity victor violet wade ward will winter woody
    young
    """
)
"""In lower case. Names that are words as well: taken for a name only where punctuation says that it is"
" one."""
