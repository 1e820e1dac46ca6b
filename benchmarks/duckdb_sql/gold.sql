create view tmdb_movies as from read_parquet('$lake/silver/tmdb_movies/*/*.parquet', hive_partitioning = true);
create view imdb_metadata as from '$lake/silver/imdb_metadata.parquet';
create view imdb_reviews as from '$lake/silver/imdb_reviews.parquet';
create view movielens_ratings as from '$lake/silver/movielens_ratings.parquet';
create view movielens_tags as from '$lake/silver/movielens_tags.parquet';
create view movielens_tag_count as from '$lake/silver/movielens_tag_count.parquet';
create view movielens_rating_events as from read_parquet('$lake/silver/movielens_rating_events/*/*.parquet', hive_partitioning = true);
create view movielens_links as from '$lake/silver/movielens_links.parquet';

-- Pairs by the published ids, then by title and the same year, then by a year one apart; what either side has twice stays unmatched.
create temp table items as select item_id, title as ml_title, release_year as ml_year, directors, starring, m.imdb_id, l.imdb_id as link_imdb_id,
    l.tmdb_id as link, normalized(title) as name from imdb_metadata m left join movielens_links l on l.movie_id = m.item_id;
create temp table named as select tmdb_id, title, release_year, genres, popularity, vote_average, vote_count, normalized(title) as name from tmdb_movies;
create temp table matches as
with pairs as (
    select tmdb_id, item_id, true as by_id, false as same_year from items join (select tmdb_id from named) n on items.link = n.tmdb_id
    union all
    select tmdb_id, item_id, false, release_year = ml_year from named join items using (name) where name != '' and abs(release_year - ml_year) <= 1),
linked as (select *, by_id and item_id = min(item_id) filter (by_id) over (partition by tmdb_id) as linked from pairs),
one as (select *, count(*) filter (linked) over (partition by tmdb_id) + count(*) filter (linked) over (partition by item_id) as linked_around from linked),
two as (select *, linked_around = 0 and not by_id and same_year as same from one),
three as (select *, count(*) filter (same) over (partition by tmdb_id) + count(*) filter (same) over (partition by item_id) as same_around from two),
four as (select *, linked_around = 0 and not by_id and same_around = 0 as near from three),
five as (select *, count(*) filter (near) over (partition by tmdb_id) + count(*) filter (near) over (partition by item_id) as near_around from four)
select tmdb_id, item_id, case when linked then 'links' else 'title_year' end as matched_by from five
where linked or (same and same_around = 2) or (near and near_around = 2);
copy (select coalesce('tmdb:' || tmdb_id, 'ml:' || item_id) as movie_key, coalesce(title, ml_title) as title,
        coalesce(release_year, ml_year)::integer as release_year, tmdb_id, coalesce(imdb_id, link_imdb_id) as imdb_id, item_id as movielens_id,
        coalesce(matched_by, 'none') as matched_by, coalesce(genres, []) as genres, coalesce(directors, []) as directors,
        coalesce(starring, []) as starring, popularity, vote_average, vote_count
    from (select * exclude (name) from named left join matches using (tmdb_id)) full join (select * exclude (name) from items) using (item_id))
to '$lake/gold/movies.parquet';
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
