-- The key of one value of one search parameter, as the program computes it: first 8 bytes of SHA-256.
-- Used where the value is only known inside a query: chained and reverse-chained searches.
create function mach_search_key(param text, value text) returns bigint language sql immutable strict parallel safe
  as $$ select ('x' || encode(substring(sha256(convert_to(param || E'\x1f' || value, 'UTF8')) from 1 for 8), 'hex'))::bit(64)::bigint $$;
