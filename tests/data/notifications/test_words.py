"""A notice is worded the same in the inbox and in the mails, and each word has its English."""

import socket
import ssl
from dataclasses import replace
from datetime import date

import pytest

from data.notifications.channels import outcome_of
from data.notifications.messages import write_notices, write_parcel, write_test
from data.notifications.rules.words import (
    channel_name,
    error_name,
    facts_of,
    grouping_name,
    headline_of,
    kind_name,
    label_of,
    over_mark,
    reason_of,
    severity_name,
    state_name,
    story_of,
    tag_of,
    title_of,
)
from data.notifications.types import (
    NOTICE_KINDS,
    ChannelKind,
    ClaimedNotification,
    Digest,
    Grouping,
    MessageDelivery,
    NoticeLine,
    NotificationKind,
    Severity,
    SiteLines,
)
from tests.data.notifications.told import DESK, PARAMS
from tests.factories import NOW, PCE

LINE = NoticeLine(
    NotificationKind.THRESHOLD_EXCEEDED,
    Severity.WARNING,
    PCE,
    "Gymnase Nord",
    date(2026, 11, 21),
    PARAMS,
    f"/consommations?pce={PCE}",
    "episode:1:exceeded",
    ("episode", 1),
)


def line(kind=NotificationKind.THRESHOLD_EXCEEDED, **params):
    return replace(LINE, kind=kind, params={**PARAMS, **params})


def plain(text):
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_the_title_holds_site_figure_and_period():
    assert plain(title_of(LINE)) == "Gymnase Nord : 14 820 kWh au 21/11, seuil 14 000"
    assert plain(title_of(line(period="year"))).endswith(
        "14 820 kWh en 2026, au 21/11, seuil 14 000"
    )
    assert plain(title_of(line(period="day"))).endswith("14 820 kWh le 21/11, seuil 14 000")
    assert title_of(line(value_wh=None)) == "Gymnase Nord – 21 nov. 2026"


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (line(), "Gymnase Nord a dépassé son seuil de novembre"),
        (line(period_label="2026-10-01"), "Gymnase Nord a dépassé son seuil d’octobre"),
        (line(period="year"), "Gymnase Nord a dépassé son seuil de 2026"),
        (line(period="day"), "Gymnase Nord a dépassé son seuil du jour"),
        (line(period="day", day_kind="weekend"), "Gymnase Nord a dépassé son seuil de week-end"),
        (
            line(period="day", day_kind="closed"),
            "Gymnase Nord a dépassé son seuil des jours fermés",
        ),
        (line(low=True), "Gymnase Nord est descendu sous son seuil bas"),
        (line(threshold_kind="low"), "Gymnase Nord est descendu sous son seuil bas"),
        (line(NotificationKind.THRESHOLD_WARNED), "Gymnase Nord approche son seuil de novembre"),
        (
            line(NotificationKind.THRESHOLD_NORMAL),
            "Gymnase Nord est revenu sous son seuil de novembre",
        ),
        (
            line(NotificationKind.THRESHOLD_NORMAL, ending="period"),
            "Gymnase Nord : l’alerte sur son seuil de novembre se termine avec la période",
        ),
        (
            line(NotificationKind.THRESHOLD_NORMAL, low=True),
            "Gymnase Nord est remonté au-dessus de son seuil bas",
        ),
        (
            line(NotificationKind.THRESHOLD_WITHDRAWN),
            "Gymnase Nord : alerte du 21 nov. 2026 annulée",
        ),
        (
            line(NotificationKind.DATA_MISSING),
            "Gymnase Nord : aucune donnée depuis le 21 nov. 2026",
        ),
        (line(NotificationKind.DATA_BACK), "Gymnase Nord : données reçues jusqu’au 21 nov. 2026"),
        (
            line(NotificationKind.MIRROR_HELD, count=40),
            "Gymnase Nord : 40 droits seraient clos d’un coup",
        ),
        (
            line(NotificationKind.MIRROR_REFUSED),
            "Gymnase Nord : identifiants refusés par le distributeur",
        ),
        (line(NotificationKind.CHANNEL_OFF), "Plus rien ne part par « Gymnase Nord »"),
    ],
)
def test_the_headline_says_what_happened(made, words):
    assert headline_of(made) == words


