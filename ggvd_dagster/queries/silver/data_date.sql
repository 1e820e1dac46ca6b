-- When was the data taken from the sources, and how much of it is there?
SELECT max(snapshot) AS snapshot, count(*) AS movies FROM tmdb_movies
