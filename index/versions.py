"""What engines tell of versions alike: a manifest that can be used, which came before, which may go."""

import json
from collections.abc import Iterable, Sequence

from index.errors import IndexNotBuilt, SnapshotDamaged, SnapshotMismatch
from index.manifest import FORMAT, HOW_TO_REBUILD, Manifest


def no_version_in(where: str) -> IndexNotBuilt:
    """What to raise when an engine keeps no index yet."""
    return IndexNotBuilt(f"there is no index in {where} yet; run scripts/build_index.py")


def manifest_of(version: str, written: bytes | str) -> Manifest:
    """The manifest of a version, as it was written; SnapshotDamaged or SnapshotMismatch when it cannot be used."""
    try:
        raw = json.loads(written)
        found = raw.get("format") if isinstance(raw, dict) else None
        if found != FORMAT:
            raise SnapshotMismatch(
                f"snapshot {version} has format {found}, this program reads format {FORMAT}; {HOW_TO_REBUILD}"
            )
        manifest = Manifest.model_validate_json(written)
    except (ValueError, RecursionError) as error:
        raise SnapshotDamaged(f"snapshot {version} has no readable manifest; {HOW_TO_REBUILD}") from error
    if manifest.version != version:
        raise SnapshotDamaged(f"snapshot {version} holds the manifest of {manifest.version}; {HOW_TO_REBUILD}")
    return manifest


def oldest_first(manifests: Iterable[Manifest]) -> list[Manifest]:
    """Manifests in the order in which their versions were made."""
    return sorted(manifests, key=lambda manifest: (manifest.sequence, manifest.version))


def before(current: str, kept: Sequence[Manifest], where: str) -> Manifest:
    """The newest of the kept versions, oldest first, that came before the current one; IndexNotBuilt when none did."""
    sequence = next((manifest.sequence for manifest in kept if manifest.version == current), None)
    earlier = [manifest for manifest in kept if sequence is None or manifest.sequence < sequence]
    earlier = [manifest for manifest in earlier if manifest.version != current]
    if not earlier:
        raise IndexNotBuilt(f"no snapshot before {current} is kept in {where}; nothing was changed")
    return earlier[-1]


def spared(current: str, kept: Sequence[Manifest], keep: int) -> list[str]:
    """The versions that stay, oldest first: the `keep` newest besides the current one, then that."""
    others = [manifest.version for manifest in kept if manifest.version != current]
    return [*others[max(0, len(others) - keep) :], current]
