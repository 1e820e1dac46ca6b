-- What the statements share. $bronze and $lake are folders.
create macro imdb(digits) as case when regexp_full_match(trim(digits), '[0-9]{1,10}')
    then 'tt' || case when length(trim(digits)) < 7 then lpad(trim(digits), 7, '0') else trim(digits) end end;
create macro name_list(t) as list_filter(list_transform(string_split(coalesce(t, ''), ','), lambda x: trim(x)), lambda x: x != '');
-- Each costly step only for a title that needs it: most are ASCII, as many bytes as letters, without a comma or two blanks in a row.
create macro folded(t) as replace(case when strlen(t) = length(t) then lower(trim(t)) else translate(lower(trim(t)),
    'àáâãäåāăąçćčďđèéêëēęěìíîïīłñńňòóôõöøōőřśšşťţùúûüūůűýÿžźż', 'aaaaaaaaacccddeeeeeeeiiiiilnnnoooooooorsssttuuuuuuuyyzzz') end, '&', ' and ');
create macro ordered(t) as case when contains(t, ', ') then regexp_replace(t, '^(.*), (the|an|a|la|le|les|el|il|der|die|das)$', '\2 \1') else t end;
create macro normalized(t) as trim(regexp_replace(regexp_replace(ordered(folded(t)), '[^\p{L}\p{N}\s]+', '', 'g'), '\s{2,}|[\t\n\f\r]', ' ', 'g'));
create macro no_id(v) as case when v is null then 'missing' when v < 1 or v > 9007199254740992 then 'no positive integer' end;
create macro no_digits(v) as case when not coalesce(regexp_full_match(v, ' *[0-9]{1,15} *'), false) then 'no positive integer' end;
create macro unfit(v) as case when not coalesce(v between 0.5 and 5, false) then 'rating is not between 0.5 and 5' end;
create macro genre_names(ids) as list_filter(list_transform(coalesce(ids, []), lambda x: map {
    12: 'Adventure', 14: 'Fantasy', 16: 'Animation', 18: 'Drama', 27: 'Horror', 28: 'Action', 35: 'Comedy', 36: 'History', 37: 'Western',
    53: 'Thriller', 80: 'Crime', 99: 'Documentary', 878: 'Science Fiction', 9648: 'Mystery', 10402: 'Music', 10749: 'Romance',
    10751: 'Family', 10752: 'War', 10770: 'TV Movie'}[x::integer]), lambda x: x is not null);
create table quarantine (table_name varchar, reason varchar, object varchar, record varchar, copies bigint);
