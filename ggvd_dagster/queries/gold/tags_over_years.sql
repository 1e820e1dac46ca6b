-- Which tags rate best over the years?
SELECT tag, release_year - release_year % 10 AS decade, sum(movies) AS movies,
       round(sum(average_rating * ratings) / sum(ratings), 2) AS average_rating
FROM tag_ratings_over_years
GROUP BY tag, release_year - release_year % 10
HAVING sum(ratings) >= 100
ORDER BY tag, decade
