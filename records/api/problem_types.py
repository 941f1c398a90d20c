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
    "not-read": ProblemType(
        422,
        "Text not read",
        "The date or the figure is not understood, or it has more than one reading.",
        "“readings” in “errors” lists what it could mean, if anything; “examples” are values that "
        "work. Write one of them.",
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
    "malformed-json": ProblemType(
        400,
        "Malformed JSON",
        "The body is not JSON (RFC 8259), or not JSON that can be kept: a name given twice, a NUL, "
        "half of a character, or more nesting than any record has.",
        "“detail” says what was found, and where.",
    ),
    "unauthenticated": ProblemType(
        401,
        "No token",
        "The address answers only to somebody with an access token.",
        "Make a token in the admin, and send it as “Authorization: Bearer thaw_…”.",
    ),
    "bad-token": ProblemType(
        401,
        "Bad token",
        "The access token is not known, has expired or was revoked, or its owner’s account is "
        "closed.",
        "Make a new one in the admin. Every other answer is the same as without a token.",
    ),
    "insufficient-scope": ProblemType(
        403,
        "Insufficient scope",
        "The access token was made for less than this.",
        "Use a token of the scope that “detail” names.",
    ),
    "forbidden": ProblemType(
        403,
        "Forbidden",
        "The owner of the access token may not do this, here or in the admin.",
        "Ask an administrator for the role that may, or an editor to do it.",
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
        "The address does not take this method. Public addresses can only be read.",
        "Use one of the methods that the Allow header lists. Records are written under "
        "“/api/v1/desk/”.",
    ),
    "not-acceptable": ProblemType(
        406,
        "Not acceptable",
        "The address does not answer in any form that the Accept header names.",
        "Ask for one of the forms that “detail” lists, or leave Accept out to have JSON.",
    ),
    "wrong-state": ProblemType(
        409,
        "Wrong state",
        "The record cannot go from its present state of publication to the one asked for.",
        "“detail” says which way is open.",
    ),
    "not-ready": ProblemType(
        409,
        "Not ready",
        "The record still lacks something that readers must have, so that nothing was changed.",
        "Add what “errors” lists, then ask again.",
    ),
    "in-use": ProblemType(
        409,
        "In use",
        "Other records rest on this one.",
        "Change those first; “detail” names some.",
    ),
    "conflict": ProblemType(
        409,
        "Conflict",
        "Somebody else wrote the same thing at the same moment.",
        "Read the record again, and repeat what still needs doing.",
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
    "length-required": ProblemType(
        411,
        "Length required",
        "The body came without its length.",
        "Send “Content-Length”, as clients do unless they are told to stream.",
    ),
    "precondition-failed": ProblemType(
        412,
        "Precondition failed",
        "The record is not what it was when you read it: somebody else has changed it. Nothing was "
        "written.",
        "Read it again, look at what changed, and send your change with the new “ETag”.",
    ),
    "content-too-large": ProblemType(
        413,
        "Content too large",
        "The body is larger than any record.",
        "Send one record at a time.",
    ),
    "unsupported-media-type": ProblemType(
        415,
        "Unsupported media type",
        "The body is of a type that the address does not read.",
        "Send JSON with “Content-Type: application/json”.",
    ),
    "invalid-record": ProblemType(
        422,
        "Invalid record",
        "The body is JSON, but not a record that could be kept. Nothing was written.",
        "“errors” lists the places that are wrong, each as a JSON Pointer (RFC 6901), and what is "
        "wrong there.",
    ),
    "precondition-required": ProblemType(
        428,
        "Precondition required",
        "A record is changed only by somebody who says which version of it they have read.",
        "Read the record, and send its “ETag” in “If-Match”.",
    ),
    "too-many-requests": ProblemType(
        429,
        "Too many requests",
        "More was asked, from one address or with one token, than is answered in a minute.",
        "Wait as many seconds as “Retry-After” says. “RateLimit” tells beforehand how many are "
        "left.",
    ),
    "internal-server-error": ProblemType(
        500,
        "Internal server error",
        "Something went wrong on our side.",
        "Try again later. If it stays, tell the keeper of this site when it happened and what "
        "you asked for.",
    ),
    "unavailable": ProblemType(
        503,
        "Unavailable",
        "The site cannot reach its records just now: its database restarts, or can only be read. "
        "What was asked was not done.",
        "Wait as many seconds as “Retry-After” says, and ask again.",
    ),
}
