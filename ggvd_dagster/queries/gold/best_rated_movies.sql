-- Which movies are rated best, weighing the average by how many rated?
SELECT rank, title, weighted_rating, ratings FROM best_rated_movies ORDER BY rank
LIMIT 10
