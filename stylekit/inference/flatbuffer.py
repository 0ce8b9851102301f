"""A `.tflite` file as objects, and back again in few bytes."""

import struct

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from stylekit.inference.tflite_file import FILE_IDENTIFIER

# XNNPACK and GPU delegates read weights in place: the schema asks for this alignment in bytes.
_BUFFER_ALIGNMENT = 16


def unpack(content: bytes) -> schema.ModelT:
    """The model in a file that LiteRT has gone through (`tflite_file.checked`)."""
    model = schema.ModelT.InitFromPackedBuf(content)
    for buffer in model.buffers:
        if buffer.offset > 1:  # kept behind the flatbuffer, as the schema allows
            buffer.data = np.frombuffer(content, np.uint8, buffer.size, buffer.offset)
            buffer.offset = buffer.size = 0
    return model


def operator_kind(model: schema.ModelT, operator: schema.OperatorT) -> int:
    """The operator's member of `schema.BuiltinOperator`."""
    code = model.operatorCodes[operator.opcodeIndex]
    # Old files have it in one field, new ones in the other.
    return max(code.builtinCode, code.deprecatedBuiltinCode)


def pack(model: schema.ModelT) -> bytes:
    """The model as a file.

    Equal vectors, of which a graph's shapes are many, are written once.
    """
    builder = _CompactBuilder()
    builder.Finish(model.Pack(builder), FILE_IDENTIFIER)
    return bytes(builder.Output())


class _CompactBuilder(flatbuffers.Builder):
    """A builder that aligns byte vectors, the model's buffers, and writes equal parts once.

    Flatbuffers' Python code knows neither of the schema's `force_align` nor of sharing, except of
    vtables. Shared are vectors of numbers and tables that refer to nothing: shapes and options.
    Method names are those of the library.
    """

    def __init__(self) -> None:
        super().__init__(1 << 20)
        self._written: dict[tuple[int | None, bytes], int] = {}
        self._before = 0
        self._refers = False

    def StartVector(self, elem_size: int, count: int, alignment: int) -> int:  # noqa: N802
        self._start()
        if elem_size == 1:
            alignment = max(alignment, _BUFFER_ALIGNMENT)
        return super().StartVector(elem_size, count, alignment)

    def StartObject(self, numfields: int) -> None:  # noqa: N802
        self._start()
        super().StartObject(numfields)

    def PrependUOffsetTRelative(self, off: int) -> None:  # noqa: N802
        # Relative to where it stands: equal bytes mean different things.
        self._refers = True
        super().PrependUOffsetTRelative(off)

    def EndVector(self, *count: int) -> int:  # noqa: N802
        offset = super().EndVector(*count)
        return self._shared(offset, None, self._bytes_from(offset))

    def EndObject(self) -> int:  # noqa: N802
        offset = super().EndObject()
        table = self._bytes_from(offset)
        # A table starts with where its vtable is, as seen from the table.
        (distance,) = struct.unpack("<i", table[:4])
        return self._shared(offset, offset + distance, table[4:])

    def _start(self) -> None:
        self._before = self.Offset()
        self._refers = False

    def _bytes_from(self, offset: int) -> bytes:
        end = len(self.Bytes)
        return bytes(self.Bytes[end - offset : end - self._before])

    def _shared(self, offset: int, vtable: int | None, content: bytes) -> int:
        """The offset of what was just written, or of its equal, whose place it then gives up."""
        if self._refers:
            return offset
        first = self._written.setdefault((vtable, content), offset)
        if first != offset:
            self.head = len(self.Bytes) - self._before
        return first
