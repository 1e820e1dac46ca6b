-- Do the votes of TMDB and the stars of MovieLens agree on the same movies?
SELECT CAST(floor(m.vote_average * 2) / 2 AS double) AS tmdb_vote, count(*) AS movies, round(avg(a.average_rating), 2) AS average_rating
FROM movies_analytics a JOIN movies m ON m.movie_key = a.movie_key
WHERE m.vote_average IS NOT NULL
GROUP BY floor(m.vote_average * 2) / 2
ORDER BY tmdb_vote
