-- Evidence that a TMDB and a MovieLens record are one movie, written from docs/correctness.md: 1 the published id, 2 the title, 3 the title and a
-- year beside, 4 what the item is called besides in parentheses.
CREATE MACRO plain(t) AS trim(regexp_replace(regexp_replace(regexp_replace(
    replace(lower(strip_accents(trim(t))), '&', ' and '), '^(.*), (the|an|a|la|le|les|el|il|der|die|das)$', '\2 \1'),
    '[^\p{L}\p{N}\s]', '', 'g'), '\s+', ' ', 'g'));

CREATE TABLE item AS
SELECT item_id, trim(regexp_replace(title, '\(\d{4}\)\s*$', '')) AS title,
       TRY_CAST(regexp_extract(title, '\((\d{4})\)\s*$', 1) AS int) AS year,
       CASE WHEN imdbId IS NOT NULL THEN 'tt' || lpad(imdbId::varchar, 7, '0') END AS imdb_id,
       list_filter(list_transform(string_split(coalesce(directedBy, ''), ','), lambda x: trim(x)), lambda x: x <> '') AS directors,
       list_filter(list_transform(string_split(coalesce(starring, ''), ','), lambda x: trim(x)), lambda x: x <> '') AS starring
FROM metadata WHERE trim(title) <> '';

CREATE TABLE evidence AS
WITH names AS (
    SELECT item_id, year, true AS main, unnest([title, string_split(title, '(')[1]]) AS called FROM item
    UNION ALL
    SELECT item_id, year, false, regexp_replace(rtrim(trim(unnest(string_split(title, '(')[2:])), ')'), '^a\.k\.a\. ', '') FROM item
), found AS (
    SELECT id AS tmdb_id, movieId AS item_id, 1 AS tier FROM links JOIN tmdb ON tmdb.id = links.tmdbId JOIN item ON item_id = movieId
    UNION ALL
    SELECT id, item_id, CASE WHEN NOT main THEN 4 WHEN names.year = year(release_date) THEN 2 ELSE 3 END
    FROM tmdb JOIN names ON plain(called) = plain(tmdb.title) AND plain(called) <> ''
    WHERE abs(names.year - year(release_date)) <= CASE WHEN main THEN 1 ELSE 0 END
)
SELECT tmdb_id, item_id, min(tier) AS tier FROM found GROUP BY ALL;
