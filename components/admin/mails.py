"""Render the operator's mail texts: the opening of each mail and the common ending."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.admin.ids import Ids
from components.admin.mail_samples import sample
from components.admin.organisations import parts
from components.admin.settings import setting_status
from components.kit import html
from core.i18n import LANGUAGES, N_, _, clock, language, using_language
from data.identity.settings.rules import foreign_hosts, key_of, most_of, passage_of
from data.identity.settings.types import OperatorSettings, Passage, SettingStanding
from data.notifications.messages import MessageSender, usual_signature
from data.notifications.types import Mail
from data.rights.messages import TEXT_VERSION

NAMES: Mapping[Passage, str] = {
    Passage.SIGNATURE: N_("Signature de tous les courriels"),
    Passage.CONSENT: N_("Demande d’accord à un titulaire"),
    Passage.REMINDER: N_("Rappel de la demande d’accord"),
    Passage.INFORMED: N_("Information d’un titulaire"),
    Passage.RECEIPT: N_("Reçu de la réponse d’un titulaire"),
    Passage.ENDED: N_("Fin d’un accès, à son titulaire"),
    Passage.INVITATION: N_("Invitation à ouvrir un compte"),
    Passage.PROOF_ASKED: N_("Demande de preuves"),
    Passage.PROOF_DUE: N_("Rappel des preuves attendues"),
    Passage.PROOF_DECIDED: N_("Décision sur des preuves"),
    Passage.CONTRACT_SENT: N_("Contrat à signer"),
    Passage.CONTRACT_ENDING: N_("Fin prochaine d’un contrat"),
}
_HOLDERS = frozenset(
    {Passage.CONSENT, Passage.REMINDER, Passage.INFORMED, Passage.RECEIPT, Passage.ENDED}
)


@dataclass(frozen=True, slots=True)
class MailPassage:
    """A passage and its language."""

    passage: Passage
    language: str

    @property
    def key(self) -> str:
        return key_of(self.passage, self.language)


def chosen_mail(passage: str, spoken: str) -> MailPassage:
    """Return the passage of an address; by default the signature, in the screen's language."""
    mail_passage = passage_of(f"mail.{passage}.{spoken if spoken in LANGUAGES else language()}")
    return (
        MailPassage(*mail_passage) if mail_passage else MailPassage(Passage.SIGNATURE, language())
    )


def mails_page(
    standings: Mapping[str, SettingStanding],
    chosen: MailPassage,
    values: OperatorSettings,
    address: str,
    now: datetime,
) -> Component:
    standing = standings[chosen.key]
    written = preview(chosen, standing.text, values, address, now)
    return kit.page(
        _("Administration"),
        _("Rédiger l’ouverture et la signature des courriels, en français et en anglais."),
        children=[
            parts("mails"),
            kit.columns(
                [
                    html.Div(editor(standing, chosen, values), id=Ids.WORDING),
                    kit.card(
                        html.Div(written, id=Ids.MAIL), title=_("Le courriel, tel qu’il sera lu")
                    ),
                ],
                [choices(standings, chosen)],
            ),
        ],
    )


def choices(standings: Mapping[str, SettingStanding], chosen: MailPassage) -> Component:
    """Return the links to all passages; customised ones are marked."""
    items = [html.Li(_choice(passage, standings, chosen)) for passage in Passage]
    return kit.card(
        html.Ul(items, className="admin-mails"),
        title=_("Quel courriel"),
    )


def _choice(
    passage: Passage, standings: Mapping[str, SettingStanding], chosen: MailPassage
) -> Component:
    here = passage is chosen.passage
    mine = any(standings[key_of(passage, spoken_language)].changed for spoken_language in LANGUAGES)
    words = [
        html.Span(_(NAMES[passage]), **(kit.aria(current="page") if here else {})),
        *([kit.chip(_("Changé"), icon="pencil-fill", tone="info")] if mine else []),
    ]
    look = "admin-mail admin-mail-on" if here else "admin-mail"
    return kit.link(words, address_of(replace(chosen, passage=passage)), className=look)


def address_of(chosen: MailPassage) -> str:
    return f"/admin?part=mails&mail={chosen.passage}&in={chosen.language}"


