-- Every look into search_key knows the key; nothing goes from a record to its keys. The second index was half the price
-- of a write.
drop index search_key_rid;
