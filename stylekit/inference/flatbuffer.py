"""A `.tflite` file as objects, and back again in few bytes."""

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


def pack(model: schema.ModelT) -> bytes:
    """The model as a file.

    Equal vectors, of which a graph's shapes are many, are written once.
    """
    builder = _CompactBuilder()
    builder.Finish(model.Pack(builder), FILE_IDENTIFIER)
    return bytes(builder.Output())


class _CompactBuilder(flatbuffers.Builder):
    """A builder that aligns byte vectors, the model's buffers, and shares vectors of numbers.

    Flatbuffers' Python code knows neither of the schema's `force_align` nor of sharing. Method
    names are those of the library.
    """

    def __init__(self) -> None:
        super().__init__(1 << 20)
        self._written: dict[bytes, int] = {}
        self._before = 0
        self._holds_offsets = False

    def StartVector(self, elem_size: int, count: int, alignment: int) -> int:  # noqa: N802
        self._before = self.Offset()
        self._holds_offsets = False
        if elem_size == 1:
            alignment = max(alignment, _BUFFER_ALIGNMENT)
        return super().StartVector(elem_size, count, alignment)

    def PrependUOffsetTRelative(self, off: int) -> None:  # noqa: N802
        self._holds_offsets = True
        super().PrependUOffsetTRelative(off)

    def EndVector(self, *count: int) -> int:  # noqa: N802
        offset = super().EndVector(*count)
        if self._holds_offsets:  # relative to where they stand: equal bytes mean different things
            return offset
        end = len(self.Bytes) - self._before
        vector = bytes(self.Bytes[self.Head() : end])
        if vector in self._written:
            self.head = end
            return self._written[vector]
        self._written[vector] = offset
        return offset
