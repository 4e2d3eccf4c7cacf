"""What scripts/train_ranking.py learns from, and the map of the vectors that it learns."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional
from unanswered_questions import NONSENSE, OFF_TOPIC, SMALL_TALK

from corpus.citation import Place
from corpus.document import Document, Identity, Paragraph, Section
from index.adapter import change_vectors
from index.answerable import best_dense, pair_score, signs, talk_score
from index.background import QUESTIONS, background_of
from index.dense import DenseIndex
from index.encoder import Encoder, Vectors
from index.learned import Learned, RankingWeights
from index.lexical import LexicalIndex
from index.passage_table import PassageTable
from index.passages import Grain, Passage
from index.ranking import Ranked, Ranking
from index.words import STOP_WORDS, words_of

# The map: softmax over all paragraphs of cosine / temperature. The mean of three runs, and three quarters of it, holds
# better for collections never seen (Wortsman and others, Robust fine-tuning of zero-shot models, CVPR 2022).
_TEMPERATURE, _EPOCHS, _BATCH, _RATE, _SEEDS, _SHARE = 0.02, 8, 128, 2e-3, (0, 1, 2), 0.75
_KEYWORD_QUESTIONS = 220


@dataclass(frozen=True, slots=True)
class Asked:
    """A question; `passage` is the id of the paragraph that it is about."""

    passage: str
    kind: str
    question: str
    answerable: bool


@dataclass(frozen=True)
class Half:
    """Half of the paragraphs (id, title, text) with the questions on them."""

    rows: tuple[tuple[str, str, str], ...]
    asked: tuple[Asked, ...]

    @cached_property
    def document(self) -> Document:
        """The paragraphs as one document."""
        return document_of(self.rows)


@dataclass(frozen=True, slots=True)
class View:
    """A half as seen through a map that was not learned on it."""

    half: Half
    vectors: "KnownVectors"
    change: Vectors


class KnownVectors:
    """Vectors of passages and questions by their text."""

    def __init__(self, passages: dict[str, Vectors], questions: dict[str, Vectors]) -> None:
        self.passages, self.questions = passages, questions

    def of(self, passages: Sequence[Passage]) -> Vectors:
        """The passages' vectors, shape (n, dim)."""
        return np.array([self.passages[passage.text] for passage in passages], np.float32)


class Collection:
    """A searchable collection of some paragraphs."""

    def __init__(self, rows: Sequence[tuple[str, str, str]], view: View, ranking: RankingWeights) -> None:
        document = document_of(rows)
        passages = PassageTable.of([document])
        self._view = view
        self._lexical = LexicalIndex.of(passages.places)
        self.dense = DenseIndex.from_vectors(change_vectors(view.vectors.of(passages), view.change))
        self._ranking = Ranking(passages, self.dense, self._lexical, ranking)
        self.places: dict[str, Place] = {row[0]: place for row, place in zip(rows, passages.places, strict=True)}
        self.background = background_of([best_dense(self.ask(question)[1]) for question in QUESTIONS])

    def ask(self, question: str) -> tuple[Vectors, Ranked]:
        """The question's vector and the ranked places."""
        query = change_vectors(self._view.vectors.questions[question], self._view.change)
        return query, self._ranking.rank(self._lexical.understand(question), query)

    def signs(self, question: str, learned: Learned) -> dict[str, float]:
        """The signs of `index.answerable`."""
        query, ranked = self.ask(question)
        sentence = self.dense.vectors(np.array([ranked[0].sentence_row]))[0]
        words = self._lexical.understand(question)
        pair, talk = pair_score(learned, query, sentence), talk_score(learned, query)
        return signs(question, words, ranked, self.background, pair, talk)


