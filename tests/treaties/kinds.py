from __future__ import annotations

from records.kinds import Kind, TimelineFacts, register
from tests.treaties.models import Treaty

register(
    Kind(
        model=Treaty,
        order=75,
        listing="treaties",
        place="treaties",
        example="austrian-state-treaty",
        rows=("citations",),
        happened=lambda treaty: treaty.span,
        mergeable=True,
        timeline=TimelineFacts(
            order=4,
            heading="Treaties",
            nouns=("treaty", "treaties"),
            # A treaty has nobody who took part.
            narrow=lambda treaties, person, power_base, at_least: (
                treaties.none() if person or power_base else treaties
            ),
            template="treaties/_in_timeline.html",
            item=lambda treaty: (str(treaty), str(treaty), 1),
        ),
        entry_text="terms",
        facts=("span", "undated_reason", "terms"),
        admin_group="history",
    )
)
