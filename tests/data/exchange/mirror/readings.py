"""Lines as the distributor says them (domain.md §4.5 to §4.8)."""

from datetime import date, timedelta

NUMBER = "09999999910001"
_NO_INDEX = {"valeur_index": None, "horodate_Index": None}


def day_line(day: str | None, volume: object, energy: object, *, pce: object = NUMBER, **values):
    """A gas day, as `donnees_consos_informatives` has it; *values* are of `consommation`."""
    start = f"{day}T06:00:00+01:00" if day else None
    return {
        "pce": {"id_pce": pce},
        "periode": {"valeur": None, "date_debut": "2026-10-15", "date_fin": "2026-11-24"},
        "releve_debut": {"date_releve": None, "index_brut_debut": _NO_INDEX},
        "releve_fin": {"date_releve": None, "index_brut_fin": _NO_INDEX},
        "consommation": {
            "date_debut_consommation": start,
            "date_fin_consommation": None,
            "flag_retour_zero": None,
            "volume_brut": volume,
            "coeff_calcul": {"coeff_pta": None, "valeur_pcs": None, "coeff_conversion": 11.19},
            "volume_converti": None,
            "energie": energy,
            "type_qualif_conso": "Mesuré",
            "sens_flux_gaz": "Consommation",
            "statut_conso": "Provisoire",
            "journee_gaziere": day,
            "type_conso": "Informative Journalier",
        }
        | values,
        "statut_restitution": None,
    }


def day_lines(first: date, volumes, **values):
    """A line a day from *first* on, of so many m³ each."""
    return [
        day_line((first + timedelta(days=n)).isoformat(), volume, volume * 11, **values)
        for n, volume in enumerate(volumes)
    ]


def period_line(
    first: str, end: str, volume: object, energy: object, *, pce: object = NUMBER, **values
):
    """A period, from the morning of *first* to that of *end*, as `donnees_consos_publiees`."""
    start = f"{first}T06:00:00+01:00"
    said = day_line(None, volume, energy, pce=pce, date_debut_consommation=start)
    said["consommation"] |= {
        "date_fin_consommation": f"{end}T06:00:00+01:00",
        "statut_conso": "Définitive",
        "type_conso": "Publiée",
    } | values
    return said


def injected_line(
    first: str, end: str, volume: object, energy: object, *, pce: object = NUMBER, **values
):
    """A period of injected gas, as `donnees_injections_publiees`; *values* are of `injection`."""
    said = day_line(None, volume, energy, pce=pce)
    del said["consommation"]
    said["injection"] = {
        "date_debut_injection": f"{first}T06:00:00+01:00",
        "date_fin_injection": f"{end}T06:00:00+01:00",
        "flag_retour_zero": None,
        "volume_brut": volume,
        "coeff_calcul": {"coeff_pta": None, "valeur_pcs": None, "coeff_conversion": 10.89},
        "volume_converti": volume,
        "energie": energy,
        "type_qualif_injection": "Mesuré",
        "sens_flux_gaz": "Production",
        "statut_injection": "Définitive",
        "journee_gaziere": None,
        "type_injection": "Publiée",
    } | values
    return said


CONTRACT = {
    "pce": {"id_pce": NUMBER},
    "donnees_contractuelles": {
        "date_mes": "2016-10-03",
        "tarif_acheminement": "T4",
        "date_publication": "2025-04-01",
        "consommation_journaliere_plafond": None,
        "car": {"car_actuelle": 6480000, "car_future": 6310000},
        "cja": {"cja": 38000, "cja_journaliere": 0, "cja_mensuelle": 2000},
        "profil": {
            "profil_type_actuel": "P016",
            "date_debut_profil_type_actuel": "2025-04-01",
            "date_fin_profil_type_actuel": "2026-03-31",
            "profil_type_futur": None,
        },
        "modulation": {
            "modulation_n_1": None,
            "modulation_n_2": None,
            "modulation_n_3": None,
            "assiette": None,
        },
    },
    "statut_restitution": None,
}
METER = {
    "pce": {"id_pce": NUMBER},
    "donnees_techniques": {
        "situation_compteur": {
            "numero_rue": "12",
            "nom_rue": "RUE DES TILLEULS",
            "complement_adresse": None,
            "code_postal": "99123",
            "commune": "VILLENEUVE-EXEMPLE",
        },
        "caracteristiques_compteur": {
            "frequence": "1M",
            "client_sensible_mig": "Non",
            "code_calibre": "G16",
            "code_debit": "25",
            "code_debit_normalise": None,
            "pression_livraison": "0.021",
            "matricule_compteur": "123A456789",
        },
        "pitd": {"identifiant_pitd": "GD9999", "libelle_pitd": "EXEMPLE"},
        "regime_propriete": {
            "regime_propriete_compteur": "GRDF",
            "regime_propriete_convertisseur": None,
            "regime_propriete_poste": None,
            "regime_propriete_enregistreur": None,
        },
    },
    "statut_restitution": None,
}
