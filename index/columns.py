"""Arrays by name as the bytes of one file, and back without copying them.

Source of the form: https://github.com/huggingface/safetensors#format, a length, a header in JSON, then the arrays.
"""

import json
import mmap
from collections.abc import Mapping
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from index.errors import SnapshotDamaged

# The bytes of a file, read or memory-mapped.
Buffer = bytes | mmap.mmap

# In a column of its own: what is no array.
_VALUES = "values"
_LENGTH_BYTES = 8
_TYPES = {"U8": np.uint8, "I32": np.int32, "I64": np.int64, "F32": np.float32}


def pack(columns: Mapping[str, NDArray[Any]], values: object) -> bytes:
    """The bytes of these arrays and of values that JSON can hold, equal for equal ones."""
    encoded = json.dumps(values, ensure_ascii=False, sort_keys=True).encode()
    tensors = {name: np.ascontiguousarray(column) for name, column in columns.items()}
    return safetensors.numpy.save({**tensors, _VALUES: np.frombuffer(encoded, np.uint8)})


def unpack(data: Buffer, file: str, *names: str) -> tuple[Any, list[NDArray[Any]]]:
    """The values, and the arrays with these names; SnapshotDamaged, naming the file, when they are not there."""
    try:
        begin = _LENGTH_BYTES + int.from_bytes(data[:_LENGTH_BYTES], "little")
        header = json.loads(bytes(data[_LENGTH_BYTES:begin]))
        *columns, values = (_column(data, begin, header[name]) for name in (*names, _VALUES))
        return json.loads(values.tobytes()), columns
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SnapshotDamaged(f"{file} holds other columns than it should ({error})") from error


def _column(data: Buffer, begin: int, entry: Mapping[str, Any]) -> NDArray[Any]:
    start, end = entry["data_offsets"]
    kind = np.dtype(_TYPES[entry["dtype"]])
    (length,) = entry["shape"]
    if end - start != length * kind.itemsize:
        raise ValueError("a column of another length than it states")
    return np.frombuffer(data, kind, length, begin + start)