def test_the_first_line_says_why_and_since_when_it_is_known():
    assert plain(reason_of(LINE)) == (
        "Vous recevez ce message car vous suivez le seuil de 14 000 kWh par mois du PCE "
        "09999999910001, franchi le 21/11."
    )
    assert reason_of(line(learnt_on="2026-11-24")).endswith(" Appris le 24/11.")
    assert "par an" in reason_of(line(period="year"))
    assert "par jour" in reason_of(line(period="day"))
    assert "seuil de Chauffage" in reason_of(line(limit_wh=None))
    off = reason_of(line(NotificationKind.CHANNEL_OFF, error="http 410"))
    assert "l’adresse a répondu 410" in off
    refused = plain(reason_of(line(NotificationKind.MIRROR_REFUSED)))
    assert "refuse les identifiants de votre connexion" in refused
    held = plain(reason_of(line(NotificationKind.MIRROR_HELD, count=1200)))
    assert " en clôturerait 1 200 d’un coup, plus de la moitié des vôtres" in held


def test_the_story_compares_with_the_limit():
    assert plain(story_of(LINE)) == (
        "Du 1er au 21 nov. 2026, le site a consommé 14 820 kWh, 5,9 % de plus que le seuil."
    )
    under = line(NotificationKind.THRESHOLD_WARNED, value_wh=12_320_000)
    assert "12,0 % de moins que le seuil." in plain(story_of(under))
    assert "au-dessus du seuil." in story_of(line(limit_wh=0))
    assert story_of(line(period="year", period_label="2026-01-01")).startswith("Du 01/01 au 21")
    assert story_of(line(period="day")).startswith("Le 21 nov. 2026")
    assert story_of(line(period_label="2026-11-21")).startswith("Le 21 nov. 2026")
    assert story_of(line(period_label=None)).startswith("Le 21 nov. 2026")
    assert story_of(line(value_wh=None)) == ""
    soon = story_of(line(NotificationKind.THRESHOLD_WARNED, expected_on="2026-11-27"))
    assert soon.endswith("À ce rythme, dépassement le 27 nov. 2026.")


@pytest.mark.parametrize(
    ("value", "limit", "words", "mark"),
    [
        (46_991_000, 44_200_000, "6,3 % de plus que le seuil", "+6,3 %"),
        (3_267_000, 3_258_000, "0,3 % de plus que le seuil", "+0,3 %"),
        (44_201_000, 44_200_000, "au-dessus du seuil", ""),
        (44_200_000, 44_200_000, "au niveau du seuil", ""),
    ],
)
def test_the_share_comes_from_the_exact_values(value, limit, words, mark):
    """Whole percents kept in the event say nothing here: they were printed as `6,0 %`."""
    told = line(value_wh=value, limit_wh=limit, over_percent=6)
    assert plain(story_of(told)).endswith(f"kWh, {words}.")
    assert plain(over_mark(told)) == mark


NORMAL = {"last_wh": 13_300_000, "last_limit_wh": 14_000_000, "last_on": "2026-11-20"}


def test_a_return_to_normal_says_the_value_and_the_limit_of_its_end():
    back = line(
        NotificationKind.THRESHOLD_NORMAL, ending="cleared", threshold_kind="relative", **NORMAL
    )
    assert plain(title_of(back)) == (
        "Gymnase Nord : 13 300 kWh au 21/11, repassé sous le seuil de 14 000"
    )
    assert plain(story_of(back)) == (
        "Du 1er au 21 nov. 2026, le site a consommé 13 300 kWh, 5,0 % de moins que le seuil "
        "(14 000 kWh). Ce seuil suit la consommation de l’an dernier, jour après jour."
    )
    assert facts_of(back)[0][1] == "13 300 kWh"
    low = line(NotificationKind.THRESHOLD_NORMAL, low=True, period="day", **NORMAL)
    assert "remonté au-dessus du seuil bas" in title_of(low)


def test_what_ends_with_its_month_is_no_return_to_normal():
    over = {**NORMAL, "last_wh": 15_400_000, "last_on": "2026-11-29"}
    ended = line(NotificationKind.THRESHOLD_NORMAL, ending="period", **over)
    assert label_of(ended) == "Période terminée"
    assert plain(title_of(ended)) == (
        "Gymnase Nord : novembre 2026 terminé à 15 400 kWh, seuil 14 000"
    )
    assert plain(story_of(ended)).startswith(
        "Du 1er au 29 nov. 2026, le site a consommé 15 400 kWh, 10,0 % de plus que le seuil"
    )
    assert "la suivante" in story_of(ended)


def test_what_was_told_before_the_end_was_kept_says_no_figure_of_another_day():
    old = line(NotificationKind.THRESHOLD_NORMAL)
    assert title_of(old) == "Gymnase Nord : alerte terminée le 21 nov. 2026"
    assert (story_of(old), facts_of(old), over_mark(old)) == ("", [], "")


