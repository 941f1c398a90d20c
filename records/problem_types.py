"""Every kind of error the API answers with: what it means, and what to do about it.

The codes are a promise: programs go by them, and each has a page at `/api/problems/<code>/`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProblemType:
    """One kind of error. `title` names it; `meaning` and `remedy` are what its page says."""

    status: int
    title: str
    meaning: str
    remedy: str


PROBLEM_TYPES = {
    "unknown-parameter": ProblemType(
        400,
        "Unknown parameter",
        "The address has no parameter of this name. It is refused rather than passed over: a "
        "misspelt filter would give a wrong answer that looks right.",
        "Use one of the names that “detail” lists, or leave the parameter out.",
    ),
    "missing-parameter": ProblemType(
        400,
        "Missing parameter",
        "The question cannot be answered without this parameter.",
        "Give it a value; “example” in “errors” is one that works.",
    ),
    "malformed-parameter": ProblemType(
        400,
        "Malformed parameter",
        "The value of a parameter is not understood, or names something that is not published.",
        "“errors” says which parameter it was and what it takes; its “example” is a value that "
        "works.",
    ),
    "repeated-parameter": ProblemType(
        400,
        "Repeated parameter",
        "A parameter was given more than once, and nothing says which of its values was meant.",
        "Give each parameter once.",
    ),
    "bad-cursor": ProblemType(
        400,
        "Bad cursor",
        "The cursor belongs to another listing or another ordering, or to none at all.",
        "Follow “next” and “previous” as they are, or leave “cursor” out to begin anew.",
    ),
    "bad-request": ProblemType(
        400,
        "Bad request",
        "The request cannot be understood at all, for example because it names another host.",
        "Compare it with the examples in the guide.",
    ),
    "package-too-large": ProblemType(
        403,
        "Package too large",
        "The course has more records than are packed into one answer.",
        "Read its listings page by page, or ask the keeper of this site for the package.",
    ),
    "not-found": ProblemType(
        404,
        "Not found",
        "Nothing is published at this address. What is not published yet is answered the same "
        "way as what does not exist.",
        "Look for the record in its listing, for example with “search”.",
    ),
    "method-not-allowed": ProblemType(
        405,
        "Method not allowed",
        "The address can only be read.",
        "Use GET, HEAD or OPTIONS.",
    ),
    "not-acceptable": ProblemType(
        406,
        "Not acceptable",
        "The address does not answer in any form that the Accept header names.",
        "Ask for one of the forms that “detail” lists, or leave Accept out to have JSON.",
    ),
    "withdrawn": ProblemType(
        410,
        "Withdrawn",
        "The record was published and then withdrawn. “detail” gives the reason.",
        "Take it out of your own copy. The address will not be used for anything else.",
    ),
    "deleted": ProblemType(
        410,
        "Deleted",
        "The record was published once and then deleted.",
        "Take it out of your own copy. The address will not be used for anything else.",
    ),
    "cursor-lost": ProblemType(
        410,
        "Cursor lost",
        "The feed of changes does not have the place that “after” names: the site was set back to "
        "an earlier copy, or it is another site.",
        "Empty your own copy, leave “after” out, and follow the feed from its beginning.",
    ),
    "internal-server-error": ProblemType(
        500,
        "Internal server error",
        "Something went wrong on our side.",
        "Try again later. If it stays, tell the keeper of this site when it happened and what "
        "you asked for.",
    ),
}
