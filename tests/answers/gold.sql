-- Each gold table anew from the raw files and the table `matched` (tmdb_id, item_id, matched_by), in the words of its description.
CREATE TABLE gold_movies AS
SELECT CASE WHEN id IS NOT NULL THEN 'tmdb:' || id ELSE 'ml:' || i.item_id END AS movie_key, coalesce(t.title, i.title) AS title,
       coalesce(year(release_date), i.year) AS release_year, id AS tmdb_id, i.imdb_id, i.item_id AS movielens_id,
       coalesce(matched_by, 'none') AS matched_by, coalesce(directors, []) AS directors, coalesce(starring, []) AS starring, popularity, vote_average, vote_count
FROM tmdb t LEFT JOIN matched ON tmdb_id = id FULL JOIN item i ON i.item_id = matched.item_id;

CREATE TABLE gold_movies_analytics AS
SELECT movie_key, any_value(title) AS title, any_value(release_year) AS release_year, count(*) AS ratings, avg(rating) AS average_rating,
       avg(CASE WHEN rating > 3 THEN 1 ELSE -1 END) AS positive_balance,
       (SELECT count(*) FROM reviews WHERE reviews.item_id = movielens_id) AS reviews
FROM gold_movies JOIN ratings ON ratings.item_id = movielens_id GROUP BY movie_key, movielens_id HAVING count(*) >= 5;

CREATE TABLE gold_best_rated_movies AS
WITH rated AS (
    SELECT movie_key, any_value(title) AS title, any_value(release_year) AS release_year, count(*) AS ratings, avg(rating) AS average_rating,
           count(*) / (count(*) + 25) * avg(rating) + 25 / (count(*) + 25) * (SELECT avg(rating) FROM ratings) AS weighted_rating
    FROM gold_movies JOIN ratings ON ratings.item_id = movielens_id GROUP BY movie_key
)
SELECT *, row_number() OVER (ORDER BY round(weighted_rating, 6) DESC, ratings DESC, movie_key) AS rank FROM rated;

CREATE TABLE gold_most_popular_movies AS
SELECT movie_key, title, release_year, popularity, vote_average, vote_count,
       row_number() OVER (ORDER BY popularity DESC, vote_count DESC, movie_key) AS rank
FROM gold_movies WHERE popularity IS NOT NULL;

CREATE TABLE gold_genre_popularity AS
WITH one AS (SELECT DISTINCT id, unnest(genre_ids) AS genre_id, year(release_date) AS release_year, popularity, vote_average, vote_count FROM tmdb)
SELECT genre, release_year, count(*) AS movies, avg(popularity) AS popularity, avg(vote_average) AS vote_average,
       coalesce(sum(vote_count), 0) AS votes
FROM one JOIN genres ON genres.id = genre_id GROUP BY genre, release_year;

CREATE TABLE gold_ratings_over_time AS
SELECT date_trunc('month', to_timestamp(timestamp))::date AS rating_month, release_year // 10 * 10 AS release_decade,
       count(*) AS ratings, avg(rating) AS average_rating
FROM events LEFT JOIN gold_movies ON movielens_id = movieId GROUP BY ALL;

CREATE TABLE gold_tag_ratings_over_years AS
SELECT tag, release_year, count(DISTINCT movie_key) AS movies, count(*) AS ratings, avg(rating) AS average_rating
FROM tag_count c JOIN tags ON tags.id = c.tag_id JOIN gold_movies ON movielens_id = c.item_id JOIN ratings USING (item_id)
WHERE num > 0 AND release_year IS NOT NULL GROUP BY tag, release_year HAVING count(DISTINCT movie_key) >= 5;

CREATE TABLE gold_popular_people_by_decade AS
WITH part AS (
    SELECT DISTINCT 'director' AS role, unnest(directors) AS name, item_id, year // 10 * 10 AS decade FROM item WHERE year IS NOT NULL
    UNION ALL
    SELECT DISTINCT 'actor', unnest(starring), item_id, year // 10 * 10 FROM item WHERE year IS NOT NULL
), total AS (
    SELECT role, name, decade, count(DISTINCT part.item_id) AS movies, count(rating) AS ratings, avg(rating) AS average_rating
    FROM part LEFT JOIN ratings ON ratings.item_id = part.item_id GROUP BY role, name, decade
)
SELECT *, row_number() OVER (PARTITION BY role, decade ORDER BY ratings DESC, movies DESC, encode(name)) AS rank FROM total;