def test_the_latest_value_stands_beside_that_of_the_crossing():
    later = {"last_on": "2026-11-24", "last_wh": 17_000_000, "last_limit_wh": 14_000_000}
    told = line(**later, same_days_wh=17_000_000, year_before_wh=15_900_000)
    assert plain(story_of(told)).endswith(
        "5,9 % de plus que le seuil. Au 24/11, il en est à 17 000 kWh, 21,4 % de plus que le seuil."
        " Aux mêmes jours, c’est 6,9 % de plus que l’an dernier."
    )
    assert [plain(" ".join(fact)) for fact in facts_of(told)][4:] == [
        "Au 24/11 17 000 kWh",
        "L’an dernier, mêmes jours 15 900 kWh",
    ]
    less = line(**later, same_days_wh=15, year_before_wh=20)
    assert "25,0 % de moins que l’an dernier" in plain(story_of(less))
    same = line(same_days_wh=16, year_before_wh=16)
    assert "autant que l’an dernier" in story_of(same)


def test_the_figures_are_three_or_four():
    assert [plain(" ".join(fact)) for fact in facts_of(LINE)] == [
        "Novembre, au 21 14 820 kWh",
        "Seuil 14 000 kWh",
        "Écart +820 kWh",
        "Fin de mois estimée 21 400 kWh",
    ]
    assert len(facts_of(line(estimate_wh=None))) == 3
    assert facts_of(line(limit_wh=None)) == []
    assert facts_of(line(period="year"))[0][0] == "2026, au 21/11"
    assert facts_of(line(period="day"))[0][0] == "Le 21/11"


def test_everything_has_a_name():
    assert all(kind_name(kind) for kind in NotificationKind)
    assert all(tag_of(kind) for kind in NOTICE_KINDS)
    names = [*map(severity_name, Severity), *map(grouping_name, Grouping)]
    assert all([*names, *map(channel_name, ChannelKind), *map(state_name, MessageDelivery)])
    for kind in NOTICE_KINDS:
        assert title_of(line(kind))
        assert reason_of(line(kind))


MOVED = "une redirection n’est pas suivie : donnez l’adresse finale"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("", ""),
        ("private", "l’adresse est celle d’un réseau privé"),
        ("smtp 550", "le serveur de courriel a répondu 550"),
        ("http 410", "l’adresse a répondu 410 (elle ne veut plus rien recevoir)"),
        ("http 503", "l’adresse a répondu 503"),
        (
            "http 301",
            f"l’adresse a répondu 301 ({MOVED})",
        ),
        ("KeyError", "erreur inattendue (KeyError)"),
        ("smtp x", "erreur inattendue (smtp x)"),
    ],
)
def test_an_error_of_the_journal_is_said_in_words(error, words):
    assert error_name(error) == words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(-2, "x"), "ce nom d’hôte n’existe pas : vérifiez l’adresse"),
        (ConnectionRefusedError(111, "x"), "connexion refusée"),
        (TimeoutError(), "délai dépassé"),
        (ssl.SSLCertVerificationError(), "certificat refusé"),
        (ssl.SSLError(), "connexion chiffrée"),
        (ConnectionResetError(104, "x"), "connexion coupée"),
        (OSError(113, "x"), "injoignable"),
    ],
)
def test_an_error_of_the_network_is_said_in_words(error, words):
    said = plain(error_name(outcome_of(error)[1]))
    assert words in said
    assert "inattendue" not in said


def notification(language="fr"):
    return ClaimedNotification(
        1,
        NotificationKind.NOTICES,
        {},
        "<n1@a.example>",
        1,
        "a@a.example",
        "Alice",
        language,
        NOW,
        batch_id=7,
    )


def digest(*lines, count=None):
    sites = {}
    for one in lines:
        sites.setdefault(one.site, []).append(one)
    shown = tuple(
        SiteLines(site, PCE, count or len(told), tuple(told)) for site, told in sites.items()
    )
    kinds = {one.kind: sum(x.kind is one.kind for x in lines) for one in lines}
    return Digest(count or len(lines), len(sites), kinds, Severity.URGENT, shown)


def test_one_notice_makes_a_mail_with_its_bars_and_its_links():
    days = [500_000, None, 700_000]
    mail = write_notices(notification(), digest(line(days=days)), DESK)
    assert mail.html.count("height:96px;font-size:0") == 1
    assert 'colspan="27"' in mail.html
    assert "4 au 30, à venir" in mail.html
    assert ">Réseau Gaz</td>" in mail.html
    assert "<img" not in mail.html
    assert "▲ +820" in mail.html
    assert "Valeurs provisoires" in mail.text
    assert mail.headers["References"].endswith("@a.example>")
    assert f"https://gaz.example/consommations?pce={PCE}" in mail.html
    assert 'role="img"' not in write_notices(notification(), digest(line(days=[0])), DESK).html


