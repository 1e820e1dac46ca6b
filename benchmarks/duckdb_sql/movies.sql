create view tmdb_movies as from read_parquet('$lake/silver/tmdb_movies/*/*.parquet', hive_partitioning = true);
create view imdb_metadata as from '$lake/silver/imdb_metadata.parquet';
create view movielens_links as from '$lake/silver/movielens_links.parquet';

create temp table items as select item_id, title as ml_title, release_year as ml_year, directors, starring, m.imdb_id, l.imdb_id as link_imdb_id,
    l.tmdb_id as link from imdb_metadata m left join movielens_links l on l.movie_id = m.item_id;
-- By the published ids first: where several items name one TMDB movie, the oldest has it. What has a partner is out of all that follows.
create temp table linked as select link as tmdb_id, min(item_id) as item_id from items where link in (select tmdb_id from tmdb_movies) group by all;
-- By names: "Lost Children, The (Enfants perdus, Les)" is called by the whole, by what is before the parenthesis, and by what is in it.
-- 2: by a main name in the same year, 3: in a year beside, 4: by another name in the same year.
create temp table named as
with calls as (select item_id, ml_title, ml_year, unnest(list_distinct([ml_title] || regexp_split_to_array(ml_title, ' *\('))) as called
        from items anti join linked using (item_id) where ml_year is not null),
    names as (select item_id, ml_year, starts_with(ml_title, called) as main, normalized(regexp_replace(called, '^a\.k\.a\. |\)$', '', 'g')) as name
        from calls),
    evidence as (select item_id, name, ml_year as release_year, case when main then 2 else 4 end as tier from names where name != ''
        union all select item_id, name, ml_year + beside, 3 from names, (values (-1), (1)) years(beside) where main and name != ''),
    movies as (select tmdb_id, normalized(title) as name, release_year from tmdb_movies anti join linked using (tmdb_id))
select tmdb_id, item_id, min(tier) as tier from movies join evidence using (name, release_year) group by all;
-- A pair counts while no better one of its movie or item does, and matches when it is alone of its tier on both sides: counted once on each.
create temp table matches as
with two as (select *, count(*) filter (tier = 2) over movie + count(*) filter (tier = 2) over item as around_2
        from named window movie as (partition by tmdb_id), item as (partition by item_id)),
    three as (select *, count(*) filter (tier = 3 and around_2 = 0) over movie + count(*) filter (tier = 3 and around_2 = 0) over item as around_3
        from two window movie as (partition by tmdb_id), item as (partition by item_id)),
    free as (select * from three where tier < 4 or around_2 + around_3 = 0),
    four as (select *, count(*) filter (tier = 4) over movie + count(*) filter (tier = 4) over item as around_4
        from free window movie as (partition by tmdb_id), item as (partition by item_id))
select tmdb_id, item_id, 'links' as matched_by from linked
union all select tmdb_id, item_id, 'title_year' from four
where case tier when 2 then around_2 when 3 then case when around_2 = 0 then around_3 end else around_4 end = 2;
copy (select coalesce('tmdb:' || tmdb_id, 'ml:' || item_id) as movie_key, coalesce(title, ml_title) as title,
        coalesce(release_year, ml_year)::integer as release_year, tmdb_id, coalesce(imdb_id, link_imdb_id) as imdb_id, item_id as movielens_id,
        coalesce(matched_by, 'none') as matched_by, coalesce(genres, []) as genres, coalesce(directors, []) as directors,
        coalesce(starring, []) as starring, popularity, vote_average, vote_count
    from (from tmdb_movies left join matches using (tmdb_id)) full join items using (item_id))
to '$lake/gold/movies.parquet';
