"""What can be wrong with a source document, and what all errors have in common that somebody can mend."""


class MendableError(Exception):
    """Read by whoever runs a command or the service: says in a sentence what is wrong, with what, and what to do."""


class DocumentError(MendableError):
    """Read by the keeper of the documents: names the file, what is wrong and what to do.

    A build skips the document, lists it with this sentence, and goes on.
    """


class UnsupportedFormat(DocumentError):
    """The bytes are of no format that a reader knows."""


class UnreadableDocument(DocumentError):
    """The format is known, but the file is damaged, empty or holds no text."""


class ReaderUnavailable(MendableError):
    """The process that reads files cannot be started: it is the machine's doing, and no file is skipped for it."""
