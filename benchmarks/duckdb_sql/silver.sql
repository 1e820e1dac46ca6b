-- Bronze is parsed once into a table that lives until it was split into the silver table and the quarantine.
create temp table raw as select *, coalesce(no_id(id), case when coalesce(trim(title), '') = '' then 'title is missing' end,
    case when try_cast(release_date as date) is null then 'release_date is no date' end,
    case when substring(release_date, 1, 4) != _partition then 'release_date is outside the partition' end) as reason
from read_json('$bronze/tmdb_movies/*/*/*.ndjson.gz', format = 'newline_delimited', ignore_errors = true, columns = {
    _snapshot: 'varchar', _object: 'varchar', _page: 'bigint', _extracted_at: 'varchar', _partition: 'varchar', id: 'bigint', title: 'varchar',
    original_title: 'varchar', original_language: 'varchar', overview: 'varchar', release_date: 'varchar', genre_ids: 'bigint[]',
    popularity: 'double', vote_average: 'double', vote_count: 'bigint', adult: 'boolean', video: 'boolean', poster_path: 'varchar',
    backdrop_path: 'varchar'});
copy (select id as tmdb_id, title, original_title, original_language, overview, release_date::date as release_date,
        genre_names(genre_ids) as genres, genre_ids, popularity, vote_average, vote_count, adult, video, poster_path, backdrop_path,
        _snapshot as snapshot, _extracted_at::timestamptz as extracted_at, year(release_date::date)::integer as release_year
    from raw where reason is null qualify row_number() over (partition by _partition, id order by _snapshot desc, _object desc, _page desc,
        coalesce(popularity, -1) desc, vote_count desc, title desc, release_date desc, overview desc) = 1)
to '$lake/silver/tmdb_movies' (format parquet, partition_by (release_year));
insert into quarantine select 'tmdb_movies', reason, _object, to_json(r), count(*) from raw r where reason is not null group by all;
drop table raw;

create temp table raw as select *, coalesce(no_id(item_id), case when coalesce(trim(title), '') = '' then 'title is missing' end) as reason
from read_json('$bronze/imdb_metadata/*/*.ndjson.gz', format = 'newline_delimited', ignore_errors = true, columns = {_object: 'varchar',
    item_id: 'bigint', title: 'varchar', directedBy: 'varchar', starring: 'varchar', dateAdded: 'varchar', avgRating: 'double', imdbId: 'varchar'});
copy (select item_id, coalesce(nullif(trim(regexp_replace(title, '\(([0-9]{4})\)\s*$', '')), ''), trim(title)) as title,
        try_cast(nullif(regexp_extract(title, '\(([0-9]{4})\)\s*$', 1), '') as integer) as release_year, name_list(directedBy) as directors,
        name_list(starring) as starring, dateAdded as date_added, avgRating as avg_rating, imdb(imdbId) as imdb_id
    from raw where reason is null
    qualify row_number() over (partition by item_id order by _object desc, title desc, avgRating desc, imdbId desc) = 1)
to '$lake/silver/imdb_metadata.parquet';
insert into quarantine select 'imdb_metadata', reason, _object, to_json(r), count(*) from raw r where reason is not null group by all;
drop table raw;

create temp table raw as select *, coalesce(no_id(item_id), case when coalesce(trim(txt), '') = '' then 'txt is missing' end) as reason
from read_json('$bronze/imdb_reviews/*/*.ndjson.gz', format = 'newline_delimited', ignore_errors = true, columns = {_object: 'varchar',
    item_id: 'bigint', txt: 'varchar'});
copy (select item_id, sha256(txt) as review_id, max(txt) as text, count(*) as copies from raw where reason is null group by all)
to '$lake/silver/imdb_reviews.parquet';
insert into quarantine select 'imdb_reviews', reason, _object, to_json(r), count(*) from raw r where reason is not null group by all;
drop table raw;

