"""Questions that no government letter answers: they show how high a question scores without any answer.

With E5 even unrelated texts have a cosine of 0.7 to 0.85, and how high differs by model and corpus, so no fixed
threshold can tell an answer from a near miss. Every build asks these questions and keeps how well they scored.
"""

from collections.abc import Sequence

import numpy as np

from index.manifest import Background

QUESTIONS = (
    "Hoe lang moet een zachtgekookt ei koken?",
    "Wat is de hoofdstad van Peru?",
    "Welke maat schoenen heb ik nodig?",
    "Hoe krijg ik rode wijn uit een tapijt?",
    "Wie won gisteren de voetbalwedstrijd?",
    "hallo",
    "goedemorgen, alles goed?",
    "Vertel eens een mop",
    "asdfghjkl qwerty",
    "Wat voor weer wordt het morgen?",
    "Hoe snoei ik een appelboom?",
    "Welke film draait er vanavond in de bioscoop?",
    "Hoe installeer ik een printer?",
    "Wat kost een retour naar Parijs?",
    "Hoeveel calorieën zitten er in een banaan?",
    "Wanneer is de volgende volle maan?",
    "Hoe speel ik een C-akkoord op gitaar?",
    "Wat betekent de naam Sophie?",
    "Kun je een gedicht over de zee schrijven?",
    "Hoe laat gaat de supermarkt open?",
    "Welke hond past bij een klein appartement?",
    "Hoe zwaar is een olifant?",
    "dank je wel",
    "lorem ipsum dolor sit amet",
    "12345",
    "Wat is de wortel van 144?",
    "Hoe verf ik een houten kozijn?",
    "Wie schreef Max Havelaar?",
    "Welke planeet staat het dichtst bij de zon?",
    "Hoe reset ik mijn wachtwoord?",
    "How do I bake sourdough bread?",
    "What is the tallest mountain in the world?",
    "hello, who are you?",
    "Which phone should I buy?",
    "How do vaccines for cats work?",
    "Tell me a joke about penguins",
    "What time is it in Tokyo?",
    "How do I change a flat bicycle tyre?",
    "Who painted the Mona Lisa?",
    "Recommend a good science fiction novel",
)


def background_of(best_scores: Sequence[float]) -> Background:
    """Mean and deviation of the background questions' best scores, by median and median absolute deviation.

    These two are not moved by the one question that a corpus happens to answer after all. Factor 1.4826: Rousseeuw
    and Croux, JASA 88 (1993), so that the deviation equals the standard deviation of normally spread scores.
    """
    scores = np.asarray(best_scores, np.float64)
    median = float(np.median(scores))
    return Background(mean=median, deviation=max(1e-6, 1.4826 * float(np.median(np.abs(scores - median)))))
