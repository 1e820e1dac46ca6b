"""Which functions a query may call: those of Trino that are answered here as Trino does. DuckDB has others, and others of the same name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sqlglot import Token, TokenType, exp

from local_aws.athena.errors import QueryFailedError, at, refused

ANSWERED = """
abs acos any_value approx_distinct approx_percentile arbitrary array_agg array_distinct array_except array_intersect array_join array_max
array_min array_position array_remove array_sort asin atan atan2 avg bitwise_and bitwise_and_agg bitwise_not bitwise_or bitwise_or_agg
bitwise_xor bool_and bool_or cardinality cast ceil ceiling chr coalesce codepoint concat concat_ws contains cos cosh count count_if
covar_pop covar_samp cume_dist date date_add date_diff date_format date_parse date_trunc day day_of_month day_of_week day_of_year degrees
dense_rank dow doy e element_at ends_with every exp extract filter first_value flatten floor format format_datetime from_base64 from_hex
from_iso8601_date from_iso8601_timestamp from_unixtime from_utf8 geometric_mean greatest grouping hamming_distance histogram hour if
infinity is_finite is_infinite is_nan json_array_length json_extract json_extract_scalar json_format json_parse lag last_day_of_month
last_value lead least length levenshtein_distance listagg ln log log10 log2 lower lpad ltrim map map_agg map_concat map_from_entries
map_keys map_values max max_by md5 millisecond min min_by minute mod month nan now nth_value ntile nullif parse_datetime percent_rank pi
position pow power quarter radians rand random rank regexp_count regexp_extract regexp_extract_all regexp_like regexp_replace regexp_split
repeat replace reverse round row row_number rpad rtrim second sequence sha256 sign sin sinh slice split split_part sqrt starts_with stddev
stddev_pop stddev_samp strpos substr substring sum tan tanh to_base64 to_hex to_unixtime to_utf8 transform translate trim truncate try
try_cast unnest upper uuid var_pop var_samp variance week week_of_year year year_of_week yow
"""
# functions that Athena has and the local Athena has not, https://trino.io/docs/current/functions/list.html
ELSEWHERE = """
all_match any_match approx_most_frequent approx_set array_union arrays_overlap at_timezone beta_cdf bit_count bitwise_left_shift
bitwise_right_shift bitwise_right_shift_arithmetic bitwise_xor_agg cbrt checksum classify combinations contains_sequence corr
cosine_similarity cot crc32 current_timezone empty_approx_set evaluate_classifier_predictions features format_number from_base from_base32
from_base64url from_big_endian_32 from_big_endian_64 from_ieee754_32 from_ieee754_64 from_iso8601_timestamp_nanos from_unixtime_nanos
great_circle_distance hmac_md5 hmac_sha1 hmac_sha256 hmac_sha512 human_readable_seconds inverse_beta_cdf inverse_normal_cdf is_json_scalar
json_array json_array_contains json_array_get json_exists json_object json_query json_size json_value kurtosis luhn_check make_set_digest
map_entries map_filter map_union map_zip_with merge multimap_agg multimap_from_entries murmur3 ngrams none_match normal_cdf normalize
numeric_histogram parse_data_size parse_duration parse_presto_data_size qdigest_agg reduce reduce_agg regexp_position regr_intercept
regr_slope sha1 sha512 shuffle skewness soundex split_to_map split_to_multimap spooky_hash_v2_32 spooky_hash_v2_64 tdigest_agg
timezone_hour timezone_minute to_base to_base32 to_base64url to_big_endian_32 to_big_endian_64 to_char to_date to_ieee754_32 to_ieee754_64
to_iso8601 to_milliseconds to_timestamp transform_keys transform_values trim_array typeof url_decode url_encode url_extract_fragment
url_extract_host url_extract_parameter url_extract_path url_extract_port url_extract_protocol url_extract_query value_at_quantile
values_at_quantiles width_bucket wilson_interval_lower wilson_interval_upper with_timezone word_stem xxhash64 zip zip_with
"""
# what else may stand before a parenthesis
WORDS = """
all and any array as bernoulli between by case char cross cube decimal distinct double else escape except exists filter from group
grouping having in intersect interval is join lateral like limit not offset on or order ordinality over partition recursive rollup row
select sets some system tablesample then time timestamp union using values varchar when where with within
"""
# types of DDL and of other engines, which a cast in Athena does not know
NO_TYPES = ("string", "float", "text", "bool", "datetime", "long", "struct", "binary", "blob", "number", "int64", "float64")


def check(query: exp.Query, tokens: list[Token], text: str) -> None:
    """Raise QueryFailedError for a function or a type that Athena does not have, and for one that the local Athena does not have."""
    named = {identifier.name.lower() for identifier in query.find_all(exp.Identifier)}
    known, elsewhere = {*ANSWERED.split(), *WORDS.split()}, ELSEWHERE.split()
    for name in _called(tokens):
        if name in elsewhere or name.startswith(("st_", "bing_tile", "geometry_")):
            raise refused(f"function {name} is not supported")
        if name not in known and name not in named:  # a name: a table's alias with names of columns
            raise QueryFailedError(f"FUNCTION_NOT_FOUND: {at(text, name)}: Function '{name}' not registered")
    for name in _cast_to(tokens):
        if name in NO_TYPES:
            raise QueryFailedError(f"TYPE_NOT_FOUND: {at(text, name)}: Unknown type: {name}")


def _called(tokens: list[Token]) -> Iterator[str]:
    for token, after in pairwise(tokens):
        word = token.token_type not in (TokenType.IDENTIFIER, TokenType.STRING) and token.text[:1].isalpha()
        if word and after.token_type == TokenType.L_PAREN:
            yield token.text.lower().split()[-1]  # GROUPING SETS is one token


def _cast_to(tokens: list[Token]) -> Iterator[str]:
    """The words after AS directly inside the parentheses of CAST and TRY_CAST."""
    around: list[str] = []
    for place, token in enumerate(tokens[:-1]):
        if token.token_type == TokenType.L_PAREN:
            around.append(tokens[place - 1].text.lower() if place else "")
        elif token.token_type == TokenType.R_PAREN and around:
            around.pop()
        elif token.token_type == TokenType.ALIAS and around and around[-1] in ("cast", "try_cast"):
            yield tokens[place + 1].text.lower()