def editor(
    standing: SettingStanding,
    chosen: MailPassage,
    values: OperatorSettings,
    *,
    typed: str | None = None,
    error: str | None = None,
) -> list[Component]:
    """Return the text field, its status and its buttons; refused text stays, with its error."""
    text = standing.text if typed is None else typed
    words = kit.textarea_field(
        Ids.TEXT,
        _("Ce que vous écrivez"),
        value=text,
        rows=6,
        hint=hint(chosen, values),
        error=error,
        settles=400,
        lang=chosen.language,
    )
    most, key = most_of(chosen.passage), f"text-{standing.version}"  # a new field after each save
    asks = kit.unsaved(refused=error is not None)
    save = kit.button(_("Enregistrer"), id=Ids.KEEP, icon="check-lg", kind="primary")
    return [
        kit.card(
            [
                html.Div([words, kit.count_line()], key=key, **kit.at_most(most), **asks),
                setting_status(
                    standing, _(NAMES[chosen.passage]), standing_text(standing), Ids.RESTORE
                ),
                html.Div(save, className="form-actions"),
                dcc.Store(id=Ids.READ, data=passage_version(standing)),
            ],
            title=_(NAMES[chosen.passage]),
            actions=_tongues(chosen),
        )
    ]


def passage_version(standing: SettingStanding) -> dict[str, str | int]:
    """Return the key, text and version that the field was given."""
    return {"key": standing.key, "text": standing.text, "version": standing.version}


def _tongues(chosen: MailPassage) -> list[Component]:
    """Return the links to the other languages of the passage."""
    return [
        html.Span(name, lang=code, className="admin-tongue-on", **kit.aria(current="page"))
        if code == chosen.language
        else kit.link(html.Span(name, lang=code), address_of(replace(chosen, language=code)))
        for code, name in LANGUAGES.items()
    ]


def hint(chosen: MailPassage, values: OperatorSettings) -> str:
    if chosen.passage is Passage.SIGNATURE:
        with using_language(chosen.language):
            usual = usual_signature(MessageSender(values.operator, "", "", values.contact))
        return _(
            "À la fin de chaque courriel, en texte simple. Si ce champ est vide, le portail"
            " signe : « {usual} »",
            usual=usual.replace("\n", " / "),
        )
    general_hint = _("Après « Bonjour », en texte simple ; le texte du portail suit.")
    if chosen.passage not in _HOLDERS:
        return general_hint
    consent_hint = _(
        "Ce que le titulaire accepte (texte {version}) ne se change pas ici.", version=TEXT_VERSION
    )
    return f"{general_hint} {consent_hint}"


def standing_text(standing: SettingStanding) -> str:
    if standing.changed_at is None:
        return _("Texte du portail")
    who = {"who": standing.changed_by, "at": clock(standing.changed_at)}
    words = (
        N_("Changé par {who} le {at}")
        if standing.changed
        else N_("Texte du portail, remis par {who} le {at}")
    )
    return _(words, **who)


def preview(
    chosen: MailPassage, text: str, values: OperatorSettings, address: str, now: datetime
) -> list[Component]:
    """Return a preview of the mail with the unsaved `text`; its links are inactive."""
    passages = {**values.passages, (chosen.passage, chosen.language): text}
    desk = MessageSender(values.operator, address, "", values.contact, passages)
    mail = sample(chosen.passage, chosen.language, desk, now, values.answer_days)
    return [*external_link_alerts(text, address), *drawn(mail, chosen.language)]


def external_link_alerts(text: str, address: str) -> list[Component]:
    """Return a warning about links to other sites, which readers may take for phishing."""
    hosts = ", ".join(foreign_hosts(text, address))
    if not hosts:
        return []
    warning = _(
        "{hosts} : vérifiez cette adresse, le portail n’en garantit pas le contenu.", hosts=hosts
    )
    return [kit.alert(_("Votre texte contient un lien vers un autre site"), warning, "warn")]


def drawn(mail: Mail, spoken: str) -> list[Component]:
    return [
        html.P([html.B(_("Objet :")), " ", html.Span(mail.subject, lang=spoken)]),
        html.Div(mail.text, className="admin-letter", lang=spoken),
    ]
