"""The words that the reader knows: one more office, kind of reform or event is taught here.

All of them are in small letters. A word stands for its plural too where that only adds an s.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a list that is written as text."""
    return frozenset(text.split())


OFFICES = words("""
    secretary head leader chairman chairwoman chair premier minister chancellor president
    vice-president king queen emperor empress tsar tsarina czar kaiser general marshal commander
    commander-in-chief consul tribune dictator governor governor-general archbishop bishop cardinal
    pope deputy member chief director ambassador mp editor commissar prefect speaker senator
    treasurer regent protector steward sheriff mayor judge justice founder princeps praetor censor
    quaestor aedile imperator vizier shah sultan caliph duce admiral colonel viceroy justiciar
    chamberlain constable lieutenant envoy delegate spokesman representative congressman
    organiser taoiseach khan shogun daimyo prince princess duke earl stadtholder doge procurator
    prosecutor procurator-general attorney-general solicitor-general ideologist adviser advisor
    controller comptroller captain ruler monarch councillor intendant lord-lieutenant pm
    administrator manager boss commissioner abbot dauphin satrap pharaoh strategos archon proconsul
    triumvir dean chairperson diplomat economist
    master groom keeper warden lieutenant-general führer fuhrer fuehrer duchess
    """)
# What a line may say of a person in the place of an office. Sentences say it of people in passing,
# so that only lines that introduce somebody are searched for these.
ROLES = words("""
    monk priest lawyer journalist philosopher banker industrialist scientist poet writer author
    activist revolutionary reformer politician statesman nobleman noble landowner peer heir
    unionist suffragette physician doctor teacher preacher engineer officer campaigner nationalist
    pretender favourite confidant mistress theologian manufacturer merchant historian orator
    pamphleteer agitator
    """)
# Titles that are part of a name: “Duke of Wellington”.
TITLES = words("duke earl prince princess count marquess viscount baron lord lady")
# Events by any reading, so that “Wyatt’s Rebellion; …” is none of the reforms.
TROUBLES = words("""
    war battle revolution coup putsch rebellion rising revolt massacre riot siege invasion uprising
    mutiny assassination murder execution death famine plot fire march strike raid landing election
    """)

REFORMS = words("""
    act law reform plan campaign policy edict decree code constitution charter bill programme
    program abolition emancipation system tax statute ordinance amendment ban budget scheme deal
    initiative collectivisation collectivization industrialisation industrialization nationalisation
    nationalization privatisation privatization land-reform perestroika glasnost measure
    restructuring reorganisation reorganization devolution rationing conscription communes drive
    settlement concordat communism ukase manifesto proclamation regulation legislation nep zemstva
    doctrine purge leap injunction
    """)
EVENTS = words("""
    war battle revolution coup putsch crisis rebellion rising revolt massacre riot siege invasion
    election uprising mutiny strike march conference summit assassination murder execution death
    abdication treaty peace famine plot fire coronation trial pact armistice surrender crash
    depression congress referendum treaties incident affair blockade airlift landing speech
    restoration annexation anschluss pogrom oath petition fall raid  partition birth
    marriage accession parliament debate defeat victory agreement accord landings
    demonstration boycott protest scandal armada
    crusade schism
    """)
# Headings inside a topic, and labels that only say what comes.
GENERIC = words("""
    cause causes reason reasons consequence consequences result results effect effects aim aims
    problem problems impact significance importance background context summary conclusion overview
    introduction strengths weaknesses strength weakness opposition support evidence example examples
    note notes nb key quote quotes question questions success successes failure failures advantages
    disadvantages factors short-term long-term short long term terms economy economic political
    social foreign domestic religion religious military positives negatives limitations change
    continuity interpretation interpretations historian historians people figures dates timeline
    events outcome origins challenges threats trigger remember main definition method methods
    individuals ministers leaders personalities statistics stats facts info information points
    """)
# What begins like a name and is none.
THINGS = (
    REFORMS
    | EVENTS
    | GENERIC
    | words("""
        party council ministry committee army state church union republic court commission
        league bank society club front office government parliament assembly senate congress duma
        soviet cabinet movement revolutionaries communists nazis bolsheviks mensheviks workers
        peasants gulag economy industry agriculture trade prices wages unemployment population
        income taxes lands power terror propaganda education culture women children men people
        press the in on at by from after before during it they he she we there this that these
        those his her their most many some all both what why how who when where was were is are
        speech group class rise decline early late first second third towards
        """)
)
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip

# Verbs that a number goes up or down by, or is reached by.
CHANGES = (
    r"(?:rose|rise[sn]?|rising|fell|fall(?:s|en|ing)?|increas(?:e[sd]?|ing)|decreas(?:e[sd]?|ing)|"
    r"grew|grow(?:s|n|ing)?|dropp?(?:s|ed|ing)?|cut|cuts|cutting|reduc(?:e[sd]?|ing)|"
    r"rais(?:e[sd]?|ing)|declin(?:e[sd]?|ing)|went|goes|gone|climb(?:s|ed|ing)?|up|down|"
    r"expand(?:s|ed|ing)?|shrank|shrunk|shrinks?|sank|soar(?:s|ed)?|double[sd]?|doubling|halved|"
    r"trebled|tripled|quadrupled|lower(?:s|ed|ing)?|swell(?:s|ed)?|swelled|jump(?:s|ed)?|"
    r"plummeted|plunged|slumped|slashed|moved|changed|extended|limited|reach(?:es|ed|ing)?)"
)
CAUSES = (
    r"(?:->|→|=>|because|so that|led to|leads to|leading to|meant that|means that|resulted in|"
    r"therefore|thus|hence|as a result|caused|due to|in order to)"
)
