"""Invented names and sentences for `make_corpus`. Nothing here ever existed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from records.dates import days_in_month, year_edtf


@dataclass(frozen=True)
class Tongue:
    """The syllables of a made-up language: as romanised, and in its script."""

    given: tuple[tuple[str, str], ...]
    syllables: tuple[tuple[str, str], ...]
    endings: tuple[tuple[str, str], ...]


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """ "ma=μα ro=ρο" → (("ma", "μα"), ("ro", "ρο"))."""
    return tuple(tuple(pair.split("=")) for pair in text.split())  # type: ignore[misc]


TONGUES = (
    Tongue(
        _pairs("Danilo=Данило Vesna=Весна Radomir=Радомир Zoryana=Зоряна Miron=Мирон Lada=Лада"),
        _pairs("vel=вел mir=мир gor=гор bra=бра stan=стан ras=рас ve=ве dol=дол ko=ко lu=лу"),
        _pairs("ov=ов enko=енко ich=ич in=ин sky=ский"),
    ),
    Tongue(
        _pairs("Arkas=Άρκας Ione=Ιόνη Thalon=Θάλων Melia=Μελία Kyros=Κύρος Danae=Δανάη"),
        _pairs("the=θε ra=ρα me=με nos=νος lo=λο ki=κι pha=φα do=δο re=ρε ly=λυ"),
        _pairs("os=ος ides=ίδης es=ης akis=άκης"),
    ),
    Tongue(
        _pairs("Tamaz=თამაზ Nino=ნინო Vakho=ვახო Ketevan=ქეთევან Zurab=ზურაბ Eka=ეკა"),
        _pairs("ma=მა go=გო ri=რი ku=კუ la=ლა be=ბე sha=შა to=ტო ni=ნი dze=ძე"),
        _pairs("adze=აძე shvili=შვილი iani=იანი ia=ია"),
    ),
    Tongue(
        _pairs("Åse=Åse Jørund=Jørund Þora=Þóra Øyvind=Øyvind Günther=Günther Zoë=Zoë"),
        _pairs("hal=hál var=vår gren=grén lund=lúnd sted=stëd berg=bérg nor=nör dal=dål"),
        _pairs("sen=sen sdottir=sdóttir mann=mann quist=qvist"),
    ),
    Tongue(
        _pairs("Wei=伟 Lan=兰 Ming=明 Hua=华 Jun=军 Xiu=秀"),
        _pairs("an=安 bo=博 chang=长 fu=福 hai=海 lin=林 shan=山 yun=云 zhen=真 qing=清"),
        _pairs("jia=家 guo=国 cheng=城 he=河"),
    ),
)

MATTERS = (
    "land",
    "the press",
    "the grain tax",
    "conscription",
    "the guilds",
    "schools",
    "the provinces",
    "coinage",
    "elections",
    "the courts",
    "railways",
    "the harbours",
)
OFFICES = (
    "Chancellor",
    "First Secretary",
    "Minister of the Interior",
    "Governor",
    "Speaker of the Assembly",
    "Marshal",
    "Treasurer",
    "Keeper of the Seals",
    "Envoy",
    "President of the Council",
)
ROLES = ("signed", "presided", "was arrested", "spoke against it", "negotiated", "led the troops")
KINDS_OF_POWER = ("State", "Party", "Police", "Army", "Provinces", "Learning", "Guild")
# Each with its kind.
BODIES = (
    ("Council of State", "State"),
    ("Assembly", "State"),
    ("Reform Party", "Party"),
    ("Old Party", "Party"),
    ("Guard", "Police"),
    ("Army of the North", "Army"),
    ("Union of Provinces", "Provinces"),
    ("Academy", "Learning"),
    ("Merchants' Guild", "Guild"),
)
COUNTED = (
    ("Grain harvest", "tonnes"),
    ("Members of the ruling party", "persons"),
    ("Prisoners", "persons"),
    ("Share of seats", "percent"),
    ("Schools", "schools"),
    ("Taxes raised", "talers"),
)
SENTENCES = (
    "The {body} of {place} had waited for it since the winter.",
    "It divided those who lived by {matter} from those who taxed it.",
    "Letters from {place} called it *a change of masters*, no more.",
    "Two of the provinces refused; the third asked for **time**.",
    "What it cost is disputed, and the accounts of {place} are lost.",
    "Within a year the question of {matter} was open again.",
    "Observers put it down to weakness at the centre.",
)
EVENT_TITLES = (
    "Treaty of {place}",
    "Congress of {place}",
    "Rising at {place}",
    "Decree on {matter}",
    "{place} strike",
    "Arrest of the {body} of {place}",
    "Election in {place}",
    "Siege of {place}",
    "{place} conference on {matter}",
)


class Words:
    """A seeded stream of invented names, sentences and dates for one model of one corpus."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def name(self, tongue: int) -> tuple[str, str, str]:
        """A person's name, the same in its own script, and the name to sort by."""
        rng, spoken = self.rng, TONGUES[tongue % len(TONGUES)]
        parts = [rng.choice(spoken.syllables) for _ in range(rng.choice((1, 2, 2)))]
        parts.append(rng.choice(spoken.endings))
        latin, native = ("".join(side).capitalize() for side in zip(*parts, strict=True))
        given, given_native = rng.choice(spoken.given)
        return f"{given} {latin}", f"{given_native} {native}", f"{latin}, {given}"

    def place(self, tongue: int) -> str:
        """The name of a town or country, romanised."""
        syllables = TONGUES[tongue % len(TONGUES)].syllables
        return "".join(self.rng.choice(syllables)[0] for _ in range(3)).capitalize()

    def fill(self, pattern: str, tongue: int) -> str:
        return pattern.format(
            place=self.place(tongue),
            matter=self.rng.choice(MATTERS),
            body=self.rng.choice(BODIES)[0],
        )

    def prose(self, tongue: int, most: int = 3) -> str:
        """One to `most` sentences of Markdown."""
        count = self.rng.randint(1, most)
        return " ".join(self.fill(s, tongue) for s in self.rng.sample(SENTENCES, count))

    def day(self, year: int) -> str:
        month = self.rng.randint(1, 12)
        return f"{self.month(year, month)}-{self.rng.randint(1, days_in_month(year, month)):02}"

    def month(self, year: int, month: int = 0) -> str:
        return f"{year_edtf(year)}-{month or self.rng.randint(1, 12):02}"

    def date(self, year: int) -> str:
        """An EDTF date in or about an astronomical year, at any of the precisions sources give."""
        rng, plain = self.rng, year_edtf(year)
        draw = rng.random()
        if draw < 0.5:
            return self.day(year)
        if draw < 0.64:
            return self.month(year)
        if draw < 0.76:
            return plain
        if draw < 0.82:
            month = rng.randint(1, 11)
            return f"{self.month(year, month)}-0{rng.randint(1, 9)}/{self.month(year, month + 1)}"
        if draw < 0.88:
            return f"{plain}/{year_edtf(year + rng.randint(1, 6))}"
        if draw < 0.92:
            return f"{plain}{rng.choice('~?%')}"
        if draw < 0.94:
            return f"{self.month(year)}~"
        if draw < 0.96:
            return f"{plain}-{rng.randint(21, 24)}"
        if draw < 0.97:
            return f"../{plain}"
        if draw < 0.98:
            return f"{plain}/.."
        if year < 100:
            return f"{plain}?"
        return f"{year // 10:03}X" if draw < 0.995 else f"{year // 100:02}XX"
