from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from accounts import second_factor, security_log, signals
        from curation.write_api.tokens import objections

        signals.connect()
        security_log.connect()
        objections.append(second_factor.objection_to_tokens)
