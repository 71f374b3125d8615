"""The append-only record of a session on disk: the only owner of bytes under ``.repro/``.

One JSON Lines file per kernel session. `writer` appends (inside the kernel), `reader` reads back, `belonging` matches
journals to notebooks, `schema` maps records to lines, `upgrade` keeps old journals readable.
"""
