-- Which movies are most popular now?
SELECT rank, title, popularity FROM most_popular_movies ORDER BY rank
LIMIT 10
