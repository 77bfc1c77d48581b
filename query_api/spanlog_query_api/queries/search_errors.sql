-- Fingerprints of errors whose newest message or exception holds a text.
SELECT DISTINCT Fingerprint AS fingerprint
FROM spanlog_error_groups
WHERE
    positionCaseInsensitiveUTF8(Newest.Message, {search:String}) > 0
    OR positionCaseInsensitiveUTF8(Newest.ExceptionType, {search:String}) > 0
    OR positionCaseInsensitiveUTF8(Newest.ExceptionMessage, {search:String}) > 0
