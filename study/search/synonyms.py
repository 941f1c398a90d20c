"""Other words for the same thing, as students of this field ask for it, and as books print it.

Pure; knows no database. They widen a search: what has the very word stands first. A word that
means one thing for a historian and another for a cook stays out.
"""

from __future__ import annotations

from functools import cache

from study.search.folding import key_of

# A line is a group: whoever asks for one word of it also finds the others.
_ALIKE = """
fall removal remove oust ouster overthrow dismissal dismiss depose topple downfall deposition sack
revolution uprising
murder kill execution execute shoot shooting massacre
arrest imprison detain
rise ascent ascend succession
struggle rivalry contest
famine hunger starvation
prisoner inmate convict
camp gulag labour
farm agriculture collective kolkhoz sovkhoz
corn maize kukuruza kukuruznik
sovnarkhoz sovnarkhozy council
purge repression terror
police security chekist
revolt uprising rising rebellion insurrection mutiny
strike protest demonstration riot unrest
denounce denunciation condemn attack criticise criticism
speech address report
abolish abolition scrap end close dissolve
split divide division bifurcation bifurcate
decentralise devolve devolution
pardon amnesty
release free freed liberation
exonerate rehabilitate rehabilitation clear
deport deportation exile
chief head leader lead
prime premier
vote elect election
member membership
cult worship
bureaucracy bureaucrat official apparatus apparatchik
plan planning gosplan
industry industrial factory
price cost dear dearer
percent percentage share
plan planning gosplan
crisis confrontation
plot conspiracy coup intrigue
reason cause
number statistic
term tenure
renewal rotation turnover
historian historiography
successor succeed
constitution rule statute
resign resignation
reorganise reorganisation reform restructure
ally alliance support supporter
army military soldier
newspaper press journal
law decree
youth young komsomol
failure fail
success achievement
"""
# The same word in another part of speech: a country and what is of it, a deed and the doing of it.
_KIN = """
hungary hungarian
poland polish
georgia georgian
china chinese
cuba cuban
ukraine ukrainian
russia russian
kazakhstan kazakh
america american
germany german
latvia latvian
lithuania lithuanian
estonia estonian
britain british
die death dead
remove removal
dismiss dismissal
depose deposition
shoot shooting
execute execution
criticise criticism critic
agriculture agricultural
industry industrial
economy economic
politics political
democracy democratic democratise democratisation
centralise centralisation
decentralise decentralisation
destalinise destalinisation
stalinism stalinist
denounce denunciation
resign resignation
agree agreement
appoint appointment
meet meeting
defeat defeated
abolish abolition
arrest arrested
deport deportation
divide division
bifurcate bifurcation
rehabilitate rehabilitation
reorganise reorganisation
bureaucracy bureaucratic bureaucrat
communism communist
ideology ideological
minister ministerial
ministry ministries
member membership
vote voting
history historical
nation national
region regional
security secure
succeed succession successor
grow growth
lose loss
fail failure
"""
# Russian words and names of institutions, with what the English text says for them.
_RUSSIAN = """
съезд congress
съезда congress
доклад speech
речь speech
секретный secret
секретная secret
партия party
партии party
культ cult
личности personality
оттепель thaw
целина virgin
целинные virgin
восстание uprising
расстрел shooting
смерть death
реформа reform
реформы reform
лагерь camp
лагеря camp
заключенные prisoner
заключённые prisoner
амнистия amnesty
реабилитация rehabilitation
снят removal
смещение removal
отставка removal
арест arrest
врачей doctor
врачи doctor
дело plot
министерство ministry
совет council
правительство government
сельское agriculture
хозяйство agriculture
кукуруза maize
урожай harvest
тюрьма prison
армия army
комитет committee
центральный central
верховный supreme
президиум presidium
политбюро presidium
секретарь secretary
антипартийная anti-party
группа group
письмо letter
источник source
венгрия hungary
венгерское hungarian
польша poland
грузия georgia
сталина stalin
сталинизм stalinism
kremlin government
politburo presidium
ussr soviet
cpsu communist
kpss communist
cheka kgb
nkvd mvd
ministries ministry
anticult cult
chruschtschow khrushchev
khrouchtchev khrushchev
jruschov khrushchev
krusciov khrushchev
khrushchyov khrushchev
krushev khrushchev
"""
# What says nothing of the thing that is asked for.
_SAY_NOTHING = """
a an the of in on at to for from by with about into and or but as is are was were be been
being am do does did done doing has have had having it its this that these those there he
him his she her they them their we us our you your i me my who whom whose what which when
where why how not no so if than then too very can could will would shall should may might
must many much happened happen happens please tell explain describe give find show list
and во на и в о об с со к ко у за по из от до как кто что когда почему где был была было
были это не а но или ли его ее их
"""
STOP_WORDS = frozenset(_SAY_NOTHING.split())


# How near another word is: the same in another part of speech, or another for the same thing.
KIN, ALIKE = 0.9, 0.6


@cache
def _others() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for table, nearness in ((_ALIKE, ALIKE), (_KIN, KIN)):
        for line in table.split("\n"):
            keys = [key_of(word) for word in line.split()]
            for key in keys:
                found.setdefault(key, {}).update({k: nearness for k in keys if k != key})
    for line in _RUSSIAN.split("\n"):
        if line:
            russian, english = line.split()
            found.setdefault(key_of(russian), {})[key_of(english.replace("-", ""))] = ALIKE
    return found


def others(key: str) -> dict[str, float]:
    """The keys of other words for the same thing, each with how near it is; empty for most."""
    return _others().get(key, {})
