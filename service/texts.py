"""What a visitor reads, in Dutch and in English."""

from collections.abc import Callable

from flask import request

from corpus.citation import page_range
from service.access_texts import ACCESS_TEXTS

LANGUAGES = ("nl", "en")
_COOKIE = "lang"

_TEXTS = {
    "nl": {
        "add": "Voeg toe",
        "add_documents": "Documenten toevoegen",
        "add_formats": "Officiële XML, webpagina, Word, OpenDocument, PDF, RTF, Markdown of tekst. Kies bestanden of sleep ze hierheen.",  # noqa: E501
        "add_question": "Stel een volgende vraag",
        "after": "Daarna staat:",
        "all_documents": "Alle documenten",
        "answer_one": "Eén passage die uw vraag kan beantwoorden:",
        "answer_many": "{count} passages die uw vraag kunnen beantwoorden, de beste eerst:",
        "ask": "Vraag",
        "ask_label": "Uw vraag aan de documenten",
        "before": "Hiervoor staat:",
        "build_failed": "De index kon niet worden vernieuwd; de vorige blijft in gebruik.",
        "building": "De index wordt vernieuwd: {phase}",
        "brand_line": "Vraag het de Kamerstukken",
        "contents": "Inhoud",
        "copied": "Gekopieerd",
        "copy_citation": "Kopieer vindplaats",
        "date": "Datum",
        "documents": "Documenten",
        "documents_intro": "Deze documenten worden doorzocht. Index {version}, gemaakt op {built_at}.",
        "dossier": "Dossier",
        "error_400": "Deze vraag kan zo niet worden gesteld",
        "error_404": "Deze pagina bestaat niet",
        "error_404_detail": "Misschien is het document verwijderd of is het adres niet goed overgenomen.",
        "error_413": "Dit is te groot om te versturen",
        "error_413_detail": "Stel één vraag tegelijk, van hoogstens 1.000 tekens.",
        "error_500": "Er ging iets mis",
        "error_500_detail": "De fout ligt bij ons en is vastgelegd. Probeer het later opnieuw.",
        "error_503": "Er kan nu niet worden gezocht",
        "error_503_detail": "Er is nog geen bruikbare index; de beheerder maakt die met scripts/build_index.py.",
        "error_busy_detail": "Er worden nu te veel vragen tegelijk gesteld. Probeer het over enkele seconden opnieuw.",
        "error_other": "Dit verzoek kan niet worden beantwoord",
        "footnote": "Noot {mark}",
        "footnotes": "Noten",
        "home": "Vragen",
        "intro_title": "Vind het, met de vindplaats erbij",
        "intro": (
            "Stel een vraag in gewone taal, in het Nederlands of Engels. U krijgt de passages die antwoord geven: "
            "woordelijk, met dossier, nummer, pagina en alinea. Er wordt niets bij bedacht."
        ),
        "language": "English",
        "more_passages": "Meer passages",
        "nearest_misses": "Wat er het dichtst bij komt",
        "new_conversation": "Nieuw gesprek",
        "no_documents": "Er zijn nog geen documenten",
        "no_documents_detail": (
            "Zodra er documenten zijn toegevoegd, kunt u er vragen over stellen. De beheerder voegt ze toe met "
            "scripts/add_documents.py of legt ze in de map met documenten."
        ),
        "not_answered": "Dit staat niet in de doorzochte documenten.",
        "not_answered_detail": "Er is gezocht in {documents} met samen {paragraphs}.",
        "not_here": "{name} is niet in de doorzochte documenten.",
        "not_added": "Niet toegevoegd:",
        "number_of_documents": "{count} documenten",
        "number_of_documents_one": "1 document",
        "number_of_paragraphs": "{count} alinea's",
        "number_of_paragraphs_one": "1 alinea",
        "official": "Officiële publicatie",
        "open_letter": "Lees in de brief",
        "page": "p. {pages}",
        "paragraph": "alinea {number}",
        "paragraphs": "Alinea's",
        "phase_done": "klaar",
        "phase_encode": "passages verwerken",
        "phase_queued": "wacht op een andere",
        "phase_read": "documenten lezen",
        "phase_verify": "controleren",
        "quality": "Leeskwaliteit {score}%",
        "question_empty": "Typ eerst een vraag.",
        "question_long": "Uw vraag telt {length} tekens; hoogstens {maximum} is mogelijk. Maak de vraag korter.",
        "question_placeholder": "Bijvoorbeeld: Wat is het GCTF?",
        "remove": "Verwijder",
        "remove_this": "Verwijder {name}",
        "removed": "{name} is verwijderd.",
        "searching": "Aan het zoeken…",
        "sender": "Afzender",
        "signature": "ondertekening",
        "skip": "Naar de inhoud",
        "skipped": "Overgeslagen bestanden",
        "source_file": "Gelezen uit",
        "title": "Titel",
        "twins": "ook aanwezig: {names}",
        "undo": "Ongedaan maken",
        "understood_as": "Begrepen als:",
        "vindplaats": "Vindplaats",
        "you_asked": "U vroeg",
    },
    "en": {
        "add": "Add",
        "add_documents": "Add documents",
        "add_formats": "Official XML, web page, Word, OpenDocument, PDF, RTF, Markdown or text. Choose files or drop them here.",  # noqa: E501
        "add_question": "Ask another question",
        "after": "It goes on:",
        "all_documents": "All documents",
        "answer_one": "One passage that may answer your question:",
        "answer_many": "{count} passages that may answer your question, best first:",
        "ask": "Ask",
        "ask_label": "Your question to the documents",
        "before": "Before this:",
        "build_failed": "The index could not be renewed; the previous one stays in use.",
        "building": "The index is being renewed: {phase}",
        "brand_line": "Ask the parliamentary papers",
        "contents": "Contents",
        "copied": "Copied",
        "copy_citation": "Copy citation",
        "date": "Date",
        "documents": "Documents",
        "documents_intro": "These documents are searched. Index {version}, built at {built_at}.",
        "dossier": "File",
        "error_400": "The question cannot be asked like this",
        "error_404": "This page does not exist",
        "error_404_detail": "Perhaps the document was removed, or the address was not copied in full.",
        "error_413": "This is too large to send",
        "error_413_detail": "Ask one question at a time, of at most 1,000 characters.",
        "error_500": "Something went wrong",
        "error_500_detail": "The fault is ours and has been logged. Please try again later.",
        "error_503": "Searching is not possible now",
        "error_503_detail": "There is no usable index yet; the keeper makes it with scripts/build_index.py.",
        "error_busy_detail": "Too many questions are being asked at the moment. Please try again in a few seconds.",
        "error_other": "This request cannot be answered",
        "footnote": "Note {mark}",
        "footnotes": "Notes",
        "home": "Questions",
        "intro_title": "Find it, with its exact place",
        "intro": (
            "Ask a question in plain language, in Dutch or English. You get the passages that answer it: word for "
            "word, with file, number, page and paragraph. Nothing is made up."
        ),
        "language": "Nederlands",
        "more_passages": "More passages",
        "nearest_misses": "What comes nearest",
        "new_conversation": "New conversation",
        "no_documents": "There are no documents yet",
        "no_documents_detail": (
            "As soon as documents have been added you can ask about them. The keeper adds them with "
            "scripts/add_documents.py or puts them in the documents folder."
        ),
        "not_answered": "The documents searched do not answer this.",
        "not_answered_detail": "Searched: {documents} with {paragraphs} in all.",
        "not_here": "{name} is not among the documents searched.",
        "not_added": "Not added:",
        "number_of_documents": "{count} documents",
        "number_of_documents_one": "1 document",
        "number_of_paragraphs": "{count} paragraphs",
        "number_of_paragraphs_one": "1 paragraph",
        "official": "Official publication",
        "open_letter": "Read in the letter",
        "page": "p. {pages}",
        "paragraph": "paragraph {number}",
        "paragraphs": "Paragraphs",
        "phase_done": "done",
        "phase_encode": "processing passages",
        "phase_queued": "waiting for another",
        "phase_read": "reading documents",
        "phase_verify": "verifying",
        "quality": "Reading quality {score}%",
        "question_empty": "Type a question first.",
        "question_long": "Your question has {length} characters; {maximum} is the most. Make it shorter.",
        "question_placeholder": "For example: What is the GCTF?",
        "remove": "Remove",
        "remove_this": "Remove {name}",
        "removed": "{name} was removed.",
        "searching": "Searching…",
        "sender": "Sender",
        "signature": "signature",
        "skip": "Skip to content",
        "skipped": "Skipped files",
        "source_file": "Read from",
        "title": "Title",
        "twins": "also present: {names}",
        "undo": "Undo",
        "understood_as": "Understood as:",
        "vindplaats": "Source",
        "you_asked": "You asked",
    },
}


for _language, _texts in ACCESS_TEXTS.items():
    _TEXTS[_language].update(_texts)


def visitor_language() -> str:
    """The language of this request: as chosen by the switch, remembered in a cookie, else Dutch."""
    for wish in (request.args.get("lang"), request.cookies.get(_COOKIE)):
        if wish in LANGUAGES:
            return wish
    return LANGUAGES[0]


def translator(language: str) -> Callable[..., str]:
    """A function from a text's name, and the values in it, to the text."""
    texts = _TEXTS[language]

    def text(name: str, /, **values: object) -> str:
        return texts[name].format(**values)

    return text


def counted(language: str, name: str, count: int) -> str:
    """A number of things in words: "1 document", "1.200 documenten"."""
    text = translator(language)
    number = f"{count:,}".replace(",", "." if language == "nl" else ",")
    return text(f"{name}_one") if count == 1 else text(name, count=number)


def pages_text(language: str, pages: list[int]) -> str:
    """Pages as a visitor reads them, empty when there are none."""
    return translator(language)("page", pages=page_range(tuple(pages))) if pages else ""
