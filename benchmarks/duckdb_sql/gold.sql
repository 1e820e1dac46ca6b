create view imdb_reviews as from '$lake/silver/imdb_reviews.parquet';
create view movielens_ratings as from '$lake/silver/movielens_ratings.parquet';
create view movielens_tags as from '$lake/silver/movielens_tags.parquet';
create view movielens_tag_count as from '$lake/silver/movielens_tag_count.parquet';
create view movielens_rating_events as from read_parquet('$lake/silver/movielens_rating_events/*/*.parquet', hive_partitioning = true);

create view movies as from '$lake/gold/movies.parquet';

create temp table rated as select item_id, count(*) as ratings, sum(rating) as stars, count(*) filter (rating > 3) as positive
    from movielens_ratings group by item_id;
copy (select movie_key, title, release_year, ratings, round(stars / ratings, 6) as average_rating,
        round((2 * positive - ratings) / ratings, 6) as positive_balance, coalesce(reviews, 0)::bigint as reviews
    from movies join rated on item_id = movielens_id
    left join (select item_id, sum(copies) as reviews from imdb_reviews group by item_id) using (item_id) where ratings >= 5)
to '$lake/gold/movies_analytics.parquet';
copy (select movie_key, title, release_year, row_number() over (order by weighted_rating desc, ratings desc, movie_key) as rank,
        weighted_rating, ratings, round(stars / ratings, 6) as average_rating
    from (select *, round((stars + 25 * prior) / (ratings + 25), 6) as weighted_rating from movies join rated on item_id = movielens_id,
        (select sum(stars) / sum(ratings) as prior from rated)))
to '$lake/gold/best_rated_movies.parquet';
copy (select movie_key, m.title, m.release_year, row_number() over (order by t.popularity desc, coalesce(t.vote_count, 0) desc, movie_key) as rank,
        t.popularity, t.vote_average, t.vote_count from movies m join tmdb_movies t using (tmdb_id) where t.popularity is not null)
to '$lake/gold/most_popular_movies.parquet';
copy (select genre, release_year, count(*) as movies, round(avg(popularity), 6) as popularity, round(avg(vote_average), 6) as vote_average,
        coalesce(sum(vote_count), 0)::bigint as votes
    from (select unnest(list_distinct(genres)) as genre, release_year::integer as release_year, popularity, vote_average, vote_count from tmdb_movies)
    group by all) to '$lake/gold/genre_popularity.parquet';
copy (with monthly as (select movie_id, date_trunc('month', rated_at)::date as rating_month, count(*) as ratings, sum(rating) as stars
        from movielens_rating_events group by all)
    select rating_month, (floor(release_year / 10) * 10)::integer as release_decade, sum(ratings)::bigint as ratings,
        round(sum(stars) / sum(ratings), 6) as average_rating
    from monthly left join movies on movielens_id = movie_id group by all)
to '$lake/gold/ratings_over_time.parquet';
copy (select tag, release_year, count(*) as movies, sum(ratings)::bigint as ratings, round(sum(stars) / sum(ratings), 6) as average_rating
    from (select distinct tag, item_id from movielens_tag_count join movielens_tags using (tag_id) where num > 0)
    join movies on movielens_id = item_id join rated using (item_id) where release_year is not null
    group by all having count(*) >= 5) to '$lake/gold/tag_ratings_over_years.parquet';
copy (with people as (
        select item_id, release_year, 'director' as role, unnest(list_distinct(directors)) as name from imdb_metadata
        union all select item_id, release_year, 'actor', unnest(list_distinct(starring)) from imdb_metadata),
    total as (select role, name, (floor(release_year / 10) * 10)::integer as decade, count(*) as movies,
        coalesce(sum(ratings), 0)::bigint as ratings, sum(stars) as stars
        from people left join rated using (item_id) where release_year is not null group by all)
    select role, name, decade, row_number() over (partition by role, decade order by ratings desc, movies desc, name) as rank, movies, ratings,
        case when ratings > 0 then round(stars / ratings, 6) end as average_rating from total)
to '$lake/gold/popular_people_by_decade.parquet';
