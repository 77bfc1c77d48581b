-- What the inserts of all signals share. The shapes are chosen for the time that the engine's analyzer takes, which is
-- paid for every segment: plain columns instead of tuples, no AND, no expression twice (ADR 0001).

-- An attribute value as the standard Collector's exporter writes it: bytes in base64, nothing as ''.
((kind, s, i, d, b, y) -> multiIf(
    kind = 'string_value', s,
    kind = 'int_value', toString(i),
    kind = 'double_value', toString(d),
    kind = 'bool_value', toString(b),
    kind = 'bytes_value', base64Encode(y),
    ''
)) AS text_of,
-- Sorted, so that equal attributes compress and compare as equal.
(attributes -> mapSort(mapFromArrays(
    attributes.key,
    arrayMap(
        text_of,
        attributes.value.value,
        attributes.value.string_value,
        attributes.value.int_value,
        attributes.value.double_value,
        attributes.value.bool_value,
        attributes.value.bytes_value
    )
))) AS map_of,
-- An id all zero or of the wrong length counts as absent (OTLP).
(id -> multiIf(
    length(id) != 16, '', id = '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0', '', lower(hex(id))
)) AS trace_id_of,
(id -> multiIf(length(id) != 8, '', id = '\0\0\0\0\0\0\0\0', '', lower(hex(id)))) AS span_id_of,
-- A time before 2000 or more than a day after the request came is a mistake of the sender's. One comparison tells:
-- below 2000 the unsigned difference wraps around and is larger than any.
((time, received) -> toUInt64(time - 946684800000000000) <= toUInt64(received - 946598400000000000)) AS is_plausible
