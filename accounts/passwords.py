"""What is no good password although it is long."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

# What people write for a letter.
_LEET = str.maketrans("013457@$!", "oleastasi")


class StretchedPasswordValidator(CommonPasswordValidator):
    """Refuses a common password that was only made longer: Password1964!, sunshinesunshine.

    The lists of common passwords hold few of twelve letters, since few sites ask for so many; what
    people make of a short one to reach twelve is easily guessed. So the rest may not be common that
    is left without figures and signs at the ends, with letters for figures inside, and said once
    instead of twice.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a common password, stretched."""
        if self._cores(password.lower().strip()) & self.passwords:
            raise ValidationError(
                "This is a common password made longer, and guessed soon. Take four words that "
                "have nothing to do with each other, such as “tram violet seldom harbour”.",
                code="password_too_common",
            )

    def _cores(self, password: str) -> set[str]:
        found = {password, re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password)}
        found |= {core.translate(_LEET) for core in found}
        for core in [*found]:
            if repeated := re.fullmatch(r"(.{2,}?)[\W_]?(?:\1[\W_]?)+", core):
                found.add(repeated[1])
        # A core of a few letters says nothing: “tea” is common, “tea-for-two-1956” is not “tea”.
        return {core for core in found if len(core) >= 4}

    def get_help_text(self) -> str:
        return "It can’t be a common password made longer, such as “Password1964!”."
