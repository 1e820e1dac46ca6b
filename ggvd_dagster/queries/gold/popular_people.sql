-- Who was popular in each decade?
SELECT decade, role, name, movies, ratings, round(average_rating, 2) AS average_rating
FROM popular_people_by_decade
WHERE rank = 1 AND ratings > 0
ORDER BY decade, role
