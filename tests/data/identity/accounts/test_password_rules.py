"""Which passwords may be chosen: none that is tried first, and any that is hard to guess."""

import re
from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from data.identity.accounts.rules.passwords import check_password, guesses

ABOUT = ("alice@tilleuls.example", "Alice Martin", "Ville des Tilleuls")
WELL_KNOWN = re.findall(
    r"\S+",
    """
    1q2w3e4r5t6y 1q2w3e4r5t6y7u8i 1qaz2wsx3edc4rfv 1qaz!QAZ2wsx@WSX ZAQ!2wsxCDE#4rfv
    zaq12wsxcde34rfv qazwsxedcrfvtgb aqwzsxedcrfvtgb 1a2z3e4r5t6y7u8i qwertyuiopasdfgh
    azertyuiopqsdfghjklm azertyuiop12345 poiuytrezamlkjh qsdfghjklmwxcvbn MLKJHGFDSQwxcvbn
    asdfghjkl;'zxcvbnm,./ 1234qwerasdfzxcv qwerty1234567890 Qwerty!@#$%^&*() aZzEeRrTtYy12345
    qsdfqsdfqsdfqsdf azertyazertyazerty trustno1trustno1 passwordpassword password1password1
    Password123456! P@ssw0rd12345678 Passw0rd!Passw0rd! Pa$$w0rdPa$$w0rd changemechangeme
    letmeinletmein1 loveloveloveme! superman1superman1 starwarsstarwars adminadmin12345
    administrator123 Administrateur1! Administrateur2026 motdepasse12345 motdepassemotdepasse
    MonMotDePasse1! NouveauMotDePasse lemotdepasse2026 mdpmdpmdpmdpmdp m0td3p4ss3-2026!
    MotDePasse2026!! Summer2026!!!!! Summer2026Summer Printemps2025!! HiverHiver2025!
    !Juillet2026!!! juillet2026juillet Septembre-2026!! Automne2026++++ Bienvenue2026!!
    Bonjour2026!!!! Welcome2024!!!! welcomewelcome1 123456789012345 1234567890123456
    0123456789abcdef 112233445566778899 1111222233334444 aaaabbbbccccdddd abcd1234efgh5678
    abc123def456ghi abcdefghijklmnop zyxwvutsrqponmlk aaaaaaaaaaaaaaaa abababababababab
    0612345678901234 01/01/1990/01/01/1990 12/05/1987Marie iloveyou1234567 iloveyouiloveyou
    ilovemyfamily123 ilovemycat12345 jesuschrist12345 thisismypassword michaeljordan23
    manchesterunited liverpoolfc1892 harrypotter12345 maytheforcebewithyou jetaimemonamour
    jetaimejetaime2 monamourdemavie jesuisunepomme1 JeSuisLePatron1 monchienrex2019 maman&papa12345
    Nicolas.Camille MarieJeanPierre mariejuliette2012 chouchouchouchou allezlesbleus98
    allezlesbleus2018 vivelafrance1789 olympiquedemarseille parissaintgermain ParisSaintGermain1
    Marseille13000!! Toulouse31000!!! Saint-Étienne42! football-rugby-2026 espaceclient2026
    EspaceClient2026! Éspaceclient2026! espace-client-gaz gazgazgazgazgaz GazNaturel2026!
    consommation-gaz-26 chauffage-gaz-2026 compteurgaz2026! GRDFgrdf2026!!!
    correcthorsebatterystaple loremipsumdolorsit thequickbrownfox1 tobeornottobe123
    s.u.m.m.e.r.2.0.2.6 p-a-s-s-w-o-r-d-1-2-3 azertyuiop@azertyuiop Tilleuls-Alice-2026
    alicemartin2026! AliceMartin1987! VilleDesTilleuls1 Tilleuls2026Tilleuls alice@tilleuls.example
    jesuisuncanard123 jesuisunegirafe12 monchatestgris12 jesuistropfort99 unpetittrainsenva
    mieuxvauttardquejamais allonsenfantsdelapatrie frerejacquesdormezvous auclairdelalune
    tobeornottobethatisthequestion youknownothingjonsnow keepcalmandcarryon liveandletdie007
    31415926535897932384 27182818284590452353 1248163264128256 14916253649648110
    notrepèrequiesauxcieux jevoussaluemariepleinedegrace alouettegentillealouette
    surlepontdavignononydanse amstramgrampicetpic maitrecorbeausurunarbre quelaforcesoitavectoi
    souslepontmirabeaucoulelaseine ourfatherwhoartinheaven 0xdeadbeefcafebabe einszweidreivier
    correctchevalbatterieagrafe alphabravocharliedelta cogitoergosum123 mementomori2026
    """,
)
WITH_SPACES = ("a z e r t y u i o p", "correct horse battery staple", "password password password")


@pytest.mark.parametrize("password", [*WELL_KNOWN, *WITH_SPACES])
def test_a_password_that_is_tried_first_is_refused(password):
    assert guesses(password, ABOUT) < 12  # whatever its length
    with pytest.raises(Invalid):
        check_password(password, ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "cheval pile agrafe juste",
        "Nuage-Violon-Carotte",
        "vitre-orage-panier-lampe",
        "nuage4bicyclette2tortue",
        "porcramervraimentmariéedisparu",
        "velours tambour grenouille abricot",
        "marmite moteur lacune",
        "trois mots tranquilles",
        "le chat dort sur le toit rouge",
        "orbit crayon lemon salad",
        "staple mulberry quorum",
        "voiture rouge banane froide",
        "X7#kq9!mZ2@vLp4w",
        "fjq8Zk3nW0xRb6t",
        "h5GvQ2-mXr8L-p9TdY",
        "8f3a9c1e7b2d4f6a",
        "4@8({[<369!1|70$5+%2",
        "öäüßéèêàùçñ§œøå",
        "电池马正确钉书机长颈鹿雨天空海",
        "voiture rouge banane froide " * 30,
    ],
)
def test_a_password_hard_to_guess_is_taken(password):
    check_password(password, ABOUT)


def test_words_of_a_name_that_stand_among_others_do_not_count():
    check_password("levier brun ferme doux", ("leo@x.example", "Léo Roy", "Gaz"))


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("vélo brun lent", "au moins 15 caractères"),
        ("x" * 1025, "1024 caractères au plus"),
        ("motdepasse12345", "trop facile à deviner"),
        ("zubrowkine-quilfan-1", "trop proche de votre nom"),
    ],
)
def test_a_refusal_says_why(password, reason):
    with pytest.raises(Invalid) as refusal:
        check_password(password, ("q@quilfan.example", "Zubrowkine Quilfan"))
    assert reason in refusal.value.message.format(**refusal.value.params)


def test_characters_are_counted_as_a_reader_would():
    """An accent typed apart is no character of its own (NIST SP 800-63B: one a code point)."""
    with pytest.raises(Invalid, match="au moins"):
        check_password("vélo brun le\u0301nt")


def test_a_long_password_is_as_hard_as_its_hardest_part():
    assert guesses("motdepasse" * 20) < 12
    assert guesses("motdepasse" * 20 + "X7#kq9!mZ2@vLp4w") >= 12


def test_signs_that_read_in_many_ways_take_no_longer():
    started = process_time()
    for password in ("4@8({[<369!1|70$5+%2" * 50, "P@$$w0rd!4({[<3" * 50):
        with suppress(Invalid):
            check_password(password[:1024], ABOUT)
    assert process_time() - started < 5


@given(st.text(max_size=60))
def test_any_text_gets_an_answer(text):
    with suppress(Invalid):
        check_password(text, ABOUT)
