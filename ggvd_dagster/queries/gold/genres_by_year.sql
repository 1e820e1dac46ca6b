-- Which genres grew or fell by year of release?
WITH largest AS (SELECT genre FROM genre_popularity GROUP BY genre ORDER BY sum(movies) DESC, genre LIMIT 8)
SELECT genre, release_year, movies
FROM genre_popularity
WHERE genre IN (SELECT genre FROM largest)
ORDER BY genre, release_year
