"""Terms and claims, as the engine has to know them."""

from __future__ import annotations

from lessons.models import ABOUT, CheckedClaim, Term
from lessons.uses import terms_of
from records.kinds import SELF, Kind, SearchFacts, Shows, register

register(
    Kind(
        model=Term,
        order=104,
        listing="terms",
        place="glossary",
        example="sovnarkhoz",
        distinction=lambda term: term.native_name,
        rows=("citations",),
        shows=(Shows("topic", "term", Term.topics.through),),
        comes_with=("topics",),
        mergeable=True,
        in_course=terms_of,
        search=SearchFacts(
            names=("native_name", "other_names"),
            text=("definition",),
            weight=lambda term: 3,
        ),
        facts=("native_name", "say", "other_names", "definition", "topics"),
        admin_group="teaching",
    ),
    Kind(
        model=CheckedClaim,
        order=106,
        listing="claims",
        example="s27-ten-year-terms",
        title_needs=("topic",),
        rows=("citations",),
        needs=("topic", "source", *ABOUT),
        # Its page is that of its topic, so that a new address of the topic is one of the claim.
        embedded=True,
        shows=tuple(Shows(name, SELF) for name in ("topic", "source", *ABOUT)),
        comes_with=("topic",),
        search=SearchFacts(needs=("topic",), heading="Claims of class notes"),
        admin_group="teaching",
    ),
)
