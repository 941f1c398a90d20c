"""Settings of the REST API and of its description. How it behaves: docs/api.md."""

REST_FRAMEWORK = {
    # Reading needs no account. No cookie counts, so that no site can act with a reader’s rights. A
    # token changes nothing of what is public, so that caches may keep it.
    "DEFAULT_AUTHENTICATION_CLASSES": ["curation.write_api.tokens.TokenAuthentication"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["records.api.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "records.api.renderers.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "records.api.schema.Schema",
    "EXCEPTION_HANDLER": "records.api.problems.exception_handler",
    "COERCE_DECIMAL_TO_STRING": False,
    # Errors of a list by the numbers of its rows, those that are at fault alone.
    "LIST_SERIALIZER_ERRORS_AS_DICT": True,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Thaw API",
    "DESCRIPTION": (
        "Political history from evidence: who held power, what it rested on, what they changed, "
        "and what the evidence is worth. Everything here is published, dated and sourced; where "
        "sources disagree, the disagreement is part of the answer. Texts are Markdown. Reading "
        "needs no key."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    # `?fields=` may leave out any member of a record; the rest of an answer is always there.
    "COMPONENT_NO_READ_ONLY_REQUIRED": True,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "Checked": "sources.models.Checked",
        "SourceKind": "sources.models.Source.Kind",
        "Stance": "sources.models.Citation.Stance",
        "EffectChange": "reforms.models.Effect.Change",
        "StatisticChange": "reforms.models.Statistic.Change",
        "Comparator": "reforms.models.Statistic.Comparator",
        "Significance": "events.models.Event.Significance",
        "EntryRole": "events.models.TopicEntry.Role",
        "RecordLinkKindEnum": "records.api.links.KIND_NAMES",
        "ActionEnum": "curation.models.Version.Action",
        "ChangeAction": "curation.models.Change.Action",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "records.api.schema.without_column_limits",
        "curation.write_api.schema.add_components",
        "records.api.schema.share_problems",
        "config.api_examples.add_examples",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "supportedSubmitMethods": ["get"]},
}
