-- best_rated_movies
SELECT rank, title, weighted_rating, ratings FROM gold_best_rated_movies WHERE rank <= 10 ORDER BY rank;
-- most_popular_movies
SELECT rank, title, popularity FROM gold_most_popular_movies WHERE rank <= 10 ORDER BY rank;
-- genre_popularity
SELECT genre, count(DISTINCT tmdb.id), min(year(release_date)), max(year(release_date))
FROM tmdb JOIN genres ON list_contains(genre_ids, genres.id) GROUP BY genre ORDER BY 2 DESC, genre LIMIT 10;
-- genres_by_year
SELECT genre, year(release_date), count(DISTINCT tmdb.id) FROM tmdb JOIN genres ON list_contains(genre_ids, genres.id)
GROUP BY ALL HAVING genre IN (SELECT g.genre FROM tmdb JOIN genres g ON list_contains(genre_ids, g.id) GROUP BY g.genre
                              ORDER BY count(*) DESC, g.genre LIMIT 8) ORDER BY 1, 2;
-- popular_people
SELECT decade, role, name, movies, ratings, round(average_rating, 2) FROM gold_popular_people_by_decade
WHERE rank = 1 AND ratings > 0 ORDER BY decade, role;
-- ratings_over_time
SELECT year(to_timestamp(timestamp)), count(*), round(avg(rating), 3) FROM events GROUP BY 1 ORDER BY 1;
-- sources_agree
SELECT floor(vote_average * 2) / 2, count(*), round(avg(mean), 2)
FROM (SELECT item_id, avg(rating) AS mean FROM ratings GROUP BY item_id HAVING count(*) >= 5)
JOIN gold_movies ON movielens_id = item_id WHERE vote_average IS NOT NULL GROUP BY 1 ORDER BY 1;
-- tags_over_years
SELECT tag, release_year // 10 * 10, sum(movies), round(sum(average_rating * ratings) / sum(ratings), 2)
FROM gold_tag_ratings_over_years GROUP BY 1, 2 HAVING sum(ratings) >= 100 ORDER BY 1, 2;
