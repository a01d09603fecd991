"""Words that the password estimator lacks: French words, towns, sayings, the portal's.

The last lines are openings of sentences: joined words that count as a single guess. Verses, songs,
prayers and sayings are joined in the same way.
"""

import re

COMMON_WORDS = tuple(
    re.findall(
        r"[a-z]+",
        """
    motdepasse passe secret admin administrateur administrator bonjour bonsoir bienvenue welcome
    soleil chouchou doudou loulou princesse jetaime monamour letmein iloveyou changeme changemoi
    provisoire temporaire connexion compte identifiant utilisateur entreprise mairie lycee ecole
    college commune departement region prefecture hopital syndicat agglo metropole direction service
    espaceclient espace client portail portal gaz naturel gaznaturel energie chauffage chaudiere
    consommation compteur releve facture contrat distributeur reseau fournisseur grdf gazpar adict
    engie edf enedis pce france francais francaise republique
    lundi mardi mercredi jeudi vendredi samedi dimanche
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
    printemps ete automne hiver spring summer autumn winter noel halloween paques
    paris marseille lyon toulouse nice nantes montpellier strasbourg bordeaux lille rennes reims
    toulon grenoble dijon angers nimes villeurbanne clermont ferrand lemans brest tours amiens
    limoges annecy perpignan boulogne metz besancon orleans rouen mulhouse caen nancy argenteuil
    saintdenis saintetienne aixenprovence montreuil roubaix tourcoing avignon poitiers versailles
    bretagne normandie alsace lorraine bourgogne provence corse auvergne picardie savoie occitanie
    psg om ol losc asse parissaintgermain olympique olympiquelyonnais olympiquedemarseille
    allezlesbleus allez lesbleus football rugby handball champion ligue zidane mbappe griezmann
    camille nicolas manon lea chloe emma louise jade ines enzo mathis hugo lucas theo nathan jules
    gabriel raphael arthur thomas maxime alexandre antoine julien kevin jeremy guillaume sebastien
    aurelie celine stephanie sandrine nathalie isabelle sylvie valerie veronique catherine christine
    francoise monique jacqueline philippe thierry pascal patrick bernard gerard jeanpierre jeanmarie
    maman papa mamie papy cherie amour bisous coucou chaton minou toutou medor chocolat vacances
    azertyuiop qsdfghjklm wxcvbn azerty qwerty qwertz qwertyuiop asdfghjkl zxcvbnm
    pokemon naruto starwars harrypotter batman superman spiderman dragon matrix zelda minecraft
    fortnite callofduty assassinscreed gameofthrones lordoftherings maytheforcebewithyou
    correcthorsebatterystaple troubadour loremipsum loremipsumdolorsitamet
    thequickbrownfox tobeornottobe iamthewalrus letitbe allyouneedislove rockyou
    vivelafrance liberteegalitefraternite marseillaise sesameouvretoi ouvretoi
    supercalifragilisticexpialidocious anticonstitutionnellement
    portezcevieuxwhiskyaujugeblondquifume
    leloupetlagneau lacigaleetlafourmi lecorbeauetlerenard iletaitunefois lelievreetlatortue
    maitrecorbeausurunarbreperche maitrecorbeausurunarbre maitrecorbeau
    notrepere notreperequiesauxcieux quiesauxcieux jevoussaluemarie pleinedegrace ourfather
    ourfatherwhoartinheaven alouette gentillealouette jeteplumerai auclairdelalune
    auclairdelalunemonamipierrot monamipierrot surlepontdavignon surlepontdavignononydanse
    amstramgram picetpic picetpicetcolegram ratatam einszweidrei einszweidreivier doremi
    doremifasol doremifasollasido lejourdegloire lejourdegloireestarrive allonsenfantsdelapatrie
    quelaforcesoitavectoi blancheneige blancheneigeetlesseptnains etlesnains vingtmillelieues
    vingtmillelieuessouslesmers letourdumonde letourdumondeenquatrevingtsjours enjours
    souslepontmirabeau souslepontmirabeaucoulelaseine lessanglotslongs lessanglotslongsdesviolons
    mignonneallonsvoirsilarose odeursuavedemonamant demaindeslaube heureuxquicommeulysse
    parisseveille ilestcinqheures ilestcinqheuresparisseveille vercingetorix louisxiv
    venividivici venividi aleajactaest aleaiactaest mementomori cogitoergosum carpediem
    deadbeef cafebabe alphabravocharlie alphabravocharliedelta simsalabim
    correctchevalbatterieagrafe chevalbatterieagrafe pommepoire pommepoirepeche rougeorangejaune
    rougeorangejaunevert
    jesuis jesuisun jesuisune jesuisle jesuisla jesuistres jesuispas jaime jaimele jaimela
    jaimeles jaimelesgens jaimemon jaimema jaimemes jadore jadorele jadorela jadoreles jai jaiun
    jaiune jaides jeveux jeveuxun jeveuxune jevais jepeux jene jenesais jenesaispas tues tuesmon
    tuesma ilest elleest cest cestle cestla cestun cestune cestmon cestma cestpas cestmoi onest
    onestles noussommes onva ona ilya ilfait ilfaut monpetit mapetite mongros monbeau mabelle
    monpremier mapremiere lemeilleur lavie laviede lavieest toutle toutela tousles unpour touspour
    vivele vivela viveles allezle allezla alleztous nousles pourla pourle dansla dansle avecle
    avecla sansle unpeu unpetit unepetite monchien monchat monfils mafille mafemme monmari
    mamaison mavoiture mafamille monbebe
        """,
    )
)

# Digits that people know by heart: pi, e, the roots of two and three, the golden ratio, and the
# beginnings of sequences (Fibonacci, primes, squares, powers of two).
_KNOWN_DIGITS = (
    "314159265358979323846264338327950288",
    "271828182845904523536028747135266249",
    "141421356237309504880168872420969807",
    "173205080756887729352744634150587236",
    "161803398874989484820458683436563811",
    "112358132134558914423337761098715972",
    "123581321345589144233377610987159725",
    "235711131719232931374143475359616771",
    "149162536496481100121144169196225256",
    "124816326412825651210242048409681921",
    "248163264128256512102420484096819216",
)
_FEWEST_DIGITS = 8
KNOWN_DIGITS = tuple(
    digits[:length] for digits in _KNOWN_DIGITS for length in range(_FEWEST_DIGITS, len(digits) + 1)
)