def read_halves(passages: Path, questions: Path, rng: random.Random) -> tuple[Half, Half]:
    """The two halves, split by paragraph, keyword questions added: words that stand in a paragraph find it."""
    rows = [json.loads(line) for line in passages.read_text("utf-8").splitlines()]
    asked = [Asked(q["passage"], q["kind"], q["question"], q["answerable"])
             for q in map(json.loads, questions.read_text("utf-8").splitlines())]  # fmt: skip
    rng.shuffle(rows)
    halves = []
    for part in (rows[: len(rows) // 2], rows[len(rows) // 2 :]):
        own = {row["id"] for row in part}
        triples = tuple((row["id"], row["title"], row["text"]) for row in part)
        halves.append(Half(triples, (*(q for q in asked if q.passage in own), *_keyword_questions(triples, rng))))
    return halves[0], halves[1]


def _keyword_questions(rows: Sequence[tuple[str, str, str]], rng: random.Random) -> list[Asked]:
    found = []
    for passage, _, text in rng.sample(list(rows), min(len(rows), _KEYWORD_QUESTIONS)):
        words = [w for w in dict.fromkeys(words_of(text)) if w not in STOP_WORDS and len(w) > 4 and w.isalpha()]
        if len(words) > 3:
            start = rng.randrange(len(words) - 3)
            found.append(Asked(passage, "keywords", " ".join(words[start : start + rng.choice((1, 1, 2, 2, 3))]), True))
    return found


def document_of(rows: Sequence[tuple[str, str, str]]) -> Document:
    """Paragraphs as a document, each under its own title."""
    return Document(
        Identity("paragraphs", ""),
        tuple(
            Section((title,) if title else (), (Paragraph(number, text),))
            for number, (_, title, text) in enumerate(rows, start=1)
        ),
    )


def encode_texts(halves: Sequence[Half], encoder: Encoder, cache: Path | None) -> KnownVectors:
    """Encode every passage and question once; what the cache file has is taken from there."""
    nothing = (*QUESTIONS, *SMALL_TALK, *NONSENSE, *OFF_TOPIC)
    wanted = {
        "p": list(dict.fromkeys(p.text for half in halves for p in PassageTable.of([half.document]))),
        "q": list(dict.fromkeys([*nothing, *(q.question for half in halves for q in half.asked)])),
    }
    known: dict[str, dict[str, Vectors]] = {"p": {}, "q": {}}
    if cache and cache.is_file():
        with np.load(cache, allow_pickle=False) as stored:
            for side in known:
                texts = json.loads(stored[f"{side}_texts"].tobytes())
                known[side] = dict(zip(texts, stored[f"{side}_vectors"], strict=True))
    for side, encode in (("p", encoder.encode_passages), ("q", encoder.encode_questions)):
        missing = [text for text in wanted[side] if text not in known[side]]
        known[side] |= dict(zip(missing, encode(missing), strict=True))
    if cache:
        arrays: dict[str, NDArray[np.generic]] = {}
        for side, vectors in known.items():
            arrays[f"{side}_texts"] = np.frombuffer(json.dumps(list(vectors)).encode(), np.uint8)
            arrays[f"{side}_vectors"] = np.array(list(vectors.values()), np.float32)
        np.savez(cache, allow_pickle=False, **arrays)
    return KnownVectors(known["p"], known["q"])


def fit_change(halves: Sequence[Half], vectors: KnownVectors) -> Vectors:
    """The map W of x + xW that brings questions to their paragraphs, shape (dim, dim), in half precision."""
    passages = [(at, p) for at, half in enumerate(halves) for p in PassageTable.of([half.document])]
    numbers = {key: number for number, key in enumerate(dict.fromkeys((at, p.place.paragraph) for at, p in passages))}
    place_of_row = torch.tensor([numbers[at, p.place.paragraph] for at, p in passages])
    grains = torch.tensor([int(p.grains) for _, p in passages])
    texts = torch.tensor(vectors.of([p for _, p in passages]))
    asked = [
        (q.question, numbers[at, 1 + [row[0] for row in half.rows].index(q.passage)])
        for at, half in enumerate(halves)
        for q in half.asked
        if q.answerable and q.kind != "keywords"
    ]
    questions = torch.tensor(np.array([vectors.questions[question] for question, _ in asked]))
    gold = torch.tensor([number for _, number in asked])
    changes = []
    for seed in _SEEDS:
        torch.manual_seed(seed)
        change = torch.nn.Parameter(torch.zeros(texts.shape[1], texts.shape[1]))
        optimiser = torch.optim.AdamW([change], lr=_RATE)
        steps = _EPOCHS * -(-len(gold) // _BATCH)
        schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.05, steps)
        for _ in range(_EPOCHS):
            for batch in torch.split(torch.randperm(len(gold)), _BATCH):
                seen = functional.normalize(texts + texts @ change, dim=-1)
                query = functional.normalize(questions[batch] + questions[batch] @ change, dim=-1)
                scores = _by_place(query @ seen.T, place_of_row, grains, len(numbers))
                loss = functional.cross_entropy(scores / _TEMPERATURE, gold[batch])
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
                schedule.step()
        changes.append(change.detach().numpy())
    return np.asarray((_SHARE * np.mean(changes, axis=0)).astype(np.float16), np.float32)


def _by_place(cosines: torch.Tensor, place_of_row: torch.Tensor, grains: torch.Tensor, places: int) -> torch.Tensor:
    """The mean of each place's best cosines at the three grains, shape (questions, places)."""
    best = []
    for grain in Grain:
        rows = (grains & int(grain)) > 0
        lowest = torch.full((len(cosines), places), -2.0)
        index = place_of_row[rows].expand(len(cosines), -1)
        best.append(lowest.scatter_reduce(1, index, cosines[:, rows], "amax"))
    return torch.stack(best).mean(dim=0)
