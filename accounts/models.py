"""What those who look after accounts ask of all of them."""

from __future__ import annotations

from django.db import models


class SecondFactorRule(models.Model):
    """Of whom the site asks a second factor. One row at most; none asks it of nobody."""

    class Asked(models.TextChoices):
        """From the least to the most. The values are those of the setting SECOND_FACTOR."""

        OPTIONAL = "optional", "Nobody has to have one"
        PUBLISHERS = "publishers", "Whoever may publish or look after accounts"
        STAFF = "staff", "Everybody at the desk"

    THE_ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE, editable=False)
    asked_of = models.CharField(
        "a second factor is asked of", max_length=10, choices=Asked, default=Asked.OPTIONAL
    )

    class Meta:
        # Whoever looks after accounts may change it (accounts.second_factor.may_ask).
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(id=1), name="there_is_one_rule_of_second_factors"
            ),
            models.CheckConstraint(
                condition=models.Q(asked_of__in=["optional", "publishers", "staff"]),
                name="a_second_factor_is_asked_of_known_accounts",
            ),
        ]

    def __str__(self) -> str:
        return self.get_asked_of_display()
