"""Zip containers (DOCX, ODT, zipped pages) opened with mistrust: every claim is checked before anything is unpacked.

Nothing is extracted to disk, and only the members that a reader asks for are unpacked at all.
"""

import io
import stat
import zipfile
import zlib
from typing import Final

from corpus.errors import UnreadableDocument

# A Word file has some 30 members, one with a photo on every page some hundreds.
MAX_MEMBERS: Final = 5_000
# Unpacked. The text of a thousand pages of Word is some 15 MB of XML.
MAX_MEMBER_BYTES: Final = 32 * 1024 * 1024
# Unpacked, all members that are asked for together.
MAX_READ_BYTES: Final = 64 * 1024 * 1024
# Unpacked, as declared by the whole container, photos included.
MAX_DECLARED_BYTES: Final = 1024 * 1024 * 1024
# The XML of Word shrinks to a tenth, at most a hundredth; a bomb to a thousandth.
MAX_RATIO: Final = 200
# Below this size a high ratio is harmless.
RATIO_FROM_BYTES: Final = 1024 * 1024

_CENTRAL_HEADER = b"PK\x01\x02"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_FLAG_ENCRYPTED = 0x1

# What zipfile raises on damaged containers, learned by mutating them.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    UnicodeError,
    ValueError,
)


class ZipArchive:
    """A checked container in memory.

    UnreadableDocument, with the file's name, when it is damaged, encrypted, too large unpacked, or holds names
    that an honest program does not write: absolute, with `..` or a backslash, twice the same, a link.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        self._left = MAX_READ_BYTES
        # Counted before zipfile reads the directory, which it does as a whole: every entry starts with these bytes.
        if data.count(_CENTRAL_HEADER) > MAX_MEMBERS:
            raise self._refusal(f"it holds more than {MAX_MEMBERS:,} members")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGE as error:
            raise self._damaged(str(error)) from error
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in self._zip.infolist():
            self._check(member)
            self._members[member.filename] = member
        if sum(member.file_size for member in self._members.values()) > MAX_DECLARED_BYTES:
            raise self._refusal(f"it unpacks to more than {MAX_DECLARED_BYTES // 2**20} MB")

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names, in the order of the container."""
        return tuple(self._members)

    def __contains__(self, member: str) -> bool:
        return member in self._members

    def read(self, member: str) -> bytes:
        """Unpack one member. UnreadableDocument when it is missing, damaged, or larger than allowed."""
        info = self._members.get(member)
        if info is None:
            raise self._damaged(f"its part {member} is missing")
        if info.file_size > MAX_MEMBER_BYTES:
            raise self._refusal(f"its part {member} unpacks to more than {MAX_MEMBER_BYTES // 2**20} MB")
        if info.file_size > RATIO_FROM_BYTES and info.file_size > MAX_RATIO * info.compress_size:
            raise self._refusal(f"its part {member} is packed more than {MAX_RATIO} times, as no text is")
        if info.file_size > self._left:
            raise self._refusal(f"its text unpacks to more than {MAX_READ_BYTES // 2**20} MB")
        if info.flag_bits & _FLAG_ENCRYPTED:
            raise UnreadableDocument(f"{self._name} is encrypted; save it without a password and add it again")
        if info.compress_type not in _METHODS:
            raise self._refusal(f"its part {member} is packed by method {info.compress_type}")
        try:
            # The declared size bounds what zipfile unpacks, and the checksum is verified at its end.
            content = self._zip.read(info)
        except _DAMAGE as error:
            raise self._damaged(str(error)) from error
        self._left -= len(content)
        return content

    def _check(self, member: zipfile.ZipInfo) -> None:
        # `orig_filename` is the name before zipfile cuts it at a NUL and turns separators.
        written = member.orig_filename
        parts = written.split("/")
        if (
            not written.strip("/")
            or written.startswith("/")
            or ".." in parts
            or any(character in written for character in "\\:\0")
        ):
            raise self._refusal(f"the name of its part {written[:80]!r} leads outside the file")
        if member.filename in self._members:
            raise self._refusal(f"its part {written[:80]!r} is there twice")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise self._refusal(f"its part {written[:80]!r} is a link")

    def _damaged(self, reason: str) -> UnreadableDocument:
        return UnreadableDocument(
            f"{self._name} is damaged ({reason}); open it in the program that made it, save it and add it again"
        )

    def _refusal(self, reason: str) -> UnreadableDocument:
        return UnreadableDocument(f"{self._name} was refused: {reason}; save it anew in Word or LibreOffice")