@pytest.mark.parametrize("upstream", [False, True])
def test_a_mail_marks_the_words_of_another_distributor(upstream):
    said = "Le <cachet> manque."
    told = line(
        NotificationKind.PROOF_DECIDED,
        verdict="again",
        due="2026-12-01",
        text=said,
        upstream=upstream,
    )
    mail = write_notices(notification(language="en"), digest(told), DESK)
    assert ('<span lang="fr">Le &lt;cachet&gt; manque.</span>' in mail.html) is upstream
    assert "Le &lt;cachet&gt; manque." in mail.html
    assert said in mail.text


def test_the_bars_from_the_crossing_on_are_red():
    days = [500_000] * 23
    mail = write_notices(notification(), digest(line(days=days, days_from="2026-11-01")), DESK)
    assert (
        mail.html.count("background:#B3261E") == 3
    )  # the crossing on the 21st, and on to the 23rd
    assert "■</span> à partir du dépassement" in mail.html
    soon = line(NotificationKind.THRESHOLD_WARNED, days=days, days_from="2026-11-01")
    assert "background:#B3261E" not in write_notices(notification(), digest(soon), DESK).html
    year = line(
        period="year", period_label="2026-01-01", months=[9, 8, 7, None, 5, 4, 3, 2, 1, 2, 3]
    )
    html = write_notices(notification(), digest(year), DESK).html
    assert "kWh par mois, jusqu’en novembre 2026" in html
    assert html.count("background:#B3261E") == 1


def test_what_is_over_cannot_be_put_off():
    mail = write_notices(
        notification(), digest(line(NotificationKind.THRESHOLD_NORMAL, days=[1, 2])), DESK
    )
    assert "Reporter 7 j" not in mail.text
    assert "J’ai vu" in mail.text
    off = write_notices(
        notification(), digest(line(NotificationKind.CHANNEL_OFF, error="off")), DESK
    )
    assert "Ouvrir vos préférences" in off.text


def test_several_are_grouped_by_site():
    other = replace(LINE, site="École", kind=NotificationKind.DATA_MISSING)
    mail = write_notices(notification(), digest(LINE, LINE, other), DESK)
    assert plain(mail.subject) == (
        "[Alertes] Gymnase Nord : 14 820 kWh au 21/11, seuil 14 000 (+5,9 %) et 2 autres"
    )
    assert ">3 notifications sur 2 sites<" in mail.html
    assert mail.text.startswith("Dépassement 2, Données attendues 1. Le plus grave : urgent.")
    assert mail.text.index("Gymnase Nord (0999") < mail.text.index("École (0999")
    assert "References" not in mail.headers
    alone = write_notices(notification(), digest(LINE, count=9), DESK)
    assert alone.subject.startswith("[Dépassement] Gymnase Nord : 14")
    assert alone.subject.endswith(" et 8 autres")
    assert "8 autres notifications" in alone.text
    assert "8 autres notifications" in alone.html
    over = write_notices(
        notification(),
        digest(line(NotificationKind.DATA_BACK), line(NotificationKind.DATA_BACK)),
        DESK,
    )
    assert over.subject.startswith("[Données revenues] ")


def test_what_people_wrote_is_not_html():
    hostile = replace(LINE, site='<img src=x onerror="alert(1)">')
    for told in (digest(hostile), digest(hostile, hostile)):
        assert "<img" not in write_notices(notification(), told, DESK).html


def test_a_parcel_tells_the_same_as_data():
    target = ("https://hook.example/", "whsec_x")
    parcel = write_parcel(notification(), digest(LINE, count=3), DESK, target)
    assert (parcel.url, parcel.secret, parcel.id) == (*target, "n1@a.example")
    assert (parcel.data["count"], parcel.data["more"]) == (3, 2)
    (notice,) = parcel.data["notices"]
    assert (notice["key"], notice["severity"], notice["pce"]) == (LINE.key, "warning", PCE)
    assert "whsec" not in repr(parcel)
    assert write_test(notification(), DESK, target).data["type"] == "test"


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({}, "corrigées par le distributeur."),
        ({"depositor": "", "corrected": True}, "corrigées par le distributeur."),
        ({"depositor": "Tilleuls", "corrected": True}, "corrigées par un fichier de Tilleuls."),
        ({"depositor": "", "corrected": False}, "les valeurs ont changé."),
    ],
)
def test_a_correction_is_said_to_be_the_distributor_s_only_where_it_is(params, words):
    assert plain(reason_of(line(NotificationKind.THRESHOLD_WITHDRAWN, **params))).endswith(words)


def test_an_alert_says_how_many_of_its_days_are_deposited():
    said = plain(reason_of(line(deposited=2, depositor="Tilleuls")))
    assert said.endswith(
        "2 jours comptés sont déposés par Tilleuls, pas publiés par le distributeur."
    )
    assert "déposé par une organisation," in plain(reason_of(line(deposited=1, depositor="")))
    assert "déposé" not in reason_of(line(deposited=0))
