"""Invented names of people, places and firms."""

PLACES = (
    "des Tilleuls", "du Verger", "des Glycines", "du Vieux Puits", "de l’Étang",
    "des Coquelicots", "du Moulin", "des Érables", "de la Source", "des Hirondelles",
    "du Lavoir", "des Aubépines", "de la Garenne", "des Bleuets", "du Colombier",
    "des Cerisiers", "de la Prairie", "du Belvédère", "des Peupliers", "de la Clairière",
    "des Noisetiers", "du Ruisseau", "des Mésanges", "du Pressoir", "de la Tuilerie",
    "des Genêts", "du Pigeonnier", "des Libellules", "de la Chênaie", "du Grand Pré",
    "des Iris", "de la Fontaine", "des Sorbiers", "du Four à Chaux", "des Alouettes",
    "de la Butte", "des Roseaux", "du Chemin Vert", "des Acacias", "de la Lisière",
)  # fmt: skip
QUARTERS = (
    "Nord", "Gare", "Coteau", "Port", "Faubourg", "Centre", "Plateau", "Rives", "Halles", "Parc",
)  # fmt: skip
STREETS = (
    "rue", "avenue", "allée", "chemin", "place", "impasse", "boulevard", "sentier",
)  # fmt: skip
CITIES = (
    ("Val-des-Tilleuls", "99100"),
    ("Villeneuve-Exemple", "99123"),
    ("Saint-Exemple-sur-Onde", "99210"),
    ("Bourg-Fictif", "99340"),
    ("Montclair-Exemple", "99455"),
    ("Port-Imaginaire", "99560"),
)
SUPPLIERS = (
    "Fluence Énergie", "Gaz du Levant", "Méthalia", "Énergies Tilia", "Brûleur & Cie",
    "Azur Négoce",
)  # fmt: skip
GRID_POINTS = ("Exemple Nord", "Exemple Côte", "Exemple Plateau", "Exemple Midi", "Exemple Haut")
