-- How did ratings change over the years in which they were given?
SELECT year(rating_month) AS rating_year, sum(ratings) AS ratings,
       round(sum(average_rating * ratings) / sum(ratings), 3) AS average_rating
FROM ratings_over_time
GROUP BY year(rating_month)
ORDER BY rating_year
LIMIT 50
