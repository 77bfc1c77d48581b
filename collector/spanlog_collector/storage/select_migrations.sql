SELECT Version, any(Name) AS Name, any(Checksum) AS Checksum
FROM spanlog_migrations
GROUP BY Version
ORDER BY Version
