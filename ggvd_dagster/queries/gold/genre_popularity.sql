-- Which genres are most popular over all release years?
SELECT genre, sum(movies) AS movies, min(release_year) AS first_year, max(release_year) AS last_year
FROM genre_popularity
GROUP BY genre
ORDER BY movies DESC, genre
LIMIT 10