create temp table raw as select *, coalesce(no_id(user_id), no_id(item_id), unfit(rating)) as reason
from read_json('$bronze/movielens_ratings/*/*.ndjson.gz', format = 'newline_delimited', ignore_errors = true, columns = {_object: 'varchar',
    user_id: 'bigint', item_id: 'bigint', rating: 'double'});
copy (select user_id, item_id, max(rating) as rating from raw where reason is null group by all) to '$lake/silver/movielens_ratings.parquet';
insert into quarantine select 'movielens_ratings', reason, _object, to_json(r), count(*) from raw r where reason is not null group by all;
drop table raw;

create temp table raw as select *, coalesce(no_id(id), case when coalesce(trim(tag), '') = '' then 'tag is missing' end) as reason
from read_json('$bronze/movielens_tags/*/*.ndjson.gz', format = 'newline_delimited', ignore_errors = true, columns = {_object: 'varchar',
    id: 'bigint', tag: 'varchar'});
copy (select id as tag_id, max(trim(tag)) as tag from raw where reason is null group by all) to '$lake/silver/movielens_tags.parquet';
insert into quarantine select 'movielens_tags', reason, _object, to_json(r), count(*) from raw r where reason is not null group by all;
drop table raw;

create temp table raw as select *, coalesce(no_id(item_id), no_id(tag_id), no_id(num)) as reason
from read_json('$bronze/movielens_tag_count/*/*.ndjson.gz', format = 'newline_delimited', ignore_errors = true, columns = {_object: 'varchar',
    item_id: 'bigint', tag_id: 'bigint', num: 'bigint'});
copy (select item_id, tag_id, max(num) as num from raw where reason is null group by all) to '$lake/silver/movielens_tag_count.parquet';
insert into quarantine select 'movielens_tag_count', reason, _object, to_json(r), count(*) from raw r where reason is not null group by all;
drop table raw;

create temp table raw as select *, coalesce(no_digits(userId), no_digits(movieId),
    unfit(case when regexp_full_match(rating, ' *[0-9](\.[0-9]+)? *') then try_cast(rating as double) end),
    case when not coalesce(regexp_full_match("timestamp", ' *[0-9]{1,10} *'), false) then 'timestamp is no epoch second' end) as reason
from read_json('$bronze/movielens_rating_events/*/*.ndjson.gz', format = 'newline_delimited', ignore_errors = true, columns = {
    _object: 'varchar', userId: 'varchar', movieId: 'varchar', rating: 'varchar', "timestamp": 'varchar'});
copy (select user_id, movie_id, last_one.r as rating, to_timestamp(last_one.s) as rated_at, rating_year from (
        select year(make_timestamp(s * 1000000))::integer as rating_year, user_id, movie_id, max({s: s, r: r}) as last_one from (
            select "timestamp"::bigint as s, rating::double as r, userId::bigint as user_id, movieId::bigint as movie_id
            from raw where reason is null) group by all))
to '$lake/silver/movielens_rating_events' (format parquet, partition_by (rating_year));
insert into quarantine select 'movielens_rating_events', reason, _object, to_json(r), count(*) from raw r where reason is not null group by all;
drop table raw;

create temp table raw as select *, coalesce(no_digits(movieId), case when trim(imdbId) != '' then no_digits(imdbId) end,
    case when trim(tmdbId) != '' then no_digits(tmdbId) end) as reason
from read_json('$bronze/movielens_links/*/*.ndjson.gz', format = 'newline_delimited', ignore_errors = true, columns = {_object: 'varchar',
    movieId: 'varchar', imdbId: 'varchar', tmdbId: 'varchar'});
copy (select trim(movieId)::bigint as movie_id, max(imdb(imdbId)) as imdb_id, max(nullif(trim(tmdbId), '')::bigint) as tmdb_id
    from raw where reason is null group by all) to '$lake/silver/movielens_links.parquet';
insert into quarantine select 'movielens_links', reason, _object, to_json(r), count(*) from raw r where reason is not null group by all;
drop table raw;

copy quarantine to '$lake/silver/quarantine.parquet';
