"""Parquet, in row groups. Imports pyarrow, which takes a moment: load it where it is needed."""

from collections.abc import Sequence

import pyarrow as pa
from pyarrow import parquet

from api.http.export.archive import Outlet
from api.http.export.columns import Kind, Value, columns, refused_row, row
from shared.records import Photo, RefusedFile

_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.WHOLE: pa.int64(),
    Kind.REAL: pa.float64(),
    Kind.UTC: pa.timestamp("us", tz="UTC"),
    Kind.LOCAL: pa.timestamp("us"),
    Kind.TRUTH: pa.bool_(),
}


ROW_GROUP = 10_000
"""Rows, some 5 MB. What is told of each group is kept until the end, and readers like few: not one a page."""


class ParquetExport:
    def __init__(self, top_k: int) -> None:
        self._top_k = top_k
        self._schema = pa.schema([(name, _TYPES[kind]) for name, kind in columns(top_k)])
        self._sink = Outlet()
        self._writer = parquet.ParquetWriter(self._sink, self._schema)
        self._waiting: list[pa.Table] = []

    def begin(self) -> bytes:
        return self._sink.take()

    def page(self, photos: Sequence[Photo]) -> bytes:
        return self._add([row(photo, self._top_k) for photo in photos])

    def refused(self, files: Sequence[RefusedFile]) -> bytes:
        return self._add([refused_row(file, self._top_k) for file in files])

    def end(self) -> bytes:
        self._write()
        self._writer.close()
        return self._sink.take()

    def _add(self, rows: list[list[Value]]) -> bytes:
        arrays = [
            pa.array([values[place] for values in rows], type=field.type)
            for place, field in enumerate(self._schema)
        ]
        self._waiting.append(pa.Table.from_arrays(arrays, schema=self._schema))
        if sum(len(table) for table in self._waiting) >= ROW_GROUP:
            self._write()
        return self._sink.take()

    def _write(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.concat_tables(self._waiting), row_group_size=ROW_GROUP)
            self._waiting.clear()
